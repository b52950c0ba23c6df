#include "sim/synapses/dense_by_columns.hpp"

#include "sim/circuit/pack.hpp"

namespace apical {

namespace {

/// One value as if it were a pack, for the last rows.
template <class S>
struct Single {
    static constexpr std::size_t size = 1;
    S value;
    static Single load_anywhere(const S* from) { return {*from}; }
    void store_anywhere(S* to) const { *to = value; }
    static Single multiply_add(Single a, Single b, Single c) { return {a.value * b.value + c.value}; }
    friend Single operator*(Single a, Single b) { return {a.value * b.value}; }
};

}  // namespace

template <class S>
void ColumnMajorCopy<S>::load(const S* m) {
    columns_ = Eigen::Map<const Matrix<S>>(m, columns_.cols(), columns_.rows()).transpose();
}

template <class S>
void ColumnMajorCopy<S>::store(S* m) const {
    Eigen::Map<Matrix<S>>(m, columns_.cols(), columns_.rows()) = columns_.transpose();
}

template <class S>
void ColumnMajorCopy<S>::transmit(Rows rows, const S* x, S* y, bool assign, S scale) {
    pass<false>(rows, {}, x, y, assign, scale);
}

template <class S>
void ColumnMajorCopy<S>::learn_and_transmit(Rows rows, const Rank1& update, const S* x, S* y, bool assign, S scale) {
    pass<true>(rows, update, x, y, assign, scale);
}

template <class S>
template <bool learns>
void ColumnMajorCopy<S>::pass(Rows rows, const Rank1& update, const S* x, S* y, bool assign, S scale) {
    constexpr std::size_t size = Pack<S>::size;
    std::size_t i = rows.first;
    for (; i + 4 * size <= rows.end; i += 4 * size) block<learns, Pack<S>, 4>(i, update, x, y, assign, scale);
    for (; i + size <= rows.end; i += size) block<learns, Pack<S>, 1>(i, update, x, y, assign, scale);
    for (; i < rows.end; ++i) block<learns, Single<S>, 1>(i, update, x, y, assign, scale);
}

template <class S>
template <bool learns, class P, std::size_t packs>
void ColumnMajorCopy<S>::block(std::size_t first, const Rank1& update, const S* x, S* y, bool assign, S scale) {
    const auto [post, pre, gain] = update;
    const auto stride = static_cast<std::size_t>(columns_.cols()), count = static_cast<std::size_t>(columns_.rows());
    P sum[packs], factor[packs];
    for (std::size_t p = 0; p < packs; ++p) {
        sum[p] = P{S(0)};
        if constexpr (learns) factor[p] = P{gain} * P::load_anywhere(post + first + p * P::size);
    }
    S* column = columns_.data() + first;
    for (std::size_t j = 0; j < count; ++j, column += stride) {
        const P source{x[j]};
        for (std::size_t p = 0; p < packs; ++p) {
            P value = P::load_anywhere(column + p * P::size);
            if constexpr (learns) {
                value = P::multiply_add(factor[p], P{pre[j]}, value);
                value.store_anywhere(column + p * P::size);
            }
            sum[p] = P::multiply_add(value, source, sum[p]);
        }
    }
    for (std::size_t p = 0; p < packs; ++p) {
        S* const to = y + first + p * P::size;
        (assign ? P{scale} * sum[p] : P::multiply_add(P{scale}, sum[p], P::load_anywhere(to))).store_anywhere(to);
    }
}

template <class S>
void DenseByColumns<S>::begin_learning() {
    if (++learnt_ == 2) copy_.load(this->weights_->data());
}

template <class S>
void DenseByColumns<S>::transmit(Rows rows, const S* from, S* into, const Write<S>& how) {
    if (!copied()) return DenseDeferred<S>::transmit(rows, from, into, how);
    const S scale = how.scale * this->kept();
    if (!this->full()) return copy_.transmit(rows, from, into, how.assign, scale);
    const auto [post, pre, gain] = this->first();
    copy_.learn_and_transmit(rows, {post, pre, gain}, from, into, how.assign, scale);
}

template <class S>
void DenseByColumns<S>::flush(std::size_t part) {
    if (copied()) copy_.store(this->weights_.own().data());
    DenseDeferred<S>::flush(part);
    learnt_ = 0;
}

template class ColumnMajorCopy<float>;
template class ColumnMajorCopy<double>;
template class DenseByColumns<float>;
template class DenseByColumns<double>;

}  // namespace apical
