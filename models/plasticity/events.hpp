#pragma once
#include <string>

#include "sim/circuit/event_rule.hpp"
#include "sim/circuit/powers.hpp"

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

/// Rules whose weights lie between 0 and the parameter w_max.
struct UpToLargest {
    template <class P>
    static Interval bounds(const P& p) {
        return {0, p[w_max]};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return p[w_max] > 0 ? std::string() : unlike(w_max, p[w_max], "more than 0");
    }
};

using apical::power;

}  // namespace apical::plasticity
