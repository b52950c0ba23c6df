#pragma once
#include <cstddef>

namespace apical::bench {

/// What moves memory and little else: the best that a loop with the same traffic could do. Compiled for every
/// instruction set, since in the near caches a wider vector moves more.
struct MemoryLoops {
    float (*read)(const float* values, std::size_t n);  ///< their sum
    void (*update)(float* values, std::size_t n);       ///< values <- values + 1
};

}  // namespace apical::bench
