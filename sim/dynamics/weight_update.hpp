#pragma once
#include <vector>

#include "sim/dynamics/setup.hpp"
#include "sim/synapses/plasticity.hpp"

namespace apical {

/// Weights that follow from others are computed from them.
template <class S>
void derive(const Circuit& circuit, std::vector<WeightState<S>>& weights);

/// The update of all weights of a circuit in one step: their rules, then those that follow from others.
template <class S>
class WeightUpdate {
   public:
    /// Settled steps. Keeps references to all of them.
    WeightUpdate(const Circuit& circuit, std::vector<WeightState<S>>& weights, Pathways<S>& pathways,
                 Synapses<S>& synapses);
    /// Continuous steps. Throws ClockError for a step too long for a low-pass.
    WeightUpdate(const Circuit& circuit, std::vector<WeightState<S>>& weights, Pathways<S>& pathways,
                 Synapses<S>& synapses, const Clock& clock);

    /// `factor` multiplies all gains and decays.
    void run(double factor, ThreadPool& pool) {
        learning_.run(factor, pool);
        if (derives_) derive(circuit_, weights_);
    }
    /// Brings what waits in pathways into the weights, before anybody looks at them.
    void flush(ThreadPool& pool) { learning_.flush(pool); }

    std::vector<WeightState<S>>& weights() { return weights_; }
    Synapses<S>& synapses() { return synapses_; }

   private:
    const Circuit& circuit_;
    std::vector<WeightState<S>>& weights_;
    Synapses<S>& synapses_;
    Learning<S> learning_;
    bool derives_;  ///< some weights follow from others
};

extern template class WeightUpdate<float>;
extern template class WeightUpdate<double>;
extern template void derive(const Circuit&, std::vector<WeightState<float>>&);
extern template void derive(const Circuit&, std::vector<WeightState<double>>&);

}  // namespace apical
