#pragma once
#include "models/plasticity/tags.hpp"
#include "models/references.hpp"
#include "sim/circuit/rule.hpp"

namespace apical {

// Heterosynaptic plasticity: a synapse changes by what *another* dendrite of its cell receives, times the presynaptic
// rate, and decays. dW = eta (post dendrite) (pre rate)^T - eta gamma W, per presentation.

/// Basal synapses of an upstream cell, steered by its apical dendrite.
/// dW^l = eta (Vbar^l hbar^l) (h^{l-1})^T - eta gamma W^l
struct ApicalSteered {
    double eta, gamma;
    static constexpr Info info{"apical_steered", "Basal synapses steered by the apical dendrite of their cell.",
                               "dW = eta v_apical rate_pre^T - eta gamma W", references::liao};
    static constexpr auto post_is = apical;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

/// The same, but only where the postsynaptic cell responds: dW^l = eta (phi'(p^l) o Vbar^l hbar^l) (h^{l-1})^T - ...
template <class Phi>
struct ApicalSteeredMasked {
    double eta, gamma;
    Phi phi;
    static constexpr Info info{"apical_steered_masked", "The same, where the postsynaptic cell responds.",
                               "dW = eta (phi'(u) o v_apical) rate_pre^T - eta gamma W", references::liao};
    static constexpr auto post_sees = tags(soma, apical);
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
    template <class C>
    auto post(const C& c) const {
        return phi.slope(c[soma]) * c[apical];
    }
};

/// Synapses of the downstream pathway, steered by the drive from upstream.
/// dWbar^l = eta (V^{l-1} h^{l-1}) (hbar^l)^T - eta gamma Wbar^l
struct LateralSteered {
    double eta, gamma;
    static constexpr Info info{"lateral_steered", "Downstream synapses steered by the drive from upstream.",
                               "dWbar = eta v_lateral rate_pre^T - eta gamma Wbar", references::liao};
    static constexpr auto post_is = lateral;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

/// Cross synapses, rule "drive": steered by the drive along the postsynaptic cell's own pathway.
/// dV^l = eta u^l (h^l)^T - eta gamma V^l,  dVbar^l = eta p^l (hbar^l)^T - eta gamma Vbar^l
struct BasalSteered {
    double eta, gamma;
    static constexpr Info info{
        "basal_steered", "Cross synapses steered by the drive of the postsynaptic cell's own pathway (rule drive).",
        "dV = eta v_basal rate_pre^T - eta gamma V", references::liao};
    static constexpr auto post_is = basal;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

/// Synapses of the loop gate: steered by the drive that came back across and passed phi'.
/// dW^l = eta (phi'(p^l) o Vbar^l u^l) (h^{l-1})^T - eta gamma W^l
struct ReturnSteered {
    double eta, gamma;
    static constexpr Info info{"return_steered", "Basal synapses steered by the returned, gated drive (gate loop).",
                               "dW = eta a rate_pre^T - eta gamma W", references::liao};
    static constexpr auto post_is = gated;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

}  // namespace apical
