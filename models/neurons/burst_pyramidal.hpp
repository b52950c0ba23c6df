#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "models/neurons/integrate_and_fire.hpp"
#include "sim/circuit/event_neuron.hpp"

/// A pyramidal cell that bursts when its dendrite has a plateau potential.
namespace apical::burst_pyramidal {

using lif::V, lif::E_L, lif::V_reset, lif::current;

inline constexpr Tag<"dendritic_current"> dendritic_current;

inline constexpr Tag<"threshold"> threshold;    ///< moves up with every spike
inline constexpr Tag<"adaptation"> adaptation;  ///< w_s
inline constexpr Tag<"V_dendrite"> V_dendrite;
inline constexpr Tag<"recovery"> recovery;        ///< w_d
inline constexpr Tag<"since_spike"> since_spike;  ///< in steps

inline constexpr Tag<"C_s"> C_s;
inline constexpr Tag<"tau_s"> tau_s;
inline constexpr Tag<"g_s"> g_s;
inline constexpr Tag<"I_s"> I_s;
inline constexpr Tag<"V_th"> V_th;
inline constexpr Tag<"tau_th"> tau_th;
inline constexpr Tag<"jump_th"> jump_th;
inline constexpr Tag<"tau_w"> tau_w;
inline constexpr Tag<"jump_w"> jump_w;
inline constexpr Tag<"C_d"> C_d;
inline constexpr Tag<"tau_d"> tau_d;
inline constexpr Tag<"g_d"> g_d;
inline constexpr Tag<"c_d"> c_d;
inline constexpr Tag<"I_d"> I_d;
inline constexpr Tag<"E_d"> E_d;
inline constexpr Tag<"D"> D;
inline constexpr Tag<"tau_recovery"> tau_recovery;
inline constexpr Tag<"a"> a;
inline constexpr Tag<"back_from"> back_from;
inline constexpr Tag<"back_until"> back_until;

// What a step takes of them.
inline constexpr Tag<"leak_s"> leak_s;
inline constexpr Tag<"rise_s"> rise_s;
inline constexpr Tag<"leak_th"> leak_th;
inline constexpr Tag<"leak_w"> leak_w;
inline constexpr Tag<"leak_d"> leak_d;
inline constexpr Tag<"rise_d"> rise_d;
inline constexpr Tag<"leak_recovery"> leak_recovery;

/// Of currents from outside: inputs of the cell, each held for a step; or, in a circuit, what its compartments `basal`
/// and `apical` receive, in pA.
enum class Driven : unsigned char { by_inputs, by_compartments };

/// After Naud and Sprekeler 2018, as the published code of BurstCCN steps it: Euler's method, the soma with the
/// dendrite of before, the dendrite then with spikes of before that are back_from .. back_until old (those of the last
/// spike: the threshold makes intervals longer than that), its recovery with the dendrite of after.
template <Driven driven = Driven::by_inputs>
struct BurstPyramidal {
    static constexpr Info info{
        "burst_pyramidal", "Soma and dendrite: a plateau potential of the dendrite makes a spike a burst.",
        "C_s dV/dt = -C_s/tau_s (V - E_L) + g_s S + I_s - w, C_d dV_d/dt = -C_d/tau_d (V_d - E_L) + g_d S + c_d K + "
        "I_d "
        "- r, S = 1/(1 + exp(-(V_d - E_d)/D)), tau_r dr/dt = -r + a (V_d - E_L); V <- V_reset, threshold += jump_th, w "
        "+= jump_w at a spike",
        "Naud and Sprekeler 2018"};
    static constexpr std::tuple parameters{
        parameter(E_L, -70, "mV", "resting potential"),
        parameter(V_reset, -70, "mV", "potential of the soma after a spike"),
        parameter(C_s, 370, "pF", "capacitance of the soma"),
        parameter(tau_s, 16, "ms", "time constant of the soma"),
        parameter(g_s, 1300, "pA", "current of a full plateau into the soma"),
        parameter(I_s, 0, "pA", "constant current into the soma"),
        parameter(V_th, -50, "mV", "threshold long after a spike"),
        parameter(tau_th, 27, "ms", "time constant of the threshold"),
        parameter(jump_th, 2, "mV", "what a spike adds to the threshold"),
        parameter(tau_w, 100, "ms", "time constant of adaptation"),
        parameter(jump_w, 0.2, "pA", "what a spike adds to adaptation: b dt in the published code, b = 200 pA"),
        parameter(C_d, 170, "pF", "capacitance of the dendrite"),
        parameter(tau_d, 7, "ms", "time constant of the dendrite"),
        parameter(g_d, 1200, "pA", "current of a full plateau into the dendrite"),
        parameter(c_d, 2600, "pA", "current of a spike that travels back into the dendrite"),
        parameter(I_d, 0, "pA", "constant current into the dendrite"),
        parameter(E_d, -38, "mV", "potential of half a plateau"),
        parameter(D, 6, "mV", "steepness of the plateau"),
        parameter(tau_recovery, 30, "ms", "time constant of recovery"),
        parameter(a, 13, "nS", "recovery by the dendrite's potential"),
        parameter(back_from, 0.5, "ms", "age of a spike from which its current flows into the dendrite"),
        parameter(back_until, 2.5, "ms", "age of a spike until which it does")};
    static constexpr auto inputs = [] {
        if constexpr (driven == Driven::by_inputs)
            return std::tuple{column(current, "pA", "current into the soma, for one step"),
                              column(dendritic_current, "pA", "current into the dendrite, for one step")};
        else return std::tuple{};
    }();
    static constexpr std::tuple receptors{};
    static constexpr std::tuple states{lif::potential,
                                       column(threshold, "mV", "potential at which the soma fires"),
                                       column(adaptation, "pA", "outward current of the soma"),
                                       column(V_dendrite, "mV", "potential of the dendrite"),
                                       column(recovery, "pA", "outward current of the dendrite"),
                                       column(since_spike, "1", "steps since the last spike")};
    static constexpr auto sees = [] {
        if constexpr (driven == Driven::by_inputs) return tags();
        else return tags(basal, apical);
    }();
    static constexpr auto coefficients_are =
        tags(leak_s, rise_s, g_s, I_s, leak_th, V_th, jump_th, leak_w, jump_w, leak_d, rise_d, g_d, c_d, I_d, E_d, D,
             leak_recovery, a, E_L, V_reset, back_from, back_until);
    template <class P>
    static std::array<double, 22> coefficients(const P& p, double dt) {
        constexpr double slack = 1e-9;  // of a step
        return {dt / p[tau_s],
                dt / p[C_s],
                p[g_s],
                p[I_s],
                dt / p[tau_th],
                p[V_th],
                p[jump_th],
                dt / p[tau_w],
                p[jump_w],
                dt / p[tau_d],
                dt / p[C_d],
                p[g_d],
                p[c_d],
                p[I_d],
                p[E_d],
                p[D],
                dt / p[tau_recovery],
                p[a],
                p[E_L],
                p[V_reset],
                std::ceil(p[back_from] / dt - slack),
                std::floor(p[back_until] / dt + slack)};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto plateau = sigmoid((c[V_dendrite] - k[E_d]) / k[D]);
        const auto soma =
            c[V] - k[leak_s] * (c[V] - k[E_L]) + k[rise_s] * (k[g_s] * plateau + k[I_s] + somatic(c) - c[adaptation]);
        const auto age = min(c[since_spike] + 1, never);
        const auto back = select(age >= k[back_from] && age <= k[back_until], k[c_d], 0);
        const auto dendrite = c[V_dendrite] - k[leak_d] * (c[V_dendrite] - k[E_L]) +
                              k[rise_d] * (k[g_d] * plateau + back + k[I_d] + dendritic(c) - c[recovery]);
        return std::tuple{soma,
                          c[threshold] + k[leak_th] * (k[V_th] - c[threshold]),
                          c[adaptation] - k[leak_w] * c[adaptation],
                          dendrite,
                          c[recovery] + k[leak_recovery] * (k[a] * (dendrite - k[E_L]) - c[recovery]),
                          age};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[V] >= c[threshold];
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{k[V_reset], c[threshold] + k[jump_th], c[adaptation] + k[jump_w], c[V_dendrite], c[recovery],
                          0.0};
    }
    template <class P>
    static std::array<double, 6> initial(const P& p) {
        return {p[E_L], p[V_th], 0, p[E_L], 0, never};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (std::string why =
                lif::refuse_unless_positive<BurstPyramidal>(p, C_s, tau_s, tau_th, tau_w, C_d, tau_d, D, tau_recovery);
            !why.empty())
            return why;
        if (!(p[V_reset] < p[V_th]))
            return fmt::format("V_reset, {} mV, is not below V_th, {} mV", p[V_reset], p[V_th]);
        return p[back_from] <= p[back_until]
                   ? ""
                   : fmt::format("back_from, {} ms, is after back_until, {} ms", p[back_from], p[back_until]);
    }
    /// Euler's method goes past its goal in longer steps.
    template <class P>
    static std::string refuse_step(const P& p, double dt) {
        const double shortest = std::min({p[tau_s], p[tau_th], p[tau_w], p[tau_d], p[tau_recovery]});
        return dt <= shortest
                   ? ""
                   : fmt::format("a step of {} ms, expected at most its shortest time constant, {} ms", dt, shortest);
    }

   private:
    static constexpr double never = 1 << 24;  ///< steps; floats count so far

    template <class C>
    static auto somatic(const C& c) {
        if constexpr (driven == Driven::by_inputs) return c[current];
        else return c[basal];
    }
    template <class C>
    static auto dendritic(const C& c) {
        if constexpr (driven == Driven::by_inputs) return c[dendritic_current];
        else return c[apical::apical];
    }
};

}  // namespace apical::burst_pyramidal
