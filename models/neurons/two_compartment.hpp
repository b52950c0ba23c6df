#pragma once
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "models/neurons/integrate_and_fire.hpp"
#include "sim/circuit/tag.hpp"

/// A soma that a dendrite drives and conductances teach. mV, ms, pF, nS, pA.
namespace apical::two_compartment {

using lif::C_m, lif::g_L, lif::E_L, lif::I_e;
using lif::V, lif::excitatory, lif::inhibitory, lif::current;

inline constexpr Tag<"phase"> phase;
inline constexpr Tag<"g_D"> g_D;
inline constexpr Tag<"phi_max"> phi_max;
inline constexpr Tag<"k"> k_phi;
inline constexpr Tag<"beta"> beta;
inline constexpr Tag<"theta"> theta;
inline constexpr Tag<"per_step"> per_step;

/// phi(V) = phi_max / (1 + k exp(beta (theta - V))), of one.
template <class P, class Numbers>
auto share_of_largest_rate(const P& potential, const Numbers& of) {
    return 1.0 / (1.0 + of[k_phi] * exp(of[beta] * (of[theta] - potential)));
}

inline constexpr std::tuple transfer{parameter(phi_max, 150, "Hz", "largest rate"),
                                     parameter(k_phi, 0.5, "1", "of the transfer function"),
                                     parameter(beta, 1.0 / 3, "1/mV", "steepness of the transfer function"),
                                     parameter(theta, -55, "mV", "potential of the transfer function")};

/// The soma of Urbanczik and Senn (2014), which is not reset. `basal`, what projections bring to the dendrite, is the
/// depolarisation of the dendrite. It fires at the rate phi(V), regularly: whenever the integral of the rate has grown
/// by 1; theirs fires at random at that rate. Exponential Euler: conductances and dendrite are held for the step.
struct TwoCompartment {
    static constexpr Info info{"two_compartment",
                               "Soma that its dendrite drives and conductances teach, firing at the rate phi(V).",
                               "C dV/dt = -g_L (V - E_L) - g_D (V - E_L - basal) - g_exc (V - E_exc) - g_inh (V - "
                               "E_inh) + I_e, dg/dt = -g/tau, phi(V) = phi_max / (1 + k exp(beta (theta - V)))",
                               "Urbanczik & Senn 2014"};
    static constexpr auto parameters = std::tuple_cat(
        std::tuple{parameter(E_L, -70, "mV", "resting potential"), parameter(C_m, 300, "pF", "capacitance of the soma"),
                   parameter(I_e, 0, "pA", "constant current"), parameter(g_L, 30, "nS", "leak conductance"),
                   parameter(g_D, 600, "nS", "conductance to the dendrite")},
        std::tuple{parameter(lif::E_excitatory, 0, "mV", "excitatory reversal potential"),
                   parameter(lif::E_inhibitory, -75, "mV", "inhibitory reversal potential")},
        lif::decay_times(3, 3), transfer);
    static constexpr std::tuple inputs{lif::injected};
    static constexpr auto receptors = lif::conductances;
    static constexpr std::tuple states{lif::potential, column(phase, "1", "integral of the rate since the last spike")};
    static constexpr auto sees = tags(basal);
    static constexpr auto coefficients_are =
        tags(lif::leak, g_L, g_D, E_L, I_e, lif::E_excitatory, lif::E_inhibitory, lif::decay_excitatory,
             lif::decay_inhibitory, per_step, k_phi, beta, theta);
    template <class P>
    static std::string refuse(const P& p) {
        return lif::refuse_unless_positive<TwoCompartment>(p, C_m, g_L, g_D, lif::tau_excitatory, lif::tau_inhibitory,
                                                           phi_max, k_phi, beta);
    }
    template <class P>
    static std::string refuse_step(const P& p, double dt) {
        if (p[phi_max] * 1e-3 * dt <= 1) return "";
        return fmt::format("phi_max, {} Hz, is more than a spike in a step of {} ms", p[phi_max], dt);
    }
    template <class P>
    static std::array<double, 13> coefficients(const P& p, double dt) {
        return {-dt / p[C_m],
                p[g_L],
                p[g_D],
                p[E_L],
                p[I_e],
                p[lif::E_excitatory],
                p[lif::E_inhibitory],
                std::exp(-dt / p[lif::tau_excitatory]),
                std::exp(-dt / p[lif::tau_inhibitory]),
                1e-3 * dt * p[phi_max],
                p[k_phi],
                p[beta],
                p[theta]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto all = k[g_L] + k[g_D] + c[excitatory] + c[inhibitory];
        const auto goal = k[E_L] + (k[g_D] * c[basal] + c[excitatory] * (k[lif::E_excitatory] - k[E_L]) +
                                    c[inhibitory] * (k[lif::E_inhibitory] - k[E_L]) + c[current] + k[I_e]) /
                                       all;
        const auto there = goal + (c[V] - goal) * exp(k[lif::leak] * all);
        return std::tuple{k[lif::decay_excitatory] * c[excitatory], k[lif::decay_inhibitory] * c[inhibitory], there,
                          c[phase] + k[per_step] * share_of_largest_rate(there, k)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[phase] >= 1.0;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[V], c[phase] - 1.0};
    }
    template <class P>
    static std::array<double, 2> initial(const P& p) {
        return {p[E_L], 0};
    }
};

}  // namespace apical::two_compartment
