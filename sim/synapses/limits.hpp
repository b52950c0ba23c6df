#pragma once
#include "sim/circuit/tiles.hpp"
#include "sim/synapses/weight_state.hpp"

namespace apical {

/// Bounds, then synaptic scaling, of one Weights: of all its cells, or in parts, which may come at the same time, with
/// the same bits. A part is of the cells of one side: the presynaptic one if scaling is of what a cell sends.
template <class S>
class Limiter {
   public:
    explicit Limiter(const WeightState<S>& weights);
    const Tiles& tiles() const { return tiles_; }
    void apply(WeightState<S>& weights);
    void apply(WeightState<S>& weights, std::size_t tile);

   private:
    using Vector = typename WeightState<S>::Vector;
    /// Of the cells [first, end).
    void apply(WeightState<S>& weights, std::size_t first, std::size_t end);
    void apply_dense(WeightState<S>& weights, Eigen::Index first, Eigen::Index n);
    void apply_pairs(WeightState<S>& weights, std::size_t first, std::size_t end);
    void apply_rows(WeightState<S>& weights, std::size_t first, std::size_t end);

    Tiles tiles_;
    Vector squares_;  ///< of a cell's synapses, if they are scaled
};

extern template class Limiter<float>;
extern template class Limiter<double>;

}  // namespace apical
