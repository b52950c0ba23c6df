#pragma once
#include <cstddef>

namespace apical {

/// Eigen cuts the sums of a product into blocks that fit into the caches that it finds, so that two machines with the
/// same instructions would add up in another order. Everywhere it is told of these, in bytes, which are those of common
/// cores.
struct CacheSizes {
    std::ptrdiff_t first, second, third;
};
inline constexpr CacheSizes cache_sizes{32 << 10, 1 << 20, 32 << 20};

}  // namespace apical
