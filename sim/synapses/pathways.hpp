#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/synapses/choose.hpp"
#include "sim/synapses/pathway.hpp"

namespace apical {

/// The pathways of one network, one for each Weights of a circuit, and an identity for each size of population that a
/// projection without weights needs. Refers to the weights, which outlive it.
template <class S>
class Pathways {
   public:
    /// For a network that learns.
    Pathways(const Circuit& circuit, std::vector<WeightState<S>>& weights, std::size_t lanes,
             const PathwayOptions& options);
    /// For one that looks at weights that stand still.
    Pathways(const Circuit& circuit, const std::vector<WeightState<S>>& weights, std::size_t lanes,
             PathwayOptions options);

    std::size_t lanes() const { return lanes_; }
    Pathway<S>& of(WeightsId weights) const { return *pathways_[weights]; }
    const WeightState<S>& weights(WeightsId id) const { return *weights_[id]; }
    /// Of a projection without weights between populations of so many units.
    Pathway<S>& identity(std::size_t units);
    /// A step's transmissions from accepted columns are over.
    void transmitted() const {
        for (Pathway<S>* pathway : deferred_) pathway->transmitted();
    }

   private:
    template <class Weighted>
    void make(const Circuit& circuit, Weighted& weights, const PathwayOptions& options);

    std::size_t lanes_;
    std::vector<const WeightState<S>*> weights_;
    std::vector<std::unique_ptr<Pathway<S>>> pathways_;
    std::vector<std::pair<std::size_t, std::unique_ptr<Pathway<S>>>> identities_;
    std::vector<Pathway<S>*> deferred_;
};

/// Without any strategy but that of the storage: read for every transmission, written for every update.
template <class S>
std::unique_ptr<Pathway<S>> direct_pathway(Access<S> weights, std::size_t lanes, bool decays_beside = false,
                                           bool by_events = false);

extern template class Pathways<float>;
extern template class Pathways<double>;

}  // namespace apical
