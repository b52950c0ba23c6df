#pragma once
#include <string>

#include "sim/circuit/event_rule.hpp"

/// What rules of events have in common. Weights are in the unit of the receptor.
namespace apical::plasticity {

inline constexpr Tag<"eta"> eta;          ///< learning rate
inline constexpr Tag<"w_max"> w_max;      ///< largest weight
inline constexpr Tag<"K_plus"> K_plus;    ///< trace of presynaptic events
inline constexpr Tag<"K_minus"> K_minus;  ///< trace of postsynaptic events
inline constexpr Tag<"tau_plus"> tau_plus;
inline constexpr Tag<"tau_minus"> tau_minus;

/// "mu is -1.000000, expected 0 or more".
inline std::string unlike(const std::string& name, double found, const char* expected) {
    return name + " is " + std::to_string(found) + ", expected " + expected;
}

/// x^exponent for x >= 0 and exponents of 0 or more: a few times as fast as `pow`, and as exact as rules need it.
template <class V>
V power(const V& x, const V& exponent) {
    return select(x > V(0), exp(exponent * log(x)), select(exponent > V(0), V(0), V(1)));
}

}  // namespace apical::plasticity
