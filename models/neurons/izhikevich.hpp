#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/neurons/integrate_and_fire.hpp"

namespace apical::izhikevich {

using lif::delta, lif::current, lif::V, lif::I_e;

inline constexpr Tag<"u"> u;
inline constexpr Tag<"a"> a;
inline constexpr Tag<"b"> b;
inline constexpr Tag<"c"> c;
inline constexpr Tag<"d"> d;
inline constexpr Tag<"V_peak"> V_peak;
inline constexpr Tag<"half_step"> half_step;
inline constexpr Tag<"step_times_a"> step_times_a;

/// The scheme of the paper's program, which steps by 1 ms: two half steps of V, then a step of u, each by Euler's
/// method with what was found before it. Currents are in mV/ms, as the equation has them.
struct Izhikevich {
    static constexpr Info info{
        "izhikevich", "Cell of two variables that fires in many patterns.",
        "dV/dt = .04 V^2 + 5 V + 140 - u + I, du/dt = a (b V - u); V <- c, u <- u + d at a spike", "Izhikevich 2003"};
    static constexpr std::tuple parameters{parameter(a, 0.02, "1/ms", "rate of recovery"),
                                           parameter(b, 0.2, "1/ms", "sensitivity of recovery to the potential"),
                                           parameter(c, -65, "mV", "potential after a spike"),
                                           parameter(d, 8, "mV/ms", "what a spike adds to recovery"),
                                           parameter(V_peak, 30, "mV", "where the spike is cut off and counted"),
                                           parameter(I_e, 0, "mV/ms", "constant current")};
    static constexpr std::tuple inputs{column(delta, "mV", "sum of the jumps of a step"),
                                       column(current, "mV/ms", "current from outside, for one step")};
    static constexpr std::tuple receptors{};
    static constexpr std::tuple states{lif::potential, column(u, "mV/ms", "recovery")};
    static constexpr auto coefficients_are = tags(half_step, step_times_a, b, c, d, V_peak, I_e);
    template <class P>
    static std::string refuse(const P& p) {
        if (p[c] < p[V_peak]) return "";
        return fmt::format("c, {} mV, is not below V_peak, {} mV", p[c], p[V_peak]);
    }
    template <class P>
    static std::array<double, 7> coefficients(const P& p, double dt) {
        return {dt / 2, dt * p[a], p[b], p[c], p[d], p[V_peak], p[I_e]};
    }
    template <class C, class K>
    static auto advance(const C& cell, const K& k) {
        const auto steady = 140.0 - cell[u] + k[I_e] + cell[current];
        const auto half = [&](auto v) { return v + k[half_step] * ((0.04 * v + 5.0) * v + steady); };
        const auto v = half(half(cell[V])) + cell[delta];
        return std::tuple{v, cell[u] + k[step_times_a] * (k[b] * v - cell[u])};
    }
    template <class C, class K>
    static auto fires(const C& cell, const K& k) {
        return cell[V] >= k[V_peak];
    }
    template <class C, class K>
    static auto reset(const C& cell, const K& k) {
        return std::tuple{k[c], cell[u] + k[d]};
    }
    template <class P>
    static double refractory_time(const P&) {
        return 0;
    }
    template <class P>
    static std::array<double, 2> initial(const P& p) {
        return {p[c], p[b] * p[c]};
    }
};

}  // namespace apical::izhikevich
