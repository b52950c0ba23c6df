#pragma once
#include <cstddef>
#include <vector>

#include "sim/synapses/weight_state.hpp"

namespace apical {

/// The drive of dense weights from a source that stands still for a while, an image that is shown, and their plasticity
/// in that time. With y = W x and an update W' = keep W + change post x^T follows y' = keep y + change post (x^T x): W
/// is read once at the beginning and written once at the end, W' = (prod keep) W + (sum of what is left of change post)
/// x^T. The same with a low-passed update, E' = stay E + mix post x^T, W' = keep W + change E': then E x is carried
/// along, and what comes to W of the E of the beginning. Exact but for rounding, for any decay of its own rate; not for
/// bounds and scaling, which act on every step. A rule that sees the source a step late sees, in the first step, the
/// source before.
template <class S>
class HeldDrive {
   public:
    HeldDrive(const WeightState<S>& weights, std::size_t lanes, bool late);

    /// From now on the source is x (pre units x lanes), after `before`. In parts, one for each of `tiles()`, after
    /// `begin`.
    void begin(const S* x, const S* before);
    void drive(std::size_t part);
    Tiles tiles() const { return weights_.drive_tiles(lanes_, false); }

    /// y (post units x lanes), row-major.
    const S* values() const { return of_weights_.drive.data(); }
    std::size_t lanes() const { return lanes_; }
    double work() const { return static_cast<double>(gram_.size()) * static_cast<double>(moved_.rows()); }
    /// W <- keep W + change post x^T, summed over lanes.
    void learn(const S* post, S change, double keep);
    void learn_low_passed(const S* post, const typename WeightState<S>::LowPass& numbers);
    /// Brings what the plasticity since `begin` amounts to into one of `release_tiles()`.
    Tiles release_tiles() const { return weights_.tiles(sides_ * lanes_); }
    void release(std::size_t tile, WeightState<S>& weights) const;

   private:
    /// M x of a matrix M, W or E, and what becomes of it: M <- kept M + post x^T, or, if late, M <- kept M + post (x,
    /// before)^T.
    struct Track {
        Matrix<S> drive, post;
        double kept = 1;
    };
    void add(Track& track, S factor, const S* post, double keep);
    const S* sources() const { return late_ ? sources_.data() : source_; }
    bool low_passed() const { return weights_.eligibility().size() != 0; }

    const WeightState<S>& weights_;
    std::size_t lanes_;
    bool late_;
    std::size_t sides_;     ///< 2 if late
    bool is_first_ = true;  ///< nothing has been learnt since `begin`
    const S* source_ = nullptr;
    Matrix<S> sources_;  ///< (x, before) of every unit, if late
    Track of_weights_, of_eligibility_;
    double from_eligibility_ = 0;           ///< so much of the E of the beginning comes to W
    Matrix<S> gram_, gram_before_, moved_;  ///< x^T x; before^T x; factor post times one of them
};

extern template class HeldDrive<float>;
extern template class HeldDrive<double>;

}  // namespace apical
