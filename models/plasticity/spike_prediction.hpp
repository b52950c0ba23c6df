#pragma once
#include "sim/circuit/info.hpp"
#include "sim/circuit/pack.hpp"
#include "sim/circuit/rule.hpp"
#include "sim/circuit/tag.hpp"

namespace apical {

inline constexpr Tag<"psp"> psp;  ///< spikes of a cell as the dendrites that they reach see them

/// The transfer function of a soma, phi(V) = phi_max / (1 + k exp(beta (theta - V))), and how much of the potential of
/// its dendrite reaches it.
struct SomaticTransfer {
    double phi_max = 0.15, k = 0.5, beta = 1.0 / 3;  ///< 1/ms, -, 1/mV
    double theta = 15;                               ///< mV, above rest, as the dendrite's potential is
    double attenuation = 600.0 / 630;                ///< g_D / (g_D + g_L)
};

/// Synapses onto a dendrite learn to predict the spikes of the soma: S is those of this step, as a rate, and V* what
/// the dendrite alone would make of the soma. Nothing is left to learn where it fires as phi(V*) says.
struct SpikePrediction {
    double eta;   ///< per presentation
    double step;  ///< ms
    SomaticTransfer soma{};
    static constexpr Info info{"spike_prediction", "Somatic spikes against the rate that the own dendrite predicts.",
                               "dW = eta (S - phi(V*)) h(V*) psp_pre^T, V* = g_D/(g_D + g_L) basal, h = phi'/phi",
                               "Urbanczik & Senn 2014"};
    static constexpr auto post_sees = tags(spike, basal);
    static constexpr auto pre_is = psp;
    double gain() const { return eta; }
    template <class C>
    auto post(const C& c) const {
        const auto open = 1.0 / (1.0 + soma.k * exp(soma.beta * (soma.theta - soma.attenuation * c[basal])));
        return (c[spike] * (1 / step) - soma.phi_max * open) * (soma.beta * (1.0 - open));
    }
};

}  // namespace apical
