// Compiled once for every instruction set, APICAL_SET its name: nothing with inline functions may be included.
#include "tests/bench/memory_loops.hpp"

namespace apical::bench::APICAL_SET {

namespace {

#if defined(__AVX512F__)
constexpr std::size_t bytes = 64;
#elif defined(__AVX__)
constexpr std::size_t bytes = 32;
#else
constexpr std::size_t bytes = 16;
#endif
using Vector [[gnu::vector_size(bytes), gnu::aligned(4), gnu::may_alias]] = float;
constexpr std::size_t size = bytes / sizeof(float), together = 8;  // sums that do not wait for each other

float read(const float* values, std::size_t n) {
    Vector sums[together] = {};
    std::size_t k = 0;
    for (; k + together * size <= n; k += together * size)
        for (std::size_t s = 0; s < together; ++s) sums[s] += *reinterpret_cast<const Vector*>(values + k + s * size);
    float sum = 0;
    for (const Vector& part : sums)
        for (std::size_t s = 0; s < size; ++s) sum += part[s];
    for (; k < n; ++k) sum += values[k];
    return sum;
}

void update(float* values, std::size_t n) {
    std::size_t k = 0;
    for (; k + together * size <= n; k += together * size)
        for (std::size_t s = 0; s < together; ++s) *reinterpret_cast<Vector*>(values + k + s * size) += 1.0F;
    for (; k < n; ++k) values[k] += 1;
}

}  // namespace

extern const MemoryLoops loops;
const MemoryLoops loops{read, update};

}  // namespace apical::bench::APICAL_SET
