#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/plasticity/events.hpp"

/// Plasticity by presynaptic spikes and postsynaptic potentials.
namespace apical::voltage_based {

using namespace plasticity;

inline constexpr Tag<"V"> V;
inline constexpr Tag<"V_minus"> V_minus;  ///< low-passed potential, slow, mV
inline constexpr Tag<"V_plus"> V_plus;    ///< low-passed potential, fast, mV
inline constexpr Tag<"A_minus"> A_minus;
inline constexpr Tag<"A_plus"> A_plus;
inline constexpr Tag<"theta_minus"> theta_minus;
inline constexpr Tag<"tau_V_minus"> tau_V_minus;
inline constexpr Tag<"tau_V_plus"> tau_V_plus;

/// For cells that fire and are reset: A_plus holds what the potential would be above the threshold of potentiation,
/// over a spike. The step of a spike enters both low-passed potentials as what the cell was reset to, and they begin at
/// the potential of the beginning.
struct VoltageBased : UpToLargest {
    static constexpr Info info{"voltage_based", "Presynaptic spikes and low-passed postsynaptic potentials.",
                               "at pre: w -= A_minus max(V_minus - theta_minus, 0); at post: w += A_plus K_plus "
                               "max(V_plus - theta_minus, 0); tau_V dV_minus/dt = V - V_minus, likewise V_plus",
                               "Clopath et al. 2010"};
    static constexpr auto parameters =
        std::tuple{parameter(A_minus, 1.4e-4, "1", "depression, in the unit of the weight per mV"),
                   parameter(A_plus, 1e-3, "1", "potentiation by a spike, in the unit of the weight per mV"),
                   parameter(theta_minus, -70.6, "mV", "potential from which synapses change"),
                   parameter(tau_V_minus, 10, "ms", "of the potential that presynaptic spikes see"),
                   parameter(tau_V_plus, 7, "ms", "of the potential that postsynaptic spikes see"),
                   parameter(tau_plus, 15, "ms", "of the presynaptic trace"),
                   parameter(w_max, 3, of_weights, "largest weight, above 0")};
    static constexpr auto pre_traces = std::tuple{trace(K_plus, tau_plus)};
    static constexpr auto post_traces = std::tuple{};
    static constexpr auto post_filters =
        std::tuple{low_passed(V_minus, V, tau_V_minus), low_passed(V_plus, V, tau_V_plus)};
    static constexpr auto coefficients_are = tags(A_minus, A_plus, theta_minus);
    template <class P>
    static std::array<double, 3> coefficients(const P& p) {
        return {p[A_minus], p[A_plus], p[theta_minus]};
    }
    static constexpr auto at_post_sees = tags(K_plus, V_plus);
    template <class W, class C, class K>
    static W at_post(const W& w, const C& c, const K& k) {
        return w + k[A_plus] * c[K_plus] * max(c[V_plus] - k[theta_minus], 0.0);
    }
    static constexpr auto at_pre_sees = tags(V_minus);
    template <class W, class C, class K>
    static W at_pre(const W& w, const C& c, const K& k) {
        return w - k[A_minus] * max(c[V_minus] - k[theta_minus], 0.0);
    }
};

}  // namespace apical::voltage_based
