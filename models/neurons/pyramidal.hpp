#pragma once
#include <array>

#include "models/neurons/tags.hpp"
#include "sim/circuit/neuron.hpp"

namespace apical {

/// The passive membrane of a pyramidal cell's soma and its coupling to the dendrites. Capacitance and conductances of
/// the leak after NEST's cell of Urbanczik and Senn (2014): 10 ms at rest. g_B and g_A in the proportions to the leak
/// of Sacramento et al. (2018), g_L : g_B : g_A = 0.1 : 1 : 0.8, but for g_A = 0 as long as the apical dendrite only
/// teaches.
struct Membrane {
    double C_m = 300;  ///< pF
    double g_L = 30;   ///< nS
    double g_B = 300;  ///< nS
    double g_A = 0;    ///< nS
    double E_L = 0;    ///< mV; 0: potentials are measured from rest
    double total() const { return g_L + g_B + g_A; }
    double tau() const { return C_m / total(); }  ///< ms
};

/// Soma between two dendrites, C_m du/dt = g_L (E_L - u) + g_B (v_B - u) + g_A (v_A - u) + I, potentials in mV, I in
/// pA. v_B = gain x (column Basal). Without a column Apical there is no apical term, whatever g_A is; a downstream
/// cell's second dendrite is the one that receives the cross input.
template <class State, class Basal, class... Apical>
struct Pyramidal {
    Membrane m;
    double gain = 1;
    static constexpr Info info{"pyramidal", "Soma between a basal and an apical dendrite.",
                               "C_m du/dt = g_L (E_L - u) + g_B (v_B - u) + g_A (v_A - u) + I",
                               "Urbanczik and Senn 2014; Sacramento et al. 2018"};
    static constexpr auto sees = tags(Basal{}, current, Apical{}...);
    static constexpr auto state = tags(State{});
    std::array<double, 1> rates() const { return {conductance() / m.C_m}; }
    template <class C>
    auto target(const C& c) const {
        auto sum = m.g_L * m.E_L + m.g_B * gain * c[Basal{}] + c[current];
        ((sum = sum + m.g_A * c[Apical{}]), ...);
        return sum / conductance();
    }
    double conductance() const { return m.g_L + m.g_B + (sizeof...(Apical) > 0 ? m.g_A : 0); }
};

}  // namespace apical
