#include "sim/synapses/dense.hpp"

#include <array>

#include "sim/synapses/events_in.hpp"

namespace apical {

namespace {

template <class S>
using View = Eigen::Map<Matrix<S>, Eigen::Aligned64>;
template <class S>
using ConstView = Eigen::Map<const Matrix<S>, Eigen::Aligned64>;

}  // namespace

template <class S>
Tiles DenseMatrix<S>::transmit_tiles(std::size_t lanes, bool transposed) const {
    constexpr std::size_t wide = 192;  // packing x once more for the second tile: 2 % at 400 rows
    const std::size_t out = transposed ? columns_ : rows_, in = transposed ? rows_ : columns_;
    return Tiles::of_product(out, lanes * in, wide);
}

template <class S>
void DenseMatrix<S>::transmit(const S* m, Rows rows, const S* x, S* y, std::size_t lanes, const Write<S>& how) const {
    if (how.events && lanes == 1 && transmit_events(m, rows, x, y, how)) return;
    kernels_for(lanes).multiply(
        {m, rows_, columns_, how.transposed, x, y, lanes, rows.first, rows.end, how.assign, how.scale});
}

template <class S>
bool DenseMatrix<S>::transmit_events(const S* m, Rows rows, const S* x, S* y, const Write<S>& how) const {
    if (how.transposed) {
        if (how.assign) std::fill(y + rows.first, y + rows.end, S(0));
        for_each_event(x, rows_, [&](std::size_t i) {
            const S factor = how.scale * x[i];
            const S* const row = m + i * columns_;
            for (std::size_t j = rows.first; j < rows.end; ++j) y[j] += factor * row[j];
        });
        return true;
    }
    constexpr std::size_t most = 64;  // columns; a pass over all of them takes one of 16 at a time
    const std::size_t worth = std::min(most, 4 + columns_ / 16);
    std::array<std::size_t, most> at;
    std::array<S, most> factor;
    std::size_t n = 0;
    for_each_event(x, columns_, [&](std::size_t j) {
        if (n < worth) at[n] = j, factor[n] = how.scale * x[j];
        ++n;
    });
    if (n > worth) return false;
    if (n == 0 && !how.assign) return true;
    for (std::size_t i = rows.first; i < rows.end; ++i) {
        S sum = 0;
        for (std::size_t k = 0; k < n; ++k) sum += m[i * columns_ + at[k]] * factor[k];
        y[i] = how.assign ? sum : y[i] + sum;
    }
    return true;
}

template <class S>
Tiles DenseMatrix<S>::learn_tiles(std::size_t lanes) const {
    constexpr std::size_t wide = 512;  // both sides are packed the slow way here, and whole products keep threads busy
    return Tiles::of_product(std::max(rows_, columns_), std::min(rows_, columns_) * lanes, wide);
}

template <class S>
void DenseMatrix<S>::add_outer(S* m, std::size_t tile, const OuterProduct<S>& term, std::size_t lanes, S gain,
                               S decay) const {
    const Tiles cut = learn_tiles(lanes);
    kernels_for(lanes).add_outer(
        {m, rows_, columns_, term.post, term.pre, lanes, cut.begin(tile), cut.begin(tile + 1), gain, decay});
}

template <class S>
void DenseMatrix<S>::add_rows(S* m, std::size_t tile, const OuterProduct<S>& term, S gain) const {
    const Tiles cut = learn_tiles(1);
    one_lane_->add_rows({m, rows_, columns_, term.post, term.pre, 1, cut.begin(tile), cut.begin(tile + 1), gain, S(1)});
}

template <class S>
void DenseMatrix<S>::add_columns(S* m, std::size_t tile, const OuterProduct<S>& term, S gain) const {
    const Tiles cut = learn_tiles(1);
    const bool by_rows = rows_ >= columns_;
    const std::size_t top = by_rows ? cut.begin(tile) : 0, bottom = by_rows ? cut.begin(tile + 1) : rows_;
    std::size_t column = by_rows ? 0 : cut.begin(tile);
    const std::size_t end = by_rows ? columns_ : cut.begin(tile + 1);
    constexpr std::size_t most = 16;  // columns in a pass over the rows
    std::array<std::size_t, most> at;
    std::array<S, most> factor;
    while (column < end) {
        std::size_t n = 0;
        for (; column < end && n < most; ++column)
            if (term.pre[column] != S(0)) {
                at[n] = column;
                factor[n++] = gain * term.pre[column];
            }
        for (std::size_t i = top; n > 0 && i < bottom; ++i)
            if (const S post = term.post[i]; post != S(0))
                for (std::size_t k = 0; k < n; ++k) m[i * columns_ + at[k]] += factor[k] * post;
    }
}

template <class S>
void DenseMatrix<S>::add_trace(S* w, const S* e, std::size_t tile, std::size_t lanes, S gain, S decay) const {
    const Tiles cut = learn_tiles(lanes);
    View<S> weights(w, index(rows_), index(columns_));
    const ConstView<S> traces(e, index(rows_), index(columns_));
    const Eigen::Index first = index(cut.begin(tile)), n = index(cut.begin(tile + 1)) - first;
    const bool by_rows = rows_ >= columns_;  // as learn_tiles and the outer product: the longer side is cut
    auto part = by_rows ? weights.block(first, 0, n, weights.cols()) : weights.block(0, first, weights.rows(), n);
    part = decay * part +
           gain * (by_rows ? traces.block(first, 0, n, traces.cols()) : traces.block(0, first, traces.rows(), n));
}

template class DenseMatrix<float>;
template class DenseMatrix<double>;
template class Dense<float>;
template class Dense<double>;

}  // namespace apical
