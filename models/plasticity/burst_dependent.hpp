#pragma once
#include <array>
#include <tuple>

#include "models/neurons/burst.hpp"
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

/// The same for cells that fire (sim/circuit/event.hpp): a postsynaptic event takes eta p_b of what the presynaptic
/// cell says, its second spike adds eta of it; on average that is eta (p - p_b) times the rate of events. Nothing
/// happens without either. `Pre` is any presynaptic column: a current, a trace of events.
template <class Pre = std::remove_cvref_t<decltype(rate)>>
struct BurstDependentEvents {
    double eta, p_b;  ///< eta: of one event, per unit of `Pre` and step
    static constexpr Info info{"burst_dependent_events", "Postsynaptic events and bursts times presynaptic activity.",
                               "dW = eta (burst - p_b event) rate_pre^T", references::greedy};
    static constexpr std::tuple terms{outer(bursts::burst, Pre{}), outer(bursts::event, Pre{})};
    std::array<double, 2> gains() const { return {eta, -eta * p_b}; }
};

/// The same with what share of the cell's own events have been bursts of late in place of p_b, as in Burstprop, which
/// needs two phases: with a teacher that stays, the share comes to be what it asks for, and nothing is left to learn.
template <class Pre = std::remove_cvref_t<decltype(rate)>>
struct BurstDependentRunning {
    double eta;
    static constexpr Info info{"burst_dependent_running",
                               "Postsynaptic bursts beyond the cell's share of late, times presynaptic activity.",
                               "dW = eta (burst - burst_share event) rate_pre^T", references::payeur};
    static constexpr std::tuple terms{
        outer(bursts::burst, Pre{}),
        outer(computed(tags(bursts::event, bursts::burst_share),
                       [](const auto&, const auto& c) { return c[bursts::event] * c[bursts::burst_share]; }),
              Pre{})};
    std::array<double, 2> gains() const { return {eta, -eta}; }
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
