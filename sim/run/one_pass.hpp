#pragma once
#include <cstddef>

#include "sim/run/weight_state.hpp"

namespace apical {

/// One lane moves as many bytes as it does multiplications: a step is bound by reading the weights. So an update waits
/// until they are read for the next drive and is made on the way: W is touched once a step, not three times. The same
/// numbers as an update at once, but for rounding.
template <class S>
class OnePass {
   public:
    explicit OnePass(WeightState<S>& weights);

    /// W <- keep W + change post pre^T, some time before the weights are read the next time. Copies both sides.
    void learn(const S* post, const S* pre, S change, S keep);
    /// y (+)= scale W x for the rows [first, end) of one lane, after the update that waits, if one does.
    void drive(typename WeightState<S>::Rows rows, const S* x, S* y, bool assign, S scale);
    /// All rows have been driven: nothing waits any more.
    void driven() { waits_ = false; }
    /// Makes the update that waits, if one does.
    void end();

   private:
    WeightState<S>& weights_;
    Eigen::Matrix<S, Eigen::Dynamic, 1> post_, pre_;
    S keep_ = 1;
    bool waits_ = false;
};

extern template class OnePass<float>;
extern template class OnePass<double>;

}  // namespace apical
