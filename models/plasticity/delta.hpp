#pragma once
#include "models/plasticity/tags.hpp"
#include "sim/circuit/rule.hpp"

namespace apical {

/// Delta rule of the baselines: dW^l = eta delta^l (h^{l-1})^T - eta gamma W^l.
struct Delta {
    double eta, gamma;
    static constexpr Info info{"delta", "Local error times presynaptic rate.",
                               "dW = eta delta_post rate_pre^T - eta gamma W", "Widrow and Hoff 1960"};
    static constexpr auto post_is = error;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

/// Feedback weights of Kolen and Pollack (1994), mirrored update and the same decay:
/// dB^l = eta h^{l-1} (delta^l)^T - eta gamma B^l, so that B^l - (W^l)^T decays.
struct MirroredDelta {
    double eta, gamma;
    static constexpr Info info{"mirrored_delta", "Feedback weights with the mirrored update.",
                               "dB = eta rate_post delta_pre^T - eta gamma B", "Kolen and Pollack 1994"};
    static constexpr auto post_is = rate;
    static constexpr auto pre_is = error;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

}  // namespace apical
