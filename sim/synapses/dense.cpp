#include "sim/synapses/dense.hpp"

namespace apical {

namespace {

template <class S>
using View = Eigen::Map<Matrix<S>, Eigen::Aligned64>;
template <class S>
using ConstView = Eigen::Map<const Matrix<S>, Eigen::Aligned64>;

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

}  // namespace

template <class S>
Tiles DenseMatrix<S>::transmit_tiles(std::size_t lanes, bool transposed) const {
    constexpr std::size_t wide = 192;  // packing x once more for the second tile: 2 % at 400 rows
    const std::size_t out = transposed ? columns_ : rows_, in = transposed ? rows_ : columns_;
    return Tiles::of_product(out, lanes * in, wide);
}

template <class S>
void DenseMatrix<S>::transmit(const S* m, Rows rows, const S* x, S* y, std::size_t lanes, const Write<S>& how) const {
    const auto& [transposed, assign, scale] = how;
    const ConstView<S> w(m, index(rows_), index(columns_));
    const ConstView<S> source(x, index(transposed ? rows_ : columns_), index(lanes));
    View<S> target(y, index(transposed ? columns_ : rows_), index(lanes));
    const Eigen::Index first = index(rows.first), n = index(rows.end - rows.first);
    auto part = target.middleRows(first, n);
    if (transposed) {
        if (assign) part.noalias() = scale * w.middleCols(first, n).transpose() * source;
        else part.noalias() += scale * w.middleCols(first, n).transpose() * source;
    } else {
        if (assign) part.noalias() = scale * w.middleRows(first, n) * source;
        else part.noalias() += scale * w.middleRows(first, n) * source;
    }
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
    View<S> w(m, index(rows_), index(columns_));
    const ConstView<S> p(term.post, index(rows_), index(lanes)), q(term.pre, index(columns_), index(lanes));
    const Eigen::Index first = index(cut.begin(tile)), n = index(cut.begin(tile + 1)) - first;
    const bool by_rows = rows_ >= columns_;  // the longer side is cut: the shorter one is packed for every tile
    auto part = by_rows ? w.block(first, 0, n, w.cols()) : w.block(0, first, w.rows(), n);
    const auto part_post = by_rows ? p.middleRows(first, n) : p.middleRows(0, p.rows());
    const auto part_pre = by_rows ? q.middleRows(0, q.rows()) : q.middleRows(first, n);
    // The decay is a pass of its own, and no loss: it streams the tile into cache, which the product would do in a less
    // orderly way. Keeping decay in a common factor of the whole matrix instead made a step 4 % slower.
    if (decay != S(1)) part *= decay;
    part.noalias() += gain * part_post * part_pre.transpose();
}

template <class S>
void DenseMatrix<S>::add_trace(S* w, const S* e, std::size_t tile, std::size_t lanes, S gain, S decay) const {
    const Tiles cut = learn_tiles(lanes);
    View<S> weights(w, index(rows_), index(columns_));
    const ConstView<S> traces(e, index(rows_), index(columns_));
    const Eigen::Index first = index(cut.begin(tile)), n = index(cut.begin(tile + 1)) - first;
    const bool by_rows = rows_ >= columns_;
    auto part = by_rows ? weights.block(first, 0, n, weights.cols()) : weights.block(0, first, weights.rows(), n);
    part = decay * part +
           gain * (by_rows ? traces.block(first, 0, n, traces.cols()) : traces.block(0, first, traces.rows(), n));
}

template class DenseMatrix<float>;
template class DenseMatrix<double>;
template class Dense<float>;
template class Dense<double>;

}  // namespace apical
