#pragma once
#include "models/plasticity/tags.hpp"
#include "models/references.hpp"
#include "sim/circuit/rule.hpp"

namespace apical {

// Plasticity of BurstCCN (Greedy et al. 2022). What a cell's bursts say beyond its baseline is (p - p_b) e: the column
// burst_excess.

/// Basal synapses (Eq. 1): dW = eta ((p - p_b) o e) e_pre^T - eta gamma W. `Pre` is the presynaptic rate, or its trace.
template <class Pre = std::remove_cvref_t<decltype(rate)>>
struct BurstDependent {
    double eta, gamma;
    static constexpr Info info{"burst_dependent", "Bursts beyond the baseline times presynaptic rate: W of burst_ccn.",
                               "dW = eta ((p - p_b) o rate) rate_pre^T - eta gamma W", references::greedy};
    static constexpr auto post_is = burst_excess;
    static constexpr auto pre_is = Pre{};
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

/// Feedback Y with the update of W seen from the other side (Kolen and Pollack 1994) and the same decay, so that
/// Y - W^T decays: dY = eta e ((p - p_b) o e)_pre^T - eta gamma Y, `pre` being the layer above.
struct MirroredBurst {
    double eta, gamma;
    static constexpr Info info{"mirrored_burst", "Feedback weights of burst_ccn with the mirrored update.",
                               "dY = eta rate ((p - p_b) o rate)_pre^T - eta gamma Y", "Kolen and Pollack 1994"};
    static constexpr auto post_is = rate;
    static constexpr auto pre_is = burst_excess;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

}  // namespace apical
