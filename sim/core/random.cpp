#include "sim/core/random.hpp"

#include <Random123/philox.h>

#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>
#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace apical {
namespace {

constexpr std::uint32_t low_half(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::uint32_t high_half(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

/// Numbers of 32 bits, each in the low half of 64, whose high half holds anything.
using Lanes = std::uint64_t __attribute__((vector_size(4 * sizeof(std::uint64_t))));

Lanes product_of_low(Lanes x, std::uint64_t multiplier) {
#ifdef __AVX2__
    return std::bit_cast<Lanes>(
        _mm256_mul_epu32(std::bit_cast<__m256i>(x), std::bit_cast<__m256i>(Lanes{} + multiplier)));
#else
    return (x & 0xFFFFFFFF) * multiplier;
#endif
}

// The centre of one of 2^52 equal cells of (0, 1). With one bit more the last centre would round to 1.
double open_unit_interval(std::uint32_t low, std::uint32_t high) {
    const std::uint64_t cell = ((std::uint64_t{high} << 32) | low) >> 12;
    return (static_cast<double>(cell) + 0.5) * 0x1p-52;
}

}  // namespace

std::uint32_t Random::below(std::uint32_t n, std::uint32_t low, std::uint32_t high) {
    const std::uint64_t carry = (std::uint64_t{low} * n) >> 32;
    return static_cast<std::uint32_t>((std::uint64_t{high} * n + carry) >> 32);
}

std::array<std::uint32_t, 4> Random::bits(std::uint32_t stream, std::uint32_t entity, std::uint64_t step) const {
    const r123::Philox4x32_R<10>::ctr_type counter{{entity, stream, low_half(step), high_half(step)}};
    const r123::Philox4x32_R<10>::key_type key{{low_half(seed_), high_half(seed_)}};
    const auto words = r123::Philox4x32_R<10>{}(counter, key);
    return {words[0], words[1], words[2], words[3]};
}

Random::Block Random::bits_together(std::uint32_t stream, std::uint32_t first, std::uint64_t step) const {
    // The rounds of Philox4x32 (Salmon et al. 2011, section 3.3), four entities in a register.
    constexpr std::uint64_t multiplier0 = 0xD2511F53, multiplier1 = 0xCD9E8D57;
    constexpr std::uint32_t weyl0 = 0x9E3779B9, weyl1 = 0xBB67AE85;
    constexpr int rounds = 10;
    constexpr std::size_t wide = 4, groups = together / wide;
    std::array<std::array<Lanes, groups>, 4> c;
    for (std::uint32_t g = 0; g < groups; ++g) {
        const auto entity = [&](std::uint32_t k) { return std::uint64_t{first + wide * g + k}; };
        c[0][g] = Lanes{entity(0), entity(1), entity(2), entity(3)};
        c[1][g] = Lanes{} + stream;
        c[2][g] = Lanes{} + low_half(step);
        c[3][g] = Lanes{} + high_half(step);
    }
    std::uint32_t key0 = low_half(seed_), key1 = high_half(seed_);
    for (int round = 0; round < rounds; ++round, key0 += weyl0, key1 += weyl1)
        for (std::size_t g = 0; g < groups; ++g) {
            const Lanes product0 = product_of_low(c[0][g], multiplier0),
                        product1 = product_of_low(c[2][g], multiplier1);
            c[0][g] = (product1 >> 32) ^ c[1][g] ^ key0;
            c[1][g] = product1;
            c[2][g] = (product0 >> 32) ^ c[3][g] ^ key1;
            c[3][g] = product0;
        }
    Block bits;
    for (std::size_t word = 0; word < bits.size(); ++word)
        for (std::size_t k = 0; k < together; ++k) bits[word][k] = low_half(c[word][k / wide][k % wide]);
    return bits;
}

double Random::uniform(std::uint32_t stream, std::uint32_t entity, std::uint64_t step) const {
    const auto words = bits(stream, entity, step);
    return open_unit_interval(words[0], words[1]);
}

std::array<double, 2> Random::normals(std::uint32_t stream, std::uint32_t entity, std::uint64_t step) const {
    const auto words = bits(stream, entity, step);
    const double radius = std::sqrt(-2 * std::log(open_unit_interval(words[0], words[1])));
    const double angle = 2 * std::numbers::pi * open_unit_interval(words[2], words[3]);
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

double Random::normal(std::uint32_t stream, std::uint32_t entity, std::uint64_t step) const {
    return normals(stream, entity, step)[0];
}

std::vector<std::uint32_t> Random::permutation(std::uint32_t n, std::uint32_t stream, std::uint64_t step) const {
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0u);
    for (std::uint32_t last = n; last-- > 1;) {
        const auto words = bits(stream, last, step);
        std::swap(order[last], order[below(last + 1, words[0], words[1])]);
    }
    return order;
}

}  // namespace apical
