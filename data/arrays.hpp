#pragma once
#include "sim/core/data_source.hpp"

namespace apical {

/// Your own samples as arrays: data sets of an HDF5 file, or NumPy files.
DataSource hdf5_source();
DataSource npy_source();

}  // namespace apical
