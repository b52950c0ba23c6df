#pragma once
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "models/plasticity/events.hpp"

// Spike-timing-dependent plasticity of pairs.
namespace apical::stdp {

using namespace plasticity;

inline constexpr Tag<"lambda"> lambda;
inline constexpr Tag<"alpha"> alpha;
inline constexpr Tag<"mu"> mu;
inline constexpr Tag<"mu_plus"> mu_plus;
inline constexpr Tag<"mu_minus"> mu_minus;
inline constexpr Tag<"w_0"> w_0;

// What an event takes of them.
inline constexpr Tag<"potentiation"> potentiation;
inline constexpr Tag<"depression"> depression;
inline constexpr Tag<"per_w_max"> per_w_max;

/// Potentiation by a power of the weight, depression in proportion to it.
struct PowerLaw {
    static constexpr Info info{"stdp_power_law", "Pairs of spikes; potentiation by a power of the weight.",
                               "at post: w += lambda w_0^(1 - mu) w^mu K_plus; at pre: w -= lambda alpha w K_minus",
                               "Morrison, Aertsen & Diesmann 2007"};
    static constexpr auto parameters = std::tuple{parameter(lambda, 0.1, "1", "learning rate"),
                                                  parameter(alpha, 0.057, "1", "depression beside potentiation"),
                                                  parameter(mu, 0.4, "1", "exponent of the weight, 0 to 1"),
                                                  parameter(w_0, 1, of_weights, "weight of reference, above 0"),
                                                  parameter(tau_plus, 20, "ms", "of the presynaptic trace"),
                                                  parameter(tau_minus, 20, "ms", "of the postsynaptic trace")};
    static constexpr auto pre_traces = std::tuple{trace(K_plus, tau_plus)};
    static constexpr auto post_traces = std::tuple{trace(K_minus, tau_minus)};
    static constexpr auto coefficients_are = tags(potentiation, depression, mu);
    template <class P>
    static std::array<double, 3> coefficients(const P& p) {
        return {p[lambda] * std::pow(p[w_0], 1 - p[mu]), p[lambda] * p[alpha], p[mu]};
    }
    static constexpr auto at_post_sees = tags(K_plus);
    template <class W, class C, class K>
    static W at_post(const W& w, const C& c, const K& k) {
        return w + k[potentiation] * power(w, k[mu]) * c[K_plus];
    }
    static constexpr auto at_pre_sees = tags(K_minus);
    template <class W, class C, class K>
    static W at_pre(const W& w, const C& c, const K& k) {
        return w - k[depression] * w * c[K_minus];
    }
    template <class P>
    static Interval bounds(const P&) {
        return {.lower = 0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (!(p[w_0] > 0)) return unlike(w_0, p[w_0], "more than 0");
        if (!(p[mu] >= 0 && p[mu] <= 1)) return unlike(mu, p[mu], "0 to 1");
        return {};
    }
};

/// Between 0 and w_max, with bounds from hard (exponents of 0: the change does not depend on the weight) to soft (1: it
/// is in proportion to what is left).
template <Pairing pairing>
struct Pair : UpToLargest {
    static constexpr Info info{pairing == Pairing::all ? "stdp_pair" : "stdp_pair_nearest",
                               pairing == Pairing::all
                                   ? "All pairs of spikes, between hard and soft bounds."
                                   : "Pairs of every spike with the last one of the other side, between bounds.",
                               "at post: w += lambda w_max (1 - w/w_max)^mu_plus K_plus; at pre: w -= lambda alpha "
                               "w_max (w/w_max)^mu_minus K_minus",
                               "Guetig et al. 2003; Morrison, Diesmann & Gerstner 2008"};
    static constexpr auto parameters = std::tuple{parameter(lambda, 0.01, "1", "learning rate"),
                                                  parameter(alpha, 1.05, "1", "depression beside potentiation"),
                                                  parameter(mu_plus, 0, "1", "exponent of potentiation, 0 to 1"),
                                                  parameter(mu_minus, 0, "1", "exponent of depression, 0 to 1"),
                                                  parameter(w_max, 1, of_weights, "largest weight, above 0"),
                                                  parameter(tau_plus, 20, "ms", "of the presynaptic trace"),
                                                  parameter(tau_minus, 20, "ms", "of the postsynaptic trace")};
    static constexpr auto pre_traces = std::tuple{trace(K_plus, tau_plus, pairing)};
    static constexpr auto post_traces = std::tuple{trace(K_minus, tau_minus, pairing)};
    static constexpr auto coefficients_are = tags(potentiation, depression, mu_plus, mu_minus, per_w_max);
    template <class P>
    static std::array<double, 5> coefficients(const P& p) {
        return {p[lambda] * p[w_max], p[lambda] * p[alpha] * p[w_max], p[mu_plus], p[mu_minus], 1 / p[w_max]};
    }
    static constexpr auto at_post_sees = tags(K_plus);
    template <class W, class C, class K>
    static W at_post(const W& w, const C& c, const K& k) {
        return w + k[potentiation] * power(1.0 - w * k[per_w_max], k[mu_plus]) * c[K_plus];
    }
    static constexpr auto at_pre_sees = tags(K_minus);
    template <class W, class C, class K>
    static W at_pre(const W& w, const C& c, const K& k) {
        return w - k[depression] * power(w * k[per_w_max], k[mu_minus]) * c[K_minus];
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (std::string why = UpToLargest::refuse(p); !why.empty()) return why;
        if (!(p[mu_plus] >= 0 && p[mu_plus] <= 1)) return unlike(mu_plus, p[mu_plus], "0 to 1");
        if (!(p[mu_minus] >= 0 && p[mu_minus] <= 1)) return unlike(mu_minus, p[mu_minus], "0 to 1");
        return {};
    }
};

}  // namespace apical::stdp
