#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/plasticity/events.hpp"

/// Plasticity of inhibition that holds the rate of the postsynaptic cell.
namespace apical::inhibitory {

using namespace plasticity;

inline constexpr Tag<"rate_0"> rate_0;
inline constexpr Tag<"tau"> tau;
inline constexpr Tag<"balance"> balance;

struct Vogels : UpToLargest {
    static constexpr Info info{
        "stdp_inhibitory", "Coincident spikes strengthen, presynaptic ones alone weaken: the cell keeps its rate.",
        "at post: w += eta K_plus; at pre: w += eta (K_minus - 2 rate_0 tau)", "Vogels et al. 2011"};
    static constexpr auto parameters = std::tuple{
        parameter(eta, 1e-2, "1", "change by a pair of coincident spikes, in the unit of the weight"),
        parameter(rate_0, 5, "Hz", "rate at which the postsynaptic cell is held, 0 or more"),
        parameter(tau, 20, "ms", "of both traces"), parameter(w_max, 1000, of_weights, "largest weight, above 0")};
    static constexpr auto pre_traces = std::tuple{trace(K_plus, tau)};
    static constexpr auto post_traces = std::tuple{trace(K_minus, tau)};
    static constexpr auto coefficients_are = tags(eta, balance);
    template <class P>
    static std::array<double, 2> coefficients(const P& p) {
        return {p[eta], 2 * 1e-3 * p[rate_0] * p[tau]};
    }
    static constexpr auto at_post_sees = tags(K_plus);
    template <class W, class C, class K>
    static W at_post(const W& w, const C& c, const K& k) {
        return w + k[eta] * c[K_plus];
    }
    static constexpr auto at_pre_sees = tags(K_minus);
    template <class W, class C, class K>
    static W at_pre(const W& w, const C& c, const K& k) {
        return w + k[eta] * (c[K_minus] - k[balance]);
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (!(p[rate_0] >= 0)) return unlike(rate_0, p[rate_0], "0 or more");
        return UpToLargest::refuse(p);
    }
};

}  // namespace apical::inhibitory
