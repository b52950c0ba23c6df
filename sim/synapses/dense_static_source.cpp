#include "sim/synapses/dense_static_source.hpp"

#include "sim/kernels/kernels.hpp"
#include "sim/synapses/identity.hpp"

namespace apical {

namespace {

/// The result, lanes x lanes, is x^T y; both are units x lanes.
template <class S>
void inner_products(const S* x, const S* y, std::size_t units, std::size_t lanes, Matrix<S>& result) {
    result.resize(index(lanes), index(lanes));
    kernels<S>(lanes, lanes).multiply({x, units, lanes, true, y, result.data(), lanes, 0, lanes, true, S(1)});
}

}  // namespace

template <class S>
DenseStaticSource<S>::DenseStaticSource(Access<S> weights, std::size_t lanes, bool late)
    : weights_(weights),
      matrix_(weights->rows(), weights->columns()),
      lanes_(lanes),
      late_(late),
      sides_(late ? 2 : 1),
      gram_(index(lanes), index(lanes)),
      moved_(Matrix<S>::Zero(index(weights->rows()), index(lanes))) {
    if (late) sources_.setZero(index(weights->columns()), index(sides_ * lanes));
    for (Track* track : {&of_weights_, &of_trace_}) {
        if (track == &of_trace_ && !has_trace()) continue;
        track->drive = moved_;
        track->post = Matrix<S>::Zero(moved_.rows(), index(sides_ * lanes));
    }
}

template <class S>
void DenseStaticSource<S>::begin(const S* now, const S* before) {
    source_ = now;
    is_first_ = true;
    inner_products(now, now, weights_->columns(), lanes_, gram_);
    if (late_) {
        inner_products(before, now, weights_->columns(), lanes_, gram_before_);
        const Eigen::Map<const Matrix<S>, Eigen::Aligned64> source(now, index(weights_->columns()), index(lanes_)),
            earlier(before, source.rows(), source.cols());
        sources_ << source, earlier;
    }
    for (Track* track : {&of_weights_, &of_trace_}) {
        track->post.setZero();
        track->kept = 1;
    }
    from_trace_ = 0;
}

template <class S>
Share DenseStaticSource<S>::reading() const {
    return {matrix_.transmit_tiles(lanes_, false).count,
            static_cast<double>(weights_->synapses()) * static_cast<double>(lanes_)};
}

template <class S>
void DenseStaticSource<S>::read(std::size_t part) {
    const Tiles cut = matrix_.transmit_tiles(lanes_, false);
    const Rows rows{cut.begin(part), cut.begin(part + 1)};
    matrix_.transmit(weights_->data(), rows, source_, of_weights_.drive.data(), lanes_,
                     {.scale = static_cast<S>(weights_->kept())});
    if (has_trace())
        matrix_.transmit(weights_->eligibility().data(), rows, source_, of_trace_.drive.data(), lanes_, {});
}

template <class S>
void DenseStaticSource<S>::transmit(Rows rows, const S*, S* into, const Write<S>& how) {
    Identity<S>::scaled_copy(of_weights_.drive.data(), into, rows, lanes_, how);
}

template <class S>
double DenseStaticSource<S>::transmit_work(bool) const {
    constexpr double products_a_cell = 20;
    return products_a_cell * static_cast<double>(lanes_ * weights_->rows());
}

/// y <- decay y + gain post <seen, x>, and the same for the outer product. One lane is a vector times a number, which
/// a product of matrices would not see.
template <class S>
void DenseStaticSource<S>::add(Track& track, S gain, const S* post, double decay) {
    const Eigen::Map<const Matrix<S>, Eigen::Aligned64> p(post, moved_.rows(), moved_.cols());
    const Matrix<S>& seen = late_ && is_first_ ? gram_before_ : gram_;
    const auto kept = static_cast<S>(decay);
    if (lanes_ == 1) {
        track.drive = kept * track.drive + (gain * seen(0)) * p;
    } else {
        const auto units = static_cast<std::size_t>(moved_.rows());
        kernels<S>(lanes_, lanes_)
            .multiply({post, units, lanes_, false, seen.data(), moved_.data(), lanes_, 0, units, true, gain});
        track.drive = kept * track.drive + moved_;
    }
    if (late_) {
        track.post *= kept;
        if (is_first_) track.post.rightCols(p.cols()) += gain * p;
        else track.post.leftCols(p.cols()) += gain * p;
    } else {
        track.post = kept * track.post + gain * p;
    }
    track.kept *= decay;
}

template <class S>
Share DenseStaticSource<S>::learning() const {
    return {1, static_cast<double>(gram_.size()) * static_cast<double>(moved_.rows())};
}

template <class S>
void DenseStaticSource<S>::learn(std::size_t, std::span<const OuterProduct<S>> terms, const Update& update) {
    Track& track = update.has_trace ? of_trace_ : of_weights_;
    double own_decay = update.has_trace ? update.trace_decay : update.decay;
    for (const OuterProduct<S>& term : terms) {
        add(track, static_cast<S>(term.gain), term.post, own_decay);
        own_decay = 1;
    }
    is_first_ = false;
    if (!update.has_trace) return;
    const auto gain = static_cast<S>(update.gain_of_trace()), decay = static_cast<S>(update.decay);
    of_weights_.drive = decay * of_weights_.drive + gain * of_trace_.drive;
    of_weights_.post = decay * of_weights_.post + gain * of_trace_.post;
    of_weights_.kept *= update.decay;
    from_trace_ = update.decay * from_trace_ + update.gain_of_trace() * of_trace_.kept;
}

template <class S>
Share DenseStaticSource<S>::flushing() const {
    if (!weights_.learns()) return {};
    return {matrix_.learn_tiles(sides_ * lanes_).count,
            static_cast<double>(weights_->synapses()) * static_cast<double>(lanes_)};
}

template <class S>
void DenseStaticSource<S>::flush(std::size_t part) {
    WeightState<S>& own = weights_.own();
    const std::size_t sides = sides_ * lanes_;
    S* const w = own.data();
    double decay = of_weights_.kept;
    if (has_trace()) {
        S* const e = own.eligibility().data();
        matrix_.add_trace(w, e, part, sides, static_cast<S>(from_trace_), static_cast<S>(decay));
        matrix_.add_outer(e, part, {of_trace_.post.data(), sources(), 1}, sides, S(1), static_cast<S>(of_trace_.kept));
        decay = 1;
    }
    matrix_.add_outer(w, part, {of_weights_.post.data(), sources(), 1}, sides, S(1), rounded_decay<S>(decay));
}

template class DenseStaticSource<float>;
template class DenseStaticSource<double>;

}  // namespace apical
