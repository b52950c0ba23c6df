#include "sim/synapses/static_source.hpp"

namespace apical {

namespace {

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

}  // namespace

template <class S>
HeldDrive<S>::HeldDrive(const WeightState<S>& weights, std::size_t lanes, bool late)
    : weights_(weights),
      lanes_(lanes),
      late_(late),
      sides_(late ? 2 : 1),
      gram_(index(lanes), index(lanes)),
      moved_(Matrix<S>::Zero(index(weights.rows()), index(lanes))) {
    if (late) sources_.setZero(index(weights.columns()), index(sides_ * lanes));
    for (Track* track : {&of_weights_, &of_eligibility_}) {
        if (track == &of_eligibility_ && !low_passed()) continue;
        track->drive = moved_;
        track->post = Matrix<S>::Zero(moved_.rows(), index(sides_ * lanes));
    }
}

template <class S>
void HeldDrive<S>::begin(const S* x, const S* before) {
    source_ = x;
    is_first_ = true;
    const Eigen::Map<const Matrix<S>, Eigen::Aligned64> source(x, index(weights_.columns()), index(lanes_));
    gram_.noalias() = source.transpose() * source;
    if (late_) {
        const Eigen::Map<const Matrix<S>, Eigen::Aligned64> earlier(before, source.rows(), source.cols());
        gram_before_.noalias() = earlier.transpose() * source;
        sources_ << source, earlier;
    }
    for (Track* track : {&of_weights_, &of_eligibility_}) {
        track->post.setZero();
        track->kept = 1;
    }
    from_eligibility_ = 0;
}

template <class S>
void HeldDrive<S>::drive(std::size_t part) {
    const Tiles cut = tiles();
    const typename WeightState<S>::Rows rows{cut.begin(part), cut.begin(part + 1)};
    weights_.drive(rows, source_, of_weights_.drive.data(), lanes_, false, true, S(1));
    if (low_passed()) weights_.drive_eligibility(rows, source_, of_eligibility_.drive.data(), lanes_);
}

/// y <- keep y + factor post <seen, x>, and the same for the outer product. One lane is a vector times a number, which
/// a product of matrices would not see.
template <class S>
void HeldDrive<S>::add(Track& track, S factor, const S* post, double keep) {
    const Eigen::Map<const Matrix<S>, Eigen::Aligned64> p(post, moved_.rows(), moved_.cols());
    const Matrix<S>& seen = late_ && is_first_ ? gram_before_ : gram_;
    const auto kept = static_cast<S>(keep);
    if (lanes_ == 1) {
        track.drive = kept * track.drive + (factor * seen(0)) * p;
    } else {
        moved_.noalias() = factor * p * seen;
        track.drive = kept * track.drive + moved_;
    }
    if (late_) {
        track.post *= kept;
        if (is_first_) track.post.rightCols(p.cols()) += factor * p;
        else track.post.leftCols(p.cols()) += factor * p;
    } else {
        track.post = kept * track.post + factor * p;
    }
    track.kept *= keep;
    is_first_ = false;
}

template <class S>
void HeldDrive<S>::learn(const S* post, S change, double keep) {
    add(of_weights_, change, post, keep);
}

template <class S>
void HeldDrive<S>::learn_low_passed(const S* post, const typename WeightState<S>::LowPass& numbers) {
    add(of_eligibility_, static_cast<S>(numbers.mix), post, numbers.stay);
    const auto change = static_cast<S>(numbers.change), keep = static_cast<S>(numbers.keep);
    of_weights_.drive = keep * of_weights_.drive + change * of_eligibility_.drive;
    of_weights_.post = keep * of_weights_.post + change * of_eligibility_.post;
    of_weights_.kept *= numbers.keep;
    from_eligibility_ = numbers.keep * from_eligibility_ + numbers.change * of_eligibility_.kept;
}

template <class S>
void HeldDrive<S>::release(std::size_t tile, WeightState<S>& weights) const {
    if (low_passed())
        weights.add_eligibility(tile, sides_ * lanes_, static_cast<S>(from_eligibility_),
                                static_cast<S>(of_weights_.kept), of_eligibility_.post.data(), sources(),
                                static_cast<S>(of_eligibility_.kept));
    const double keep = low_passed() ? 1 : of_weights_.kept;
    weights.learn(tile, of_weights_.post.data(), sources(), sides_ * lanes_, S(1), static_cast<S>(1 - keep));
}

template class HeldDrive<float>;
template class HeldDrive<double>;

}  // namespace apical
