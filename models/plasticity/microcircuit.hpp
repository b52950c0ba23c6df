#pragma once
#include "models/neurons/tags.hpp"
#include "models/plasticity/tags.hpp"
#include "models/references.hpp"
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
    static constexpr Info info{
        "dendritic_prediction", "The rate against what the own dendrite predicts: W and W_IP of pal.",
        "dW = eta (rate - phi(k v_basal)) rate_pre^T", "Urbanczik and Senn 2014; Max et al. 2024, arXiv 2212.10249"};
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
    static constexpr Info info{
        "apical_silencing",
        "Synapses learn to cancel what reaches the apical dendrites: B_PI of pal, Q and Y of burst_ccn.",
        "dB = -eta v_apical pre^T, pre the rate, or the rate of bursts",
        "Sacramento et al. 2018; Max et al. 2024, arXiv 2212.10249; Greedy et al. 2022, arXiv 2206.11769"};
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
    static constexpr Info info{"noise_correlation", "Feedback learns from the noise that a cell has sent up: B of pal.",
                               "dB = eta (noise high_passed_pre^T - alpha B)", references::max};
    static constexpr auto post_is = noise;
    static constexpr auto pre_is = Above{};
    double gain() const { return eta; }
    double decay_rate() const { return eta * alpha; }
};

}  // namespace apical
