#pragma once
#include <cstddef>

#include "sim/synapses/weight_state.hpp"

namespace apical {

/// A copy of weights with few presynaptic cells, such as those from the output back to a hidden layer, with all
/// synapses of one *pre*synaptic cell side by side: what is waste with rows of ten, a register that is half empty and
/// a sum over its parts, does not arise. Serves one lane.
template <class S>
class ByColumns {
   public:
    explicit ByColumns(const WeightState<S>& weights);
    /// From so few presynaptic cells on it is worth a copy.
    static bool suits(const WeightState<S>& weights) { return weights.columns() <= 64; }

    /// Takes the values of `weights`; gives them back.
    void take(const WeightState<S>& weights);
    void give(WeightState<S>& weights) const;

    using Rows = typename WeightState<S>::Rows;
    /// W <- W + change post pre^T.
    struct Update {
        const S *post, *pre;
        S change;
    };
    /// y (+)= scale W x in these rows of y; the other first updates these rows of W.
    void drive(Rows rows, const S* x, S* y, bool assign, S scale);
    void learn_and_drive(Rows rows, const Update& update, const S* x, S* y, bool assign, S scale);

   private:
    template <bool learns>
    void pass(Rows rows, const Update& update, const S* x, S* y, bool assign, S scale);
    template <bool learns, class P, std::size_t packs>
    void block(std::size_t first, const Update& update, const S* x, S* y, bool assign, S scale);

    Matrix<S> columns_;  ///< W^T: pre units x post units
};

extern template class ByColumns<float>;
extern template class ByColumns<double>;

}  // namespace apical
