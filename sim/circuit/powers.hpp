#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <numbers>

#include "sim/circuit/pack.hpp"

namespace apical {

// Powers in half the time of `exp` and `log`, for rules and traces of events, which take much of their time: packs of
// floats. Other numbers have exp and log.

namespace detail {

inline constexpr int mantissa = 23;  ///< bits of it in a float

/// Every float of a pack by a function of two, bit by bit: `function(a, b)`.
template <class Function>
Pack<float> each_float(const Function& function, Pack<float> a, Pack<float> b) {
    alignas(64) std::array<float, Pack<float>::size> x, y;
    a.store(x.data());
    b.store(y.data());
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = function(x[k], y[k]);
    return Pack<float>::load(x.data());
}

}  // namespace detail

/// 2^a. Floats: 3 epsilon of max(1, |a|), relative; beyond the exponents of normal numbers as at the last of them.
template <class V>
V power_of_two(const V& a) {
    if constexpr (std::same_as<V, Pack<float>>) {
        // 2^a = 2^n e^t of a whole n and |t| <= log(2) / 2: the series of e^t leaves 6e-9.
        const V exponent = max(min(V(127), a), V(-126)), n = floor(exponent + 0.5);
        const V t = (exponent - n) * std::numbers::ln2;
        V sum = V::multiply_add(t, 1.0 / 5040, 1.0 / 720);
        sum = V::multiply_add(sum, t, 1.0 / 120);
        sum = V::multiply_add(sum, t, 1.0 / 24);
        sum = V::multiply_add(sum, t, 1.0 / 6);
        sum = V::multiply_add(sum, t, 0.5);
        sum = V::multiply_add(sum, t, 1.0);
        sum = V::multiply_add(sum, t, 1.0);
        const V power = detail::each_float(
            [](float x, float up) {
                return std::bit_cast<float>(
                    std::bit_cast<std::uint32_t>(x) +
                    (static_cast<std::uint32_t>(static_cast<std::int32_t>(up)) << detail::mantissa));
            },
            sum, n);
        return select(a == a, power, a);
    } else return exp(a * V(std::numbers::ln2));
}

/// log2 a. Packs of floats: 3 epsilon of max(1, |log2 a|), only of normal numbers above 0.
template <class V>
V log_of_two(const V& a) {
    if constexpr (std::same_as<V, Pack<float>>) {
        // a = 2^n m with m between the roots of 1/2 and 2; log m = 2 artanh s, whose series leaves 2e-9.
        const auto exponent = [](float x) {
            constexpr auto root = std::bit_cast<std::uint32_t>(std::numbers::sqrt2_v<float> / 2);
            return static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(x) - root) >> detail::mantissa;
        };
        const V n = detail::each_float([&](float x, float) { return static_cast<float>(exponent(x)); }, a, a);
        const V m = detail::each_float(
            [&](float x, float) {
                return std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) -
                                            (static_cast<std::uint32_t>(exponent(x)) << detail::mantissa));
            },
            a, a);
        const V s = (m - 1.0) / (m + 1.0), ss = s * s;
        V sum = V::multiply_add(ss, 1.0 / 9, 1.0 / 7);
        sum = V::multiply_add(sum, ss, 1.0 / 5);
        sum = V::multiply_add(sum, ss, 1.0 / 3);
        sum = V::multiply_add(sum, ss, 1.0);
        return select(a == a, V::multiply_add(s * (2 / std::numbers::ln2), sum, n), a);
    } else return log(a) * V(1 / std::numbers::ln2);
}

/// x^exponent for x >= 0 and exponents of 0 or more: a few times as fast as `pow`, and as exact as rules need it.
template <class V>
V power(const V& x, const V& exponent) {
    return select(x > V(0), power_of_two(exponent * log_of_two(x)), select(exponent > V(0), V(0), V(1)));
}

}  // namespace apical
