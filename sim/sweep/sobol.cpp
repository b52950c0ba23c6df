#include "sim/sweep/sobol.hpp"

#include <array>
#include <cassert>

namespace apical {
namespace {

constexpr std::size_t bits = 32, highest_degree = 7;

/// A primitive polynomial x^degree + ... + 1 over {0, 1}, its inner coefficients as the bits of `inner`, and the first
/// numbers of its recurrence.
struct Polynomial {
    std::size_t degree;
    std::uint32_t inner;
    std::array<std::uint32_t, highest_degree> first;
};

/// Dimensions 2 to 21 of Joe and Kuo's table, columns s, a and m_i.
constexpr std::array<Polynomial, sobol_dimensions - 1> table{{{1, 0, {1}},
                                                              {2, 1, {1, 3}},
                                                              {3, 1, {1, 3, 1}},
                                                              {3, 2, {1, 1, 1}},
                                                              {4, 1, {1, 1, 3, 3}},
                                                              {4, 4, {1, 3, 5, 13}},
                                                              {5, 2, {1, 1, 5, 5, 17}},
                                                              {5, 4, {1, 1, 5, 5, 5}},
                                                              {5, 7, {1, 1, 7, 11, 19}},
                                                              {5, 11, {1, 1, 5, 1, 1}},
                                                              {5, 13, {1, 1, 1, 3, 11}},
                                                              {5, 14, {1, 3, 5, 5, 31}},
                                                              {6, 1, {1, 3, 3, 9, 7, 49}},
                                                              {6, 13, {1, 1, 1, 15, 21, 21}},
                                                              {6, 16, {1, 3, 1, 13, 27, 49}},
                                                              {6, 19, {1, 1, 1, 15, 7, 5}},
                                                              {6, 22, {1, 3, 1, 15, 13, 25}},
                                                              {6, 25, {1, 1, 5, 5, 19, 61}},
                                                              {7, 1, {1, 3, 7, 11, 23, 15, 103}},
                                                              {7, 4, {1, 3, 7, 13, 13, 15, 69}}}};

/// v_i = m_i 2^(32 - i); m_i = 2 a_1 m_{i-1} ^ 4 a_2 m_{i-2} ^ ... ^ 2^s m_{i-s} ^ m_{i-s} (Joe and Kuo, eq. (2)).
std::array<std::uint32_t, bits> directions(const Polynomial& polynomial) {
    const std::size_t s = polynomial.degree;
    std::array<std::uint32_t, bits> v{};
    for (std::size_t i = 0; i < s; ++i) v[i] = polynomial.first[i] << (bits - 1 - i);
    for (std::size_t i = s; i < bits; ++i) {
        v[i] = v[i - s] ^ (v[i - s] >> s);
        for (std::size_t k = 1; k < s; ++k)
            if ((polynomial.inner >> (s - 1 - k) & 1) != 0) v[i] ^= v[i - k];
    }
    return v;
}

}  // namespace

std::uint32_t sobol(std::uint32_t number, std::size_t dimension) {
    assert(dimension < sobol_dimensions);
    const auto v = dimension == 0 ? std::array<std::uint32_t, bits>{} : directions(table[dimension - 1]);
    std::uint32_t point = 0;
    for (std::size_t i = 0; i < bits; ++i)
        if ((number >> i & 1) != 0) point ^= dimension == 0 ? std::uint32_t{1} << (bits - 1 - i) : v[i];
    return point;
}

}  // namespace apical
