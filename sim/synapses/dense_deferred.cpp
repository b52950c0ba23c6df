#include "sim/synapses/dense_deferred.hpp"

#include <algorithm>
#include <cmath>

namespace apical {

namespace {

/// One that waits costs a step (rows + columns) multiplications, and all that wait together, made every so many steps,
/// a pass of a few times (rows x columns).
std::size_t room_for(std::size_t rows, std::size_t columns, std::size_t most) {
    const auto m = static_cast<double>(rows), n = static_cast<double>(columns);
    return std::clamp(static_cast<std::size_t>(std::sqrt(4 * m * n / (m + n))), std::size_t(1), most);
}

}  // namespace

template <class S>
DenseDeferred<S>::DenseDeferred(Access<S> weights)
    : DenseDeferred(weights,
                    weights->eligibility().size() != 0 ? 1 : room_for(weights->rows(), weights->columns(), most)) {}

template <class S>
DenseDeferred<S>::DenseDeferred(Access<S> weights, std::size_t room)
    : weights_(weights),
      matrix_(weights->rows(), weights->columns()),
      kernels_(&kernels<S>(1, weights->columns())),
      has_trace_(weights->eligibility().size() != 0),
      room_(room),
      posts_(index(room_), index(weights->rows())),
      pres_(index(room_), index(weights->columns())) {}

template <class S>
double DenseDeferred<S>::transmit_work(bool) const {
    return static_cast<double>(weights_->synapses());
}

template <class S>
std::optional<Tiles> DenseDeferred<S>::transmit_tiles(bool transposed) const {
    return matrix_.transmit_tiles(1, transposed);
}

template <class S>
void DenseDeferred<S>::learn(std::size_t, std::span<const OuterProduct<S>> terms, const Update& update) {
    const double decay = make_room(update.decay);
    begin_learning();
    trace_decay_ = static_cast<S>(update.trace_decay);
    trace_gain_ = static_cast<S>(terms.front().gain);
    remember(terms.front(), update.has_trace ? update.gain_of_trace() : terms.front().gain, decay);
}

template <class S>
double DenseDeferred<S>::make_room(double decay) {
    constexpr double strong = 0.5;
    if (full() || kept_ < strong || decay < strong) this->flush(0);
    if (decay >= strong) return decay;
    weights_.own().values() *= static_cast<S>(decay);
    return 1;
}

template <class S>
void DenseDeferred<S>::remember(const OuterProduct<S>& term, double gain, double decay) {
    kept_ *= decay;
    left_[waiting_] = static_cast<S>(gain / kept_);
    std::copy_n(term.post, weights_->rows(), posts_.row(index(waiting_)).data());
    std::copy_n(term.pre, weights_->columns(), pres_.row(index(waiting_)).data());
    ++waiting_;
}

template <class S>
void DenseDeferred<S>::transmit(Rows rows, const S* from, S* into, const Write<S>& how) {
    const S scale = how.scale * kept();
    if (full()) {
        make(rows, from, into, how.assign, scale);
        return;
    }
    matrix_.transmit(weights_->data(), rows, from, into, 1, {false, how.assign, scale});
    using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
    const Eigen::Map<const Vector, Eigen::Aligned64> source(from, pres_.cols());
    Eigen::Map<Vector> target(into + rows.first, index(rows.end - rows.first));
    for (std::size_t k = 0; k < waiting_; ++k) {
        const S along = scale * left_[k] * pres_.row(index(k)).dot(source);
        target += along * Eigen::Map<const Vector>(post(k) + rows.first, target.size());
    }
}

template <class S>
void DenseDeferred<S>::transmitted() {
    if (full()) waiting_ = 0;
}

template <class S>
void DenseDeferred<S>::flush(std::size_t) {
    if (waiting_ > 0) make({0, weights_->rows()}, pre(0), nullptr, true, S(1));
    if (kept_ != 1) weights_.own().values() *= kept();
    waiting_ = 0;
    kept_ = 1;
}

template <class S>
void DenseDeferred<S>::make(Rows rows, const S* x, S* y, bool assign, S scale) {
    WeightState<S>& own = weights_.own();
    S* const traces = has_trace_ ? own.eligibility().data() : nullptr;
    kernels_->make_deferred({own.data(), traces, weights_->rows(), weights_->columns(), rows.first, rows.end, waiting_,
                             post(0), pre(0), left_.data(), trace_decay_, trace_gain_, x, y, assign, scale});
}

template class DenseDeferred<float>;
template class DenseDeferred<double>;

}  // namespace apical
