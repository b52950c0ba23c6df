#include <Eigen/Core>

#include "sim/kernels/cache_sizes.hpp"
#include "sim/kernels/compiled.hpp"
#include "sim/kernels/instruction_set.hpp"

namespace apical::APICAL_SET {

namespace {

void fix_blocks() { Eigen::setCpuCacheSizes(cache_sizes.first, cache_sizes.second, cache_sizes.third); }

template <class S>
constexpr Kernels<S> of{multiply<S>, add_outer<S>, add_rows<S>, make_deferred<S>, multiply_by_columns<S>, add_dots<S>};

}  // namespace

extern const KernelTable table;
const KernelTable table{of<float>, of<double>, fix_blocks};

}  // namespace apical::APICAL_SET
