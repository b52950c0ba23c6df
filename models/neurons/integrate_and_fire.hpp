#pragma once
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "sim/circuit/event_neuron.hpp"

/// What cells that integrate and fire have in common. mV, ms, pF, nS, pA.
namespace apical::lif {

inline constexpr Tag<"V"> V;
inline constexpr Tag<"excitatory"> excitatory;
inline constexpr Tag<"inhibitory"> inhibitory;
inline constexpr Tag<"delta"> delta;
inline constexpr Tag<"current"> current;

inline constexpr Tag<"C_m"> C_m;
inline constexpr Tag<"tau_m"> tau_m;
inline constexpr Tag<"g_L"> g_L;
inline constexpr Tag<"E_L"> E_L;
inline constexpr Tag<"V_th"> V_th;
inline constexpr Tag<"V_reset"> V_reset;
inline constexpr Tag<"t_ref"> t_ref;
inline constexpr Tag<"I_e"> I_e;
inline constexpr Tag<"tau_excitatory"> tau_excitatory;
inline constexpr Tag<"tau_inhibitory"> tau_inhibitory;
inline constexpr Tag<"E_excitatory"> E_excitatory;
inline constexpr Tag<"E_inhibitory"> E_inhibitory;

// What a step takes of them.
inline constexpr Tag<"decay"> decay;
inline constexpr Tag<"drive"> drive;
inline constexpr Tag<"from_current"> from_current;
inline constexpr Tag<"decay_excitatory"> decay_excitatory;
inline constexpr Tag<"decay_inhibitory"> decay_inhibitory;
inline constexpr Tag<"leak"> leak;

inline constexpr auto potential = column(V, "mV", "membrane potential");
/// Held from t to t + dt, in which it arrives.
inline constexpr auto injected = column(current, "pA", "current from outside, for one step");
inline constexpr std::tuple currents{column(excitatory, "pA", "excitatory current"),
                                     column(inhibitory, "pA", "inhibitory current")};
inline constexpr std::tuple conductances{column(excitatory, "nS", "excitatory conductance"),
                                         column(inhibitory, "nS", "inhibitory conductance")};

inline constexpr std::tuple membrane{
    parameter(E_L, -70, "mV", "resting potential"),           parameter(V_th, -55, "mV", "threshold"),
    parameter(V_reset, -70, "mV", "potential after a spike"), parameter(t_ref, 2, "ms", "refractory time, whole steps"),
    parameter(C_m, 250, "pF", "membrane capacitance"),        parameter(I_e, 0, "pA", "constant current")};
inline constexpr std::tuple leak_conductance{parameter(g_L, 10, "nS", "leak conductance")};
inline constexpr std::tuple reversal_potentials{parameter(E_excitatory, 0, "mV", "excitatory reversal potential"),
                                                parameter(E_inhibitory, -80, "mV", "inhibitory reversal potential")};
/// Time constants of exponential receptors.
constexpr auto decay_times(double excitation, double inhibition) {
    return std::tuple{parameter(tau_excitatory, excitation, "ms", "decay of what excites"),
                      parameter(tau_inhibitory, inhibition, "ms", "decay of what inhibits")};
}

/// "C_m is 0 pF, expected more than 0", of the first of these parameters of a cell N that is not above 0, or "".
template <class N, class P, class... T>
std::string refuse_unless_positive(const P& p, T... of) {
    std::string why;
    const auto check = [&](auto tag, const CellParameter& known) {
        if (known.name == tag.name && why.empty() && !(p[tag] > 0))
            why = fmt::format("{} is {}, expected more than 0", tag.name, with_unit(p[tag], known.unit));
    };
    const auto check_tag = [&](auto tag) {
        std::apply([&](const auto&... known) { (check(tag, known), ...); }, N::parameters);
    };
    (check_tag(of), ...);
    return why;
}

/// Threshold and reset of cells whose potential alone says when they fire.
struct Fires {
    static constexpr std::tuple states{potential};
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return c[V] >= k[V_th];
    }
    template <class C, class K>
    static auto reset(const C&, const K& k) {
        return std::tuple{k[V_reset]};
    }
    template <class P>
    static double refractory_time(const P& p) {
        return p[t_ref];
    }
    template <class P>
    static std::array<double, 1> initial(const P& p) {
        return {p[E_L]};
    }

   protected:
    /// Of a cell N: these parameters are to be above 0, and its reset below its threshold.
    template <class N, class P, class... T>
    static std::string refuse_cell(const P& p, T... positive) {
        if (std::string why = refuse_unless_positive<N>(p, positive...); !why.empty()) return why;
        if (p[V_reset] < p[V_th]) return "";
        return fmt::format("V_reset, {} mV, is not below V_th, {} mV", p[V_reset], p[V_th]);
    }
};

}  // namespace apical::lif
