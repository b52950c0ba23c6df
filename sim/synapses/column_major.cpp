#include "sim/synapses/column_major.hpp"

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
ByColumns<S>::ByColumns(const WeightState<S>& weights)
    : columns_(static_cast<Eigen::Index>(weights.columns()), static_cast<Eigen::Index>(weights.rows())) {}

template <class S>
void ByColumns<S>::take(const WeightState<S>& weights) {
    columns_ = Eigen::Map<const Matrix<S>>(weights.values().data(), columns_.cols(), columns_.rows()).transpose();
}

template <class S>
void ByColumns<S>::give(WeightState<S>& weights) const {
    Eigen::Map<Matrix<S>>(weights.values().data(), columns_.cols(), columns_.rows()) = columns_.transpose();
}

template <class S>
void ByColumns<S>::drive(Rows rows, const S* x, S* y, bool assign, S scale) {
    pass<false>(rows, {}, x, y, assign, scale);
}

template <class S>
void ByColumns<S>::learn_and_drive(Rows rows, const Update& update, const S* x, S* y, bool assign, S scale) {
    pass<true>(rows, update, x, y, assign, scale);
}

template <class S>
template <bool learns>
void ByColumns<S>::pass(Rows rows, const Update& update, const S* x, S* y, bool assign, S scale) {
    constexpr std::size_t size = Pack<S>::size;
    std::size_t i = rows.first;
    for (; i + 4 * size <= rows.end; i += 4 * size) block<learns, Pack<S>, 4>(i, update, x, y, assign, scale);
    for (; i + size <= rows.end; i += size) block<learns, Pack<S>, 1>(i, update, x, y, assign, scale);
    for (; i < rows.end; ++i) block<learns, Single<S>, 1>(i, update, x, y, assign, scale);
}

template <class S>
template <bool learns, class P, std::size_t packs>
void ByColumns<S>::block(std::size_t first, const Update& update, const S* x, S* y, bool assign, S scale) {
    const auto [post, pre, change] = update;
    const auto stride = static_cast<std::size_t>(columns_.cols()), count = static_cast<std::size_t>(columns_.rows());
    P sum[packs], factor[packs];
    for (std::size_t p = 0; p < packs; ++p) {
        sum[p] = P{S(0)};
        if constexpr (learns) factor[p] = P{change} * P::load_anywhere(post + first + p * P::size);
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

template class ByColumns<float>;
template class ByColumns<double>;

}  // namespace apical
