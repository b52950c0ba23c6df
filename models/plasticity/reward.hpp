#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/plasticity/events.hpp"

/// Plasticity of three factors: pairs of spikes make a synapse eligible, a reward that comes later changes it.
namespace apical::reward {

using namespace plasticity;

inline constexpr Tag<"alpha"> alpha;
inline constexpr Tag<"tau_e"> tau_e;
inline constexpr Tag<"loss"> loss;

struct RewardModulated : UpToLargest {
    static constexpr Info info{
        "stdp_reward", "Pairs of spikes make synapses eligible, rewards change those that are.",
        "at post: e += eta K_plus; at pre: e -= eta alpha K_minus; de/dt = -e/tau_e; at a reward: w += "
        "amplitude e",
        "Izhikevich 2007; Fremaux & Gerstner 2016"};
    static constexpr auto parameters =
        std::tuple{parameter(eta, 1e-2, "1", "eligibility after a coincident pair, in the unit of the weight"),
                   parameter(alpha, 1.05, "1", "depression beside potentiation"),
                   parameter(tau_e, 1000, "ms", "of eligibility"),
                   parameter(tau_plus, 20, "ms", "of the presynaptic trace"),
                   parameter(tau_minus, 20, "ms", "of the postsynaptic trace"),
                   parameter(w_max, 1000, of_weights, "largest weight, above 0")};
    static constexpr auto pre_traces = std::tuple{trace(K_plus, tau_plus)};
    static constexpr auto post_traces = std::tuple{trace(K_minus, tau_minus)};
    static constexpr auto eligibility = tau_e;
    static constexpr auto coefficients_are = tags(eta, loss);
    template <class P>
    static std::array<double, 2> coefficients(const P& p) {
        return {p[eta], p[eta] * p[alpha]};
    }
    static constexpr auto at_post_sees = tags(K_plus);
    template <class W, class C, class K>
    static W at_post(const W& e, const C& c, const K& k) {
        return e + k[eta] * c[K_plus];
    }
    static constexpr auto at_pre_sees = tags(K_minus);
    template <class W, class C, class K>
    static W at_pre(const W& e, const C& c, const K& k) {
        return e - k[loss] * c[K_minus];
    }
};

}  // namespace apical::reward
