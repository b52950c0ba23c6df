#include "sim/kernels/compiled.hpp"
#include "sim/kernels/instruction_set.hpp"

namespace apical::APICAL_SET {

namespace {

template <class S>
constexpr Kernels<S> of{multiply<S>, add_outer<S>, add_rows<S>, make_deferred<S>, multiply_by_columns<S>, add_dots<S>};

}  // namespace

extern const KernelTable table;
const KernelTable table{of<float>, of<double>};

}  // namespace apical::APICAL_SET
