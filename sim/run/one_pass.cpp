#include "sim/run/one_pass.hpp"

#include "sim/circuit/pack.hpp"

namespace apical {

namespace {

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

/// `rows` rows of W at once, so that pre and x are loaded once for all of them: W <- keep W + post pre^T, sums = W x.
template <std::size_t rows, class S>
void update_and_drive(S* w, std::size_t columns, S keep, const S* post, const S* pre, const S* x, S* sums) {
    using P = Pack<S>;
    const std::size_t whole = columns / P::size * P::size;
    const P kept(keep);
    P scaled[rows], total[rows];
    for (std::size_t r = 0; r < rows; ++r) {
        scaled[r] = P(post[r]);
        total[r] = P(0);
    }
    for (std::size_t j = 0; j < whole; j += P::size) {
        const P before = P::load_anywhere(pre + j), source = P::load_anywhere(x + j);
        for (std::size_t r = 0; r < rows; ++r) {
            S* const at = w + r * columns + j;
            const P value = P::multiply_add(scaled[r], before, kept * P::load_anywhere(at));
            value.store_anywhere(at);
            total[r] = P::multiply_add(value, source, total[r]);
        }
    }
    for (std::size_t r = 0; r < rows; ++r) {
        sums[r] = total[r].sum();
        for (std::size_t j = whole; j < columns; ++j) {
            S& value = w[r * columns + j];
            value = keep * value + post[r] * pre[j];
            sums[r] += value * x[j];
        }
    }
}

}  // namespace

template <class S>
OnePass<S>::OnePass(WeightState<S>& weights)
    : weights_(weights),
      post_(Eigen::Matrix<S, Eigen::Dynamic, 1>::Zero(index(weights.rows()))),
      pre_(Eigen::Matrix<S, Eigen::Dynamic, 1>::Zero(index(weights.columns()))) {}

template <class S>
void OnePass<S>::learn(const S* post, const S* pre, S change, S keep) {
    using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
    post_ = change * Eigen::Map<const Vector>(post, post_.size());
    pre_ = Eigen::Map<const Vector>(pre, pre_.size());
    keep_ = keep;
    waits_ = true;
}

template <class S>
void OnePass<S>::drive(typename WeightState<S>::Rows rows, const S* x, S* y, bool assign, S scale) {
    if (!waits_) {
        weights_.drive(rows, x, y, 1, false, assign, scale);
        return;
    }
    const std::size_t columns = weights_.columns();
    S* const values = weights_.values().data();
    constexpr std::size_t together = 4;
    S sums[together];
    const auto put = [&](std::size_t i, S sum) { y[i] = assign ? scale * sum : y[i] + scale * sum; };
    std::size_t i = rows.first;
    for (; i + together <= rows.end; i += together) {
        update_and_drive<together>(values + i * columns, columns, keep_, post_.data() + i, pre_.data(), x, sums);
        for (std::size_t r = 0; r < together; ++r) put(i + r, sums[r]);
    }
    for (; i < rows.end; ++i) {
        update_and_drive<1>(values + i * columns, columns, keep_, post_.data() + i, pre_.data(), x, sums);
        put(i, sums[0]);
    }
}

template <class S>
void OnePass<S>::end() {
    if (waits_) weights_.learn_all(post_.data(), pre_.data(), 1, S(1), S(1) - keep_);
    waits_ = false;
}

template class OnePass<float>;
template class OnePass<double>;

}  // namespace apical
