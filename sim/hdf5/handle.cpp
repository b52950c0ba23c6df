#include "sim/hdf5/handle.hpp"

#include <hdf5.h>

#include <type_traits>

namespace apical::hdf5 {

static_assert(std::is_same_v<Identifier, hid_t>, "hid_t has 64 bits since HDF5 1.10");

// Lowering the count closes the object whatever its kind; the predefined types, which the library owns, never get here.
Handle::~Handle() {
    if (id_ >= 0) H5Idec_ref(id_);
}

}  // namespace apical::hdf5
