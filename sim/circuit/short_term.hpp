#pragma once
#include <optional>

namespace apical {

/// Short-term plasticity of what a cell sends along a projection. Of the resources x of its synapses a spike uses the
/// part u, and weight u x arrives:
///
///     x <- x - u x, then u <- u + f (1 - u) at a spike; between spikes du/dt = (U - u) / tau_facilitation,
///     dx/dt = (1 - x) / tau_depression
///
/// At first x = 1 and u = U. With f = U that is Tsodyks, Uziel & Markram 2000, whose u is decayed to 0 and raised
/// before it is used. With U = 0 and f = 1 a spike alone sends nothing, and one that comes soon after it all.
struct ShortTerm {
    double U = 0.5;               ///< in [0, 1]
    double tau_depression = 800;  ///< ms, 0 or more; 0: resources are always full
    double tau_facilitation = 0;  ///< ms, 0 or more; 0: u is always U
    std::optional<double> f{};    ///< in [0, 1]; none: U. U and f are not both 0
    double jump() const { return f.value_or(U); }
};

}  // namespace apical
