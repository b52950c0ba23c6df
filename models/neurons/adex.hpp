#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <string>
#include <tuple>

#include "models/neurons/integrate_and_fire.hpp"

/// Adaptive exponential integrate-and-fire cells. mV, ms, pF, nS, pA.
namespace apical::adex {

using lif::C_m, lif::g_L, lif::E_L, lif::V_reset, lif::t_ref, lif::I_e, lif::E_excitatory, lif::E_inhibitory,
    lif::tau_excitatory, lif::tau_inhibitory, lif::V, lif::current, lif::excitatory, lif::inhibitory;

inline constexpr Tag<"w"> w;
inline constexpr Tag<"V_T"> V_T;
inline constexpr Tag<"V_peak"> V_peak;
inline constexpr Tag<"delta_T"> delta_T;
inline constexpr Tag<"a"> a;
inline constexpr Tag<"b"> b;
inline constexpr Tag<"tau_w"> tau_w;

// What a step takes of them.
inline constexpr Tag<"step_per_C"> step_per_C;
inline constexpr Tag<"step_per_tau_w"> step_per_tau_w;
inline constexpr Tag<"half_excitatory"> half_excitatory;
inline constexpr Tag<"half_inhibitory"> half_inhibitory;

/// Synapses of a cell: what they add at a potential, in pA, from columns that decay exponentially.
struct Currents {
    static constexpr auto receptors = lif::currents;
    static constexpr std::tuple<> reversals{};
    static constexpr auto times = lif::decay_times(2, 2);
    static constexpr auto coefficients_are = tags();
    template <class P>
    static std::array<double, 0> coefficients(const P&) {
        return {};
    }
    template <class V, class K>
    static auto flow(V, const V& exc, const V& inh, const K&) {
        return exc + inh;
    }
};
struct Conductances {
    static constexpr auto receptors = lif::conductances;
    static constexpr auto reversals = lif::reversal_potentials;
    static constexpr auto times = lif::decay_times(5, 10);
    static constexpr auto coefficients_are = tags(E_excitatory, E_inhibitory);
    template <class P>
    static std::array<double, 2> coefficients(const P& p) {
        return {p[E_excitatory], p[E_inhibitory]};
    }
    template <class V, class K>
    static auto flow(V v, const V& exc, const V& inh, const K& k) {
        return exc * (k[E_excitatory] - v) + inh * (k[E_inhibitory] - v);
    }
};

/// A step by Runge and Kutta's scheme of fourth order, with synapses as they are, exactly, at its beginning, middle and
/// end. Within a step the potential counts as V_peak at most, where the exponential is cut off. A cell fires at the end
/// of the step in which its potential diverges, or of the next.
template <class Synapses>
struct AdEx {
    static constexpr bool of_currents = std::same_as<Synapses, Currents>;
    static constexpr Info info{of_currents ? "adex_current" : "adex_conductance",
                               of_currents ? "Adaptive exponential cell with exponential synaptic currents."
                                           : "Adaptive exponential cell with exponential synaptic conductances.",
                               of_currents ? "C dV/dt = -g_L (V - E_L) + g_L delta_T e^((V - V_T)/delta_T) - w + I_e + "
                                             "I_exc + I_inh, tau_w dw/dt = a (V - E_L) - w; w <- w + b at a spike"
                                           : "C dV/dt = -g_L (V - E_L) + g_L delta_T e^((V - V_T)/delta_T) - w + I_e - "
                                             "g_exc (V - E_exc) - g_inh (V - E_inh), tau_w dw/dt = a (V - E_L) - w; "
                                             "w <- w + b at a spike",
                               "Brette & Gerstner 2005"};
    static constexpr auto parameters = std::tuple_cat(
        std::tuple{parameter(C_m, 281, "pF", "membrane capacitance"), parameter(g_L, 30, "nS", "leak conductance"),
                   parameter(E_L, -70.6, "mV", "resting potential"),
                   parameter(V_T, -50.4, "mV", "threshold, from which the exponential outgrows the leak"),
                   parameter(delta_T, 2, "mV", "slope of the threshold"),
                   parameter(V_peak, 20, "mV", "where the spike is cut off and counted"),
                   parameter(V_reset, -70.6, "mV", "potential after a spike"),
                   parameter(t_ref, 0, "ms", "refractory time, whole steps"),
                   parameter(a, 4, "nS", "subthreshold adaptation"), parameter(b, 80.5, "pA", "adaptation by a spike"),
                   parameter(tau_w, 144, "ms", "time constant of adaptation"),
                   parameter(I_e, 0, "pA", "constant current")},
        Synapses::reversals, Synapses::times);
    static constexpr std::tuple inputs{lif::injected};
    static constexpr auto receptors = Synapses::receptors;
    static constexpr std::tuple states{lif::potential, column(w, "pA", "adaptation")};
    static constexpr auto coefficients_are = joined(tags(step_per_C, step_per_tau_w, g_L, E_L, V_T, delta_T, V_peak,
                                                         V_reset, a, b, I_e, half_excitatory, half_inhibitory),
                                                    Synapses::coefficients_are);

    template <class P>
    static std::string refuse(const P& p) {
        if (std::string why =
                lif::refuse_unless_positive<AdEx>(p, C_m, g_L, delta_T, tau_w, tau_excitatory, tau_inhibitory);
            !why.empty())
            return why;
        for (const auto& [name, below] : {std::pair{"V_reset", p[V_reset]}, std::pair{"V_T", p[V_T]}})
            if (!(below < p[V_peak]))
                return fmt::format("{}, {} mV, is not below V_peak, {} mV", name, below, p[V_peak]);
        return "";
    }
    template <class P>
    static auto coefficients(const P& p, double dt) {
        const std::array own{dt / p[C_m],
                             dt / p[tau_w],
                             p[g_L],
                             p[E_L],
                             p[V_T],
                             p[delta_T],
                             p[V_peak],
                             p[V_reset],
                             p[a],
                             p[b],
                             p[I_e],
                             std::exp(-dt / 2 / p[tau_excitatory]),
                             std::exp(-dt / 2 / p[tau_inhibitory])};
        const auto of_synapses = Synapses::coefficients(p);
        std::array<double, own.size() + of_synapses.size()> all;
        std::ranges::copy(of_synapses, std::ranges::copy(own, all.begin()).out);
        return all;
    }

    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto exc_half = k[half_excitatory] * c[excitatory], exc_end = k[half_excitatory] * exc_half;
        const auto inh_half = k[half_inhibitory] * c[inhibitory], inh_end = k[half_inhibitory] * inh_half;
        const auto steady = k[I_e] + c[current];
        // What V and w gain in a whole step at these slopes.
        const auto slopes = [&](auto potential_now, auto w_now, const auto& exc, const auto& inh) {
            const auto v = min(potential_now, k[V_peak]);
            const auto from_rest = v - k[E_L];
            const auto flow = k[g_L] * (k[delta_T] * exp((v - k[V_T]) / k[delta_T]) - from_rest) - w_now + steady +
                              Synapses::flow(v, exc, inh, k);
            return std::array{k[step_per_C] * flow, k[step_per_tau_w] * (k[a] * from_rest - w_now)};
        };
        const auto k1 = slopes(c[V], c[w], c[excitatory], c[inhibitory]);
        const auto k2 = slopes(c[V] + 0.5 * k1[0], c[w] + 0.5 * k1[1], exc_half, inh_half);
        const auto k3 = slopes(c[V] + 0.5 * k2[0], c[w] + 0.5 * k2[1], exc_half, inh_half);
        const auto k4 = slopes(c[V] + k3[0], c[w] + k3[1], exc_end, inh_end);
        const auto sum = [&](auto from, std::size_t i) { return from + (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]) / 6.0; };
        return std::tuple{exc_end, inh_end, sum(c[V], 0), sum(c[w], 1)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return c[V] >= k[V_peak];
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{k[V_reset], c[w] + k[b]};
    }
    template <class C, class K>
    static auto held(const C& c, const K& k) {
        return std::tuple{k[V_reset], c[w]};
    }
    template <class P>
    static double refractory_time(const P& p) {
        return p[t_ref];
    }
    template <class P>
    static std::array<double, 2> initial(const P& p) {
        return {p[E_L], 0};
    }
};

}  // namespace apical::adex
