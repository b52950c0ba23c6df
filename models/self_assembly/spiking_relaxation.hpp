#pragma once
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "models/self_assembly/gates.hpp"
#include "models/self_assembly/spiking_cells.hpp"

/// The gate `relaxed` with spikes. Where downstream units hear all cells of their area, none of them knows whose errors
/// should pass. Upstream cells find out together: apical potentials p of all of them relax against what their spikes
/// leave unexplained downstream, and those that fire send theirs on as errors.
///
///     y += B dt - V alpha(t - dt),                  m = quantum trunc(y / quantum), which is taken from y
///     p <- exp(-leak dt / tau) p + Vbar m / tau
///     s += p dt,                                    alpha = quantum trunc(s / quantum), which is taken from s
///     d = slope V [a > open] alpha / dt             in place of the gate of a downstream unit
///
/// On average tau dp/dt = Vbar (B - V p) - leak p, as with rates. In a step one quantum at most, of either sign;
/// `many`: any number.
namespace apical::self_assembly::spiking {

inline constexpr EventTag<"unexplained"> unexplained;  ///< m: a signed quantum of what no apical spike has explained
inline constexpr EventTag<"explained"> explained;      ///< alpha: a signed quantum of an apical potential
inline constexpr Tag<"expected"> expected;             ///< what arrives downstream of all alpha
inline constexpr Tag<"held_back"> held_back;           ///< y
inline constexpr Tag<"unsent"> unsent;                 ///< s
inline constexpr Tag<"tau_a"> tau_a;                   ///< tau
inline constexpr Tag<"apical_leak"> apical_leak;
inline constexpr Tag<"relaxation_quantum"> relaxation_quantum;
inline constexpr Tag<"time_step"> time_step;

/// One signed accumulator, of which quanta are taken.
template <bool many>
struct SignedQuanta {
    template <class X, class K>
    static auto carried(const X& x, const K& k) {
        const auto& q = k[relaxation_quantum];
        if constexpr (many) return select(x < 0, -q * floor(-x / q), q * floor(x / q));
        else return select(abs(x) >= q, select(x < 0, -q, q), 0);
    }
    /// Of one quantum a step what is left is bounded.
    template <class X, class K>
    static auto bounded(const X& x, const K& k) {
        if constexpr (many) return x;
        else return max(min(x, 2.0 * k[relaxation_quantum]), -2.0 * k[relaxation_quantum]);
    }
};

/// Two downstream cells that say what of their drive is not explained.
template <bool many>
struct Unexplained {
    using Quanta = SignedQuanta<many>;
    static constexpr Info info{"self_assembly_unexplained",
                               "Two cells that turn what upstream cells do not explain into spikes.",
                               "y += B dt - V alpha, m = quantum trunc(y / quantum), y -= m", reference};
    static constexpr std::tuple parameters{parameter(relaxation_quantum, 0.2, "1", "that a spike carries")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(held_back, "1", "of what is not explained, and no spike has carried")};
    static constexpr auto sees = tags(soma, expected);
    static constexpr auto emits = unexplained;
    static constexpr auto coefficients_are = tags(relaxation_quantum, time_step);
    template <class P>
    static std::array<double, 2> coefficients(const P& p, double dt) {
        return {p[relaxation_quantum], dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{Quanta::bounded(c[held_back] + k[time_step] * c[soma] - c[expected], k)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return abs(c[held_back]) >= k[relaxation_quantum];
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K& k) {
        return Quanta::carried(c[held_back], k);
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{c[held_back] - Quanta::carried(c[held_back], k)};
    }
    template <class P>
    static std::array<double, 1> initial(const P&) {
        return {0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return unless_positive(p[relaxation_quantum], "relaxation_quantum");
    }
};

/// The apical dendrite of an upstream cell, active or not, and what it sends of its potential.
template <bool many>
struct RelaxingApical {
    using Quanta = SignedQuanta<many>;
    static constexpr Info info{
        "self_assembly_relaxing", "Apical potential that relaxes against what its spikes leave unexplained downstream.",
        "tau dp/dt = Vbar m - leak p, s += p dt, alpha = quantum trunc(s / quantum), s -= alpha", reference};
    static constexpr std::tuple parameters{
        parameter(relaxation_quantum, 0.2, "1", "that a spike carries"),
        parameter(tau_a, 4, "ms", "time constant of the apical potential"),
        parameter(apical_leak, 0, "1", "its leak, in units of its conductance to what comes back across")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(relaxed, "1/ms", "apical potential"),
                                       column(unsent, "1", "its integral that no spike has carried yet")};
    static constexpr auto sees = tags(returned);
    static constexpr auto emits = explained;
    static constexpr auto coefficients_are = tags(relaxation_quantum, keep, gain, time_step);
    template <class P>
    static std::array<double, 4> coefficients(const P& p, double dt) {
        return {p[relaxation_quantum], std::exp(-p[apical_leak] * dt / p[tau_a]), 1 / p[tau_a], dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto potential = k[keep] * c[relaxed] + k[gain] * c[returned];
        return std::tuple{potential, Quanta::bounded(c[unsent] + k[time_step] * potential, k)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return abs(c[unsent]) >= k[relaxation_quantum];
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K& k) {
        return Quanta::carried(c[unsent], k);
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{c[relaxed], c[unsent] - Quanta::carried(c[unsent], k)};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {0, 0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (p[apical_leak] < 0) return "its apical_leak must be 0 or more";
        return unless_positive(p[tau_a], "tau_a") + unless_positive(p[relaxation_quantum], "relaxation_quantum");
    }
};

/// What a cell that fires sends on as an error.
struct SentWhileActive {
    double threshold;  ///< 1/ms
    static constexpr auto sees = tags(rate, explained);
    static constexpr auto writes = tags(gated);
    template <class C>
    auto operator()(const C& c) const {
        return select(c[rate] > threshold, c[explained], 0);
    }
};

/// The error of a downstream unit: what upstream cells that fire have sent in this step.
struct Relaxed {
    static constexpr Info info{
        "self_assembly_relaxed", "Two cells that turn what active upstream cells explain into spikes.",
        "v+ <- v+ + max(d, 0) dt, v- <- v- + max(-d, 0) dt, d = slope V [a > open] alpha / dt", reference};
    static constexpr auto sees = tags(gated);
    template <class C, class K>
    static auto error_of(const C& c, const K&) {
        return c[gated];
    }
};

}  // namespace apical::self_assembly::spiking
