#include "sim/synapses/dense_deferred.hpp"

#include <algorithm>
#include <cmath>

#include "sim/circuit/pack.hpp"

namespace apical {

namespace {

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

/// One that waits costs a step (rows + columns) multiplications, and all that wait together, made every so many steps,
/// a pass of a few times (rows x columns).
std::size_t room_for(std::size_t rows, std::size_t columns, std::size_t most) {
    const auto m = static_cast<double>(rows), n = static_cast<double>(columns);
    return std::clamp(static_cast<std::size_t>(std::sqrt(4 * m * n / (m + n))), std::size_t(1), most);
}

/// W <- W + sum of post_k pre_k^T in some rows and packs of columns, while they are in registers; total += W x. `w`,
/// `pre` and `x` point to the first of these columns, `stride` columns are a row of W and of pre. Four rows of two
/// packs need fifteen registers of sixteen: a factor of decay here would be one too many.
template <std::size_t packs, std::size_t rows, class S>
void update_and_transmit(S* w, std::size_t stride, std::size_t waiting, const S (*post)[rows], const S* pre, const S* x,
                         Pack<S> (&total)[rows]) {
    using P = Pack<S>;
    P value[rows][packs];
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t p = 0; p < packs; ++p) value[r][p] = P::load_anywhere(w + r * stride + p * P::size);
    for (std::size_t k = 0; k < waiting; ++k, pre += stride) {
        P before[packs];
        for (std::size_t p = 0; p < packs; ++p) before[p] = P::load_anywhere(pre + p * P::size);
        for (std::size_t r = 0; r < rows; ++r) {
            const P factor(post[k][r]);
            for (std::size_t p = 0; p < packs; ++p) value[r][p] = P::multiply_add(factor, before[p], value[r][p]);
        }
    }
    for (std::size_t p = 0; p < packs; ++p) {
        const P source = P::load_anywhere(x + p * P::size);
        for (std::size_t r = 0; r < rows; ++r) {
            value[r][p].store_anywhere(w + r * stride + p * P::size);
            total[r] = P::multiply_add(value[r][p], source, total[r]);
        }
    }
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
        make(rows, from, [&](std::size_t i, S sum) { into[i] = how.assign ? scale * sum : into[i] + scale * sum; });
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
    if (waiting_ > 0) make({0, weights_->rows()}, pre(0), [](std::size_t, S) {});
    if (kept_ != 1) weights_.own().values() *= kept();
    waiting_ = 0;
    kept_ = 1;
}

template <class S>
template <class Put>
void DenseDeferred<S>::make(Rows rows, const S* x, const Put& put) {
    constexpr std::size_t together = 4;
    S sums[together];
    std::size_t i = rows.first;
    for (; i + together <= rows.end; i += together) {
        make_rows<together>(i, x, sums);
        for (std::size_t r = 0; r < together; ++r) put(i + r, sums[r]);
    }
    for (; i < rows.end; ++i) {
        make_rows<1>(i, x, sums);
        put(i, sums[0]);
    }
}

template <class S>
template <std::size_t rows>
void DenseDeferred<S>::make_rows(std::size_t first, const S* x, S* sums) {
    if (has_trace_) return make_with_trace<rows>(first, x, sums);
    constexpr std::size_t size = Pack<S>::size;
    S factors[most][rows];
    for (std::size_t k = 0; k < waiting_; ++k)
        for (std::size_t r = 0; r < rows; ++r) factors[k][r] = left_[k] * post(k)[first + r];
    const std::size_t columns = weights_->columns();
    S* const w = weights_.own().data() + first * columns;
    Pack<S> total[rows];
    for (Pack<S>& sum : total) sum = Pack<S>(0);
    const auto pass = [&]<std::size_t packs>(std::size_t j) {
        update_and_transmit<packs>(w + j, columns, waiting_, factors, pre(0) + j, x + j, total);
    };
    std::size_t j = 0;
    for (; j + 2 * size <= columns; j += 2 * size) pass.template operator()<2>(j);
    for (; j + size <= columns; j += size) pass.template operator()<1>(j);
    for (std::size_t r = 0; r < rows; ++r) {
        sums[r] = total[r].sum();
        for (std::size_t c = j; c < columns; ++c) {
            S& value = w[r * columns + c];
            for (std::size_t k = 0; k < waiting_; ++k) value += factors[k][r] * pre(k)[c];
            sums[r] += value * x[c];
        }
    }
}

template <class S>
template <std::size_t rows>
void DenseDeferred<S>::make_with_trace(std::size_t first, const S* x, S* sums) {
    using P = Pack<S>;
    const std::size_t columns = weights_->columns();
    S* const w = weights_.own().data() + first * columns;
    S* const e = weights_.own().eligibility().data() + first * columns;
    const P trace_decay(trace_decay_), gain(left_[0]);
    for (std::size_t r = 0; r < rows; ++r) {
        const S factor = trace_gain_ * post(0)[first + r];
        P total(0);
        std::size_t j = 0, at = r * columns;
        for (; j + P::size <= columns; j += P::size, at += P::size) {
            const P pre_j = P::load_anywhere(pre(0) + j);
            const P trace = P::multiply_add(P(factor), pre_j, trace_decay * P::load_anywhere(e + at));
            const P value = P::multiply_add(gain, trace, P::load_anywhere(w + at));
            trace.store_anywhere(e + at);
            value.store_anywhere(w + at);
            total = P::multiply_add(value, P::load_anywhere(x + j), total);
        }
        sums[r] = total.sum();
        for (; j < columns; ++j, ++at) {
            e[at] = trace_decay_ * e[at] + factor * pre(0)[j];
            w[at] += left_[0] * e[at];
            sums[r] += w[at] * x[j];
        }
    }
}

template class DenseDeferred<float>;
template class DenseDeferred<double>;

}  // namespace apical
