#pragma once
#include <cstddef>
#include <vector>

#include "sim/run/weight_state.hpp"

namespace apical {

/// The drive of dense weights from a source that stands still for a while, an image that is shown, and their plasticity
/// in that time. With y = W x and an update W' = keep W + change post x^T follows y' = keep y + change post (x^T x): W
/// is read once at the beginning and written once at the end, W' = (prod keep) W + (sum of what is left of change post)
/// x^T. Exact but for rounding, for any decay of its own rate; not for bounds and scaling, which act on every step.
template <class S>
class HeldDrive {
   public:
    HeldDrive(const WeightState<S>& weights, std::size_t lanes);

    /// From now on the source is x (pre units x lanes). In parts, one for each of `tiles()`, after `begin`.
    void begin(const S* x);
    void drive(std::size_t part);
    Tiles tiles() const { return weights_.drive_tiles(lanes_, false); }

    /// y (post units x lanes), row-major.
    const S* values() const { return drive_.data(); }
    std::size_t lanes() const { return lanes_; }
    double work() const { return static_cast<double>(gram_.size()) * static_cast<double>(drive_.rows()); }
    /// W <- keep W + change post x^T, summed over lanes.
    void learn(const S* post, S change, S keep);
    /// What the plasticity since `begin` amounts to: W <- (1 - decay) W + post x^T, for `WeightState::learn`.
    const S* post() const { return post_.data(); }
    const S* pre() const { return source_; }
    S decay() const { return S(1) - kept_; }

   private:
    const WeightState<S>& weights_;
    std::size_t lanes_;
    const S* source_ = nullptr;
    Matrix<S> drive_, post_, gram_, moved_;  ///< y; sum of what is left of change post; x^T x; change post x^T x
    S kept_ = 1;
};

extern template class HeldDrive<float>;
extern template class HeldDrive<double>;

}  // namespace apical
