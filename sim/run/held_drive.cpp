#include "sim/run/held_drive.hpp"

namespace apical {

namespace {

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

}  // namespace

template <class S>
HeldDrive<S>::HeldDrive(const WeightState<S>& weights, std::size_t lanes)
    : weights_(weights),
      lanes_(lanes),
      drive_(Matrix<S>::Zero(index(weights.rows()), index(lanes))),
      post_(drive_),
      gram_(index(lanes), index(lanes)),
      moved_(drive_) {}

template <class S>
void HeldDrive<S>::begin(const S* x) {
    source_ = x;
    const Eigen::Map<const Matrix<S>, Eigen::Aligned64> source(x, index(weights_.columns()), index(lanes_));
    gram_.noalias() = source.transpose() * source;
    post_.setZero();
    kept_ = 1;
}

template <class S>
void HeldDrive<S>::drive(std::size_t part) {
    const Tiles cut = tiles();
    weights_.drive({cut.begin(part), cut.begin(part + 1)}, source_, drive_.data(), lanes_, false, true, S(1));
}

template <class S>
void HeldDrive<S>::learn(const S* post, S change, S keep) {
    const Eigen::Map<const Matrix<S>, Eigen::Aligned64> p(post, drive_.rows(), drive_.cols());
    moved_.noalias() = change * p * gram_;
    drive_ = keep * drive_ + moved_;
    post_ = keep * post_ + change * p;
    kept_ *= keep;
}

template class HeldDrive<float>;
template class HeldDrive<double>;

}  // namespace apical
