#pragma once
#include "models/neurons/tags.hpp"
#include "models/plasticity/tags.hpp"
#include "sim/circuit/rule.hpp"

namespace apical {

// Plasticity of the dendritic microcircuit (Sacramento et al. 2018; Max et al. 2024). A cell answers one step after its
// dendrites, so what a rate is compared with are the drives and presynaptic rates of the step before: both sides belong
// to one instant.

/// Basal synapses W of pyramidal cells and synapses W_IP of interneurons: the rate against what the own dendrite alone
/// predicts. dW = eta (r - phi(k v_basal)) r_pre^T
template <class Phi>
struct DendriticPrediction {
    double eta;
    double k;  ///< of the drive that is left at the soma if nothing else is there
    Phi phi;
    static constexpr auto post_sees = tags(rate, previous(basal));
    static constexpr auto pre_is = previous(rate);
    double gain() const { return eta; }
    template <class C>
    auto post(const C& c) const {
        return c[rate] - phi.value(k * c[previous(basal)]);
    }
};

/// Synapses onto apical dendrites, from interneurons or from the layer above, until nothing is left of the drive there;
/// the noise of the dendrite is no part of it. dB = -eta v_apical pre^T
template <class Apical = std::remove_cvref_t<decltype(previous(apical))>,
          class Pre = std::remove_cvref_t<decltype(previous(rate))>>
struct ApicalSilencing {
    double eta;
    static constexpr auto post_is = Apical{};
    static constexpr auto pre_is = Pre{};
    double gain() const { return -eta; }
};

/// Feedback synapses B: the noise that a cell has sent up comes back in the fast part of the rates above.
/// dB = eta (xi r_HP^T - alpha B). Where cells answer a step late (`Above` is that of the step before), so is what they
/// make of the noise.
template <class Above = std::remove_cvref_t<decltype(high_passed)>>
struct NoiseCorrelation {
    double eta, alpha;
    static constexpr auto post_is = noise;
    static constexpr auto pre_is = Above{};
    double gain() const { return eta; }
    double decay_rate() const { return eta * alpha; }
};

}  // namespace apical
