#pragma once
#include "models/references.hpp"
#include "sim/circuit/rule.hpp"

namespace apical {

/// Cross synapses, rule "act": activity of both sides, with decay.
/// dV^l = eta hbar^l (h^l)^T - eta gamma V^l,  dVbar^l = eta h^l (hbar^l)^T - eta gamma Vbar^l
struct Hebbian {
    double eta, gamma;
    static constexpr Info info{"hebbian", "Activity of both sides (rule act).",
                               "dV = eta rate_post rate_pre^T - eta gamma V", references::liao};
    static constexpr auto post_is = rate;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

}  // namespace apical
