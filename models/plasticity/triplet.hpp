#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/plasticity/events.hpp"

/// Triplets of spikes: what a pair changes depends on how often its cells have fired before.
namespace apical::triplet {

using namespace plasticity;

inline constexpr Tag<"r_2"> r_2;  ///< slow trace of presynaptic events
inline constexpr Tag<"o_2"> o_2;  ///< slow trace of postsynaptic events
inline constexpr Tag<"A2_plus"> A2_plus;
inline constexpr Tag<"A3_plus"> A3_plus;
inline constexpr Tag<"A2_minus"> A2_minus;
inline constexpr Tag<"A3_minus"> A3_minus;
inline constexpr Tag<"tau_x"> tau_x;
inline constexpr Tag<"tau_y"> tau_y;

template <Pairing pairing>
struct Triplet : UpToLargest {
    static constexpr Info info{pairing == Pairing::all ? "stdp_triplet" : "stdp_triplet_nearest",
                               pairing == Pairing::all ? "All pairs and triplets of spikes."
                                                       : "Pairs and triplets of spikes that are the last ones.",
                               "at post: w += w_max K_plus (A2_plus + A3_plus o_2); at pre: w -= w_max K_minus "
                               "(A2_minus + A3_minus r_2)",
                               "Pfister & Gerstner 2006"};
    static constexpr bool all = pairing == Pairing::all;  // presets: its fits to visual cortex
    static constexpr auto parameters =
        std::tuple{parameter(A2_plus, all ? 5e-10 : 8.8e-11, "1", "potentiation by pairs"),
                   parameter(A3_plus, all ? 6.2e-3 : 5.3e-2, "1", "potentiation by triplets"),
                   parameter(A2_minus, all ? 7e-3 : 6.6e-3, "1", "depression by pairs"),
                   parameter(A3_minus, all ? 2.3e-4 : 3.1e-3, "1", "depression by triplets"),
                   parameter(tau_plus, 16.8, "ms", "of the fast presynaptic trace"),
                   parameter(tau_minus, 33.7, "ms", "of the fast postsynaptic trace"),
                   parameter(tau_x, all ? 101 : 714, "ms", "of the slow presynaptic trace"),
                   parameter(tau_y, all ? 125 : 40, "ms", "of the slow postsynaptic trace"),
                   parameter(w_max, 1, of_weights, "largest weight, of which changes are fractions; above 0")};
    static constexpr auto pre_traces = std::tuple{trace(K_plus, tau_plus, pairing), trace(r_2, tau_x, pairing)};
    static constexpr auto post_traces = std::tuple{trace(K_minus, tau_minus, pairing), trace(o_2, tau_y, pairing)};
    static constexpr auto coefficients_are = tags(A2_plus, A3_plus, A2_minus, A3_minus);
    template <class P>
    static std::array<double, 4> coefficients(const P& p) {
        return {p[w_max] * p[A2_plus], p[w_max] * p[A3_plus], p[w_max] * p[A2_minus], p[w_max] * p[A3_minus]};
    }
    static constexpr auto at_post_sees = tags(K_plus, o_2);
    template <class W, class C, class K>
    static W at_post(const W& w, const C& c, const K& k) {
        return w + c[K_plus] * (k[A2_plus] + k[A3_plus] * c[o_2]);
    }
    static constexpr auto at_pre_sees = tags(K_minus, r_2);
    template <class W, class C, class K>
    static W at_pre(const W& w, const C& c, const K& k) {
        return w - c[K_minus] * (k[A2_minus] + k[A3_minus] * c[r_2]);
    }
};

}  // namespace apical::triplet
