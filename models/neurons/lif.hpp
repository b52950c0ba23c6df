#pragma once
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "sim/circuit/event_neuron.hpp"

/// Leaky integrate-and-fire cells. mV, ms, pF, nS, pA.
namespace apical::lif {

inline constexpr Tag<"V"> V;                    ///< membrane potential, mV
inline constexpr Tag<"excitatory"> excitatory;  ///< current (pA) or conductance (nS)
inline constexpr Tag<"inhibitory"> inhibitory;
inline constexpr Tag<"delta"> delta;  ///< sum of the jumps of this step, mV

inline constexpr Tag<"C_m"> C_m;
inline constexpr Tag<"tau_m"> tau_m;
inline constexpr Tag<"E_L"> E_L;
inline constexpr Tag<"V_th"> V_th;
inline constexpr Tag<"V_reset"> V_reset;
inline constexpr Tag<"t_ref"> t_ref;
inline constexpr Tag<"I_e"> I_e;
inline constexpr Tag<"tau_excitatory"> tau_excitatory;
inline constexpr Tag<"tau_inhibitory"> tau_inhibitory;
inline constexpr Tag<"g_L"> g_L;
inline constexpr Tag<"E_excitatory"> E_excitatory;
inline constexpr Tag<"E_inhibitory"> E_inhibitory;

// What a step takes of them.
inline constexpr Tag<"decay"> decay;
inline constexpr Tag<"drive"> drive;
inline constexpr Tag<"decay_excitatory"> decay_excitatory;
inline constexpr Tag<"decay_inhibitory"> decay_inhibitory;
inline constexpr Tag<"from_excitatory"> from_excitatory;
inline constexpr Tag<"from_inhibitory"> from_inhibitory;
inline constexpr Tag<"leak"> leak;

inline constexpr std::tuple membrane{
    parameter(E_L, -70, "mV", "resting potential"),           parameter(V_th, -55, "mV", "threshold"),
    parameter(V_reset, -70, "mV", "potential after a spike"), parameter(t_ref, 2, "ms", "refractory time, whole steps"),
    parameter(C_m, 250, "pF", "membrane capacitance"),        parameter(I_e, 0, "pA", "constant current")};

/// Threshold and reset, which all of them share.
struct Fires {
    static constexpr auto state = tags(V);
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
    template <class P, class... T>
    static std::string refuse_unless_positive(const P& p, T... of) {
        std::string why;
        const auto check = [&](auto tag) {
            if (why.empty() && !(p[tag] > 0))
                why = std::string(tag) + " is " + std::to_string(p[tag]) + ", expected a number above 0";
        };
        (check(of), ...);
        if (why.empty() && !(p[V_reset] < p[V_th]))
            why =
                "V_reset, " + std::to_string(p[V_reset]) + " mV, is not below V_th, " + std::to_string(p[V_th]) + " mV";
        return why;
    }
};

/// V(t + dt) from a synaptic current that is 1 pA at t: tau_m tau_s / (C (tau_m - tau_s)) (e^(-dt/tau_m) -
/// e^(-dt/tau_s)), in a form that is smooth where both time constants are equal.
inline double propagator(double membrane_time, double synaptic_time, double capacitance, double dt) {
    const double x = dt * ((membrane_time - synaptic_time) / (membrane_time * synaptic_time));
    return dt / capacitance * std::exp(-dt / membrane_time) * (x == 0 ? 1 : -std::expm1(-x) / x);
}

/// Synaptic currents that decay exponentially. The step is exact (Rotter & Diesmann 1999).
struct Current : Fires {
    static constexpr Info info{"lif_current", "Leaky integrate-and-fire cell with exponential synaptic currents.",
                               "C dV/dt = -C/tau_m (V - E_L) + I_e + I_exc + I_inh, dI/dt = -I/tau",
                               "Rotter & Diesmann 1999"};
    static constexpr auto parameters =
        std::tuple_cat(membrane, std::tuple{parameter(tau_m, 10, "ms", "membrane time constant"),
                                            parameter(tau_excitatory, 2, "ms", "of the excitatory current"),
                                            parameter(tau_inhibitory, 2, "ms", "of the inhibitory current")});
    static constexpr auto inputs = tags();
    static constexpr auto receptors = tags(excitatory, inhibitory);
    static constexpr auto coefficients_are =
        tags(decay, drive, from_excitatory, from_inhibitory, decay_excitatory, decay_inhibitory, V_th, V_reset);
    template <class P>
    static std::string refuse(const P& p) {
        return refuse_unless_positive(p, C_m, tau_m, tau_excitatory, tau_inhibitory);
    }
    template <class P>
    static std::array<double, 8> coefficients(const P& p, double dt) {
        return {std::exp(-dt / p[tau_m]),
                -std::expm1(-dt / p[tau_m]) * (p[E_L] + p[I_e] * p[tau_m] / p[C_m]),
                propagator(p[tau_m], p[tau_excitatory], p[C_m], dt),
                propagator(p[tau_m], p[tau_inhibitory], p[C_m], dt),
                std::exp(-dt / p[tau_excitatory]),
                std::exp(-dt / p[tau_inhibitory]),
                p[V_th],
                p[V_reset]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{
            k[decay_excitatory] * c[excitatory], k[decay_inhibitory] * c[inhibitory],
            k[decay] * c[V] + k[drive] + k[from_excitatory] * c[excitatory] + k[from_inhibitory] * c[inhibitory]};
    }
};

/// Every spike adds to the potential at once; while the cell is refractory it is lost.
struct Delta : Fires {
    static constexpr Info info{"lif_delta", "Leaky integrate-and-fire cell whose potential jumps with every spike.",
                               "C dV/dt = -C/tau_m (V - E_L) + I_e; V <- V + weight at an arrival", "Brunel 2000"};
    static constexpr auto parameters =
        std::tuple_cat(membrane, std::tuple{parameter(tau_m, 20, "ms", "membrane time constant")});
    static constexpr auto inputs = tags(delta);
    static constexpr auto receptors = tags();
    static constexpr auto coefficients_are = tags(decay, drive, V_th, V_reset);
    template <class P>
    static std::string refuse(const P& p) {
        return refuse_unless_positive(p, C_m, tau_m);
    }
    template <class P>
    static std::array<double, 4> coefficients(const P& p, double dt) {
        return {std::exp(-dt / p[tau_m]), -std::expm1(-dt / p[tau_m]) * (p[E_L] + p[I_e] * p[tau_m] / p[C_m]), p[V_th],
                p[V_reset]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{k[decay] * c[V] + k[drive] + c[delta]};
    }
};

/// Synaptic conductances that decay exponentially. Exponential Euler: the conductances of a step's beginning are held
/// for the step, so that its error is of first order in the step.
struct Conductance : Fires {
    static constexpr Info info{
        "lif_conductance", "Leaky integrate-and-fire cell with exponential synaptic conductances.",
        "C dV/dt = -g_L (V - E_L) - g_exc (V - E_exc) - g_inh (V - E_inh) + I_e, dg/dt = -g/tau", "Brette et al. 2007"};
    static constexpr auto parameters =
        std::tuple_cat(membrane, std::tuple{parameter(g_L, 10, "nS", "leak conductance"),
                                            parameter(E_excitatory, 0, "mV", "excitatory reversal potential"),
                                            parameter(E_inhibitory, -80, "mV", "inhibitory reversal potential"),
                                            parameter(tau_excitatory, 5, "ms", "of the excitatory conductance"),
                                            parameter(tau_inhibitory, 10, "ms", "of the inhibitory conductance")});
    static constexpr auto inputs = tags();
    static constexpr auto receptors = tags(excitatory, inhibitory);
    static constexpr auto coefficients_are =
        tags(leak, g_L, drive, E_excitatory, E_inhibitory, decay_excitatory, decay_inhibitory, V_th, V_reset);
    template <class P>
    static std::string refuse(const P& p) {
        return refuse_unless_positive(p, C_m, g_L, tau_excitatory, tau_inhibitory);
    }
    template <class P>
    static std::array<double, 9> coefficients(const P& p, double dt) {
        return {-dt / p[C_m],
                p[g_L],
                p[g_L] * p[E_L] + p[I_e],
                p[E_excitatory],
                p[E_inhibitory],
                std::exp(-dt / p[tau_excitatory]),
                std::exp(-dt / p[tau_inhibitory]),
                p[V_th],
                p[V_reset]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto all = k[g_L] + c[excitatory] + c[inhibitory];
        const auto goal = (k[drive] + c[excitatory] * k[E_excitatory] + c[inhibitory] * k[E_inhibitory]) / all;
        return std::tuple{k[decay_excitatory] * c[excitatory], k[decay_inhibitory] * c[inhibitory],
                          goal + (c[V] - goal) * exp(k[leak] * all)};
    }
};

}  // namespace apical::lif
