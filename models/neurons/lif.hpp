#pragma once
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <tuple>

#include "models/neurons/integrate_and_fire.hpp"
#include "sim/circuit/powers.hpp"

/// Leaky integrate-and-fire cells. mV, ms, pF, nS, pA.
namespace apical::lif {

inline constexpr Tag<"from_excitatory"> from_excitatory;
inline constexpr Tag<"from_inhibitory"> from_inhibitory;

/// V(t + dt) from a synaptic current that is 1 pA at t: tau_m tau_s / (C (tau_m - tau_s)) (e^(-dt/tau_m) -
/// e^(-dt/tau_s)), in a form that is smooth where both time constants are equal.
inline double propagator(double membrane_time, double synaptic_time, double capacitance, double dt) {
    const double x = dt * ((membrane_time - synaptic_time) / (membrane_time * synaptic_time));
    return dt / capacitance * std::exp(-dt / membrane_time) * (x == 0 ? 1 : -std::expm1(-x) / x);
}

/// V(t + dt) from 1 pA that is held for the step.
inline double held_current(double membrane_time, double capacitance, double dt) {
    return -std::expm1(-dt / membrane_time) * membrane_time / capacitance;
}

/// Synaptic currents that decay exponentially. The step is exact (Rotter & Diesmann 1999).
struct Current : Fires {
    static constexpr Info info{"lif_current", "Leaky integrate-and-fire cell with exponential synaptic currents.",
                               "C dV/dt = -C/tau_m (V - E_L) + I_e + I_exc + I_inh, dI/dt = -I/tau",
                               "Rotter & Diesmann 1999"};
    static constexpr auto parameters =
        std::tuple_cat(membrane, std::tuple{parameter(tau_m, 10, "ms", "membrane time constant")}, decay_times(2, 2));
    static constexpr std::tuple inputs{injected};
    static constexpr auto receptors = currents;
    static constexpr auto coefficients_are = tags(decay, drive, from_excitatory, from_inhibitory, from_current,
                                                  decay_excitatory, decay_inhibitory, V_th, V_reset);
    template <class P>
    static std::string refuse(const P& p) {
        return refuse_cell<Current>(p, C_m, tau_m, tau_excitatory, tau_inhibitory);
    }
    template <class P>
    static std::array<double, 9> coefficients(const P& p, double dt) {
        return {std::exp(-dt / p[tau_m]),
                -std::expm1(-dt / p[tau_m]) * (p[E_L] + p[I_e] * p[tau_m] / p[C_m]),
                propagator(p[tau_m], p[tau_excitatory], p[C_m], dt),
                propagator(p[tau_m], p[tau_inhibitory], p[C_m], dt),
                held_current(p[tau_m], p[C_m], dt),
                std::exp(-dt / p[tau_excitatory]),
                std::exp(-dt / p[tau_inhibitory]),
                p[V_th],
                p[V_reset]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{k[decay_excitatory] * c[excitatory], k[decay_inhibitory] * c[inhibitory],
                          k[decay] * c[V] + k[drive] + k[from_excitatory] * c[excitatory] +
                              k[from_inhibitory] * c[inhibitory] + k[from_current] * c[current]};
    }
};

/// Every spike adds to the potential at once; while the cell is refractory it is lost.
struct Delta : Fires {
    static constexpr Info info{"lif_delta", "Leaky integrate-and-fire cell whose potential jumps with every spike.",
                               "C dV/dt = -C/tau_m (V - E_L) + I_e; V <- V + weight at an arrival", "Brunel 2000"};
    static constexpr auto parameters =
        std::tuple_cat(membrane, std::tuple{parameter(tau_m, 20, "ms", "membrane time constant")});
    static constexpr std::tuple inputs{column(delta, "mV", "sum of the jumps of a step"), injected};
    static constexpr std::tuple receptors{};
    static constexpr auto coefficients_are = tags(decay, drive, from_current, V_th, V_reset);
    template <class P>
    static std::string refuse(const P& p) {
        return refuse_cell<Delta>(p, C_m, tau_m);
    }
    template <class P>
    static std::array<double, 5> coefficients(const P& p, double dt) {
        return {std::exp(-dt / p[tau_m]), -std::expm1(-dt / p[tau_m]) * (p[E_L] + p[I_e] * p[tau_m] / p[C_m]),
                held_current(p[tau_m], p[C_m], dt), p[V_th], p[V_reset]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{k[decay] * c[V] + k[drive] + c[delta] + k[from_current] * c[current]};
    }
};

/// Synaptic conductances that decay exponentially. Exponential Euler: the conductances of a step's beginning are held
/// for the step, so that its error is of first order in the step.
struct Conductance : Fires {
    static constexpr Info info{
        "lif_conductance", "Leaky integrate-and-fire cell with exponential synaptic conductances.",
        "C dV/dt = -g_L (V - E_L) - g_exc (V - E_exc) - g_inh (V - E_inh) + I_e, dg/dt = -g/tau", "Brette et al. 2007"};
    static constexpr auto parameters =
        std::tuple_cat(membrane, leak_conductance, reversal_potentials, decay_times(5, 10));
    static constexpr std::tuple inputs{injected};
    static constexpr auto receptors = conductances;
    static constexpr auto coefficients_are =
        tags(leak, g_L, drive, E_excitatory, E_inhibitory, decay_excitatory, decay_inhibitory, V_th, V_reset);
    template <class P>
    static std::string refuse(const P& p) {
        return refuse_cell<Conductance>(p, C_m, g_L, tau_excitatory, tau_inhibitory);
    }
    template <class P>
    static std::array<double, 9> coefficients(const P& p, double dt) {
        return {-dt / (p[C_m] * std::numbers::ln2),
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
        const auto goal =
            (k[drive] + c[excitatory] * k[E_excitatory] + c[inhibitory] * k[E_inhibitory] + c[current]) / all;
        return std::tuple{k[decay_excitatory] * c[excitatory], k[decay_inhibitory] * c[inhibitory],
                          goal + (c[V] - goal) * power_of_two(k[leak] * all)};
    }
};

}  // namespace apical::lif
