#pragma once

namespace apical {

/// Short-term plasticity of what a cell sends along a projection (Tsodyks, Uziel & Markram 2000). Of the resources x of
/// its synapses a spike uses the part u, and weight u x arrives:
///
///     u <- u + U (1 - u), then x <- x - u x at a spike; between spikes du/dt = -u / tau_facilitation,
///     dx/dt = (1 - x) / tau_depression
///
/// At first x = 1 and u = 0, so that the first spike carries U times its weight.
struct ShortTerm {
    double U = 0.5;               ///< in (0, 1]
    double tau_depression = 800;  ///< ms, 0 or more; 0: resources are always full
    double tau_facilitation = 0;  ///< ms, 0 or more; 0: u is always U
};

}  // namespace apical
