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
        if (derives_all_) derive(circuit_, weights_);
        else derive_after_update();
    }
    /// Brings what waits in pathways into the weights, before anybody looks at them.
    void flush(ThreadPool& pool) { learning_.flush(pool); }

    std::vector<WeightState<S>>& weights() { return weights_; }
    Synapses<S>& synapses() { return synapses_; }

   private:
    /// Weights that take signs of others.
    struct Follower {
        WeightsId to;
        const typename Synapses<S>::Plastic* plastic = nullptr;  ///< of the others; null: they stand still
        bool decays = false;                                     ///< so that all of them may change in a step
    };
    void find_derived();
    /// Signs, where the last update can have changed any.
    void derive_after_update();

    const Circuit& circuit_;
    std::vector<WeightState<S>>& weights_;
    Synapses<S>& synapses_;
    Learning<S> learning_;
    std::size_t lanes_;
    std::vector<Follower> followers_;
    bool derives_all_ = false;  ///< some weights are pseudo-inverses of others
};

extern template class WeightUpdate<float>;
extern template class WeightUpdate<double>;
extern template void derive(const Circuit&, std::vector<WeightState<float>>&);
extern template void derive(const Circuit&, std::vector<WeightState<double>>&);

}  // namespace apical
