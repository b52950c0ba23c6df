#include "sim/synapses/limits.hpp"

#include <algorithm>
#include <cmath>

#include "sim/synapses/inverse_roots.hpp"

namespace apical {

namespace {

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

}  // namespace

template <class S>
Limiter<S>::Limiter(const WeightState<S>& weights) : tiles_{0} {
    const Scaling scaling = weights.limits().scaling;
    const std::size_t cells = scaling == Scaling::outgoing ? weights.columns() : weights.rows();
    if (weights.has_limits()) {
        constexpr std::size_t line = 64;  // cells: whole packs of sums of squares
        tiles_ = Tiles::of_cells(cells, weights.synapses() / std::max<std::size_t>(cells, 1));
        tiles_.grain = line;
    }
    if (scaling == Scaling::outgoing || (scaling == Scaling::incoming && !weights.dense()))
        squares_ = Vector::Zero(index(cells));
}

template <class S>
void Limiter<S>::apply(WeightState<S>& weights) {
    const auto& [lower, upper, bounded, scaling] = weights.limits();
    if (!weights.has_limits()) return;
    if (weights.dense()) return apply_dense(weights, 0, index(tiles_.extent));
    auto values = weights.values();
    if (bounded) values = values.cwiseMax(lower).cwiseMin(upper);
    if (scaling != Scaling::none) weights.pairs().scale(values.data(), scaling, squares_, 0, tiles_.extent);
}

template <class S>
void Limiter<S>::apply(WeightState<S>& weights, std::size_t tile) {
    const auto& [lower, upper, bounded, scaling] = weights.limits();
    const std::size_t first = tiles_.begin(tile), end = tiles_.begin(tile + 1);
    if (weights.dense()) return apply_dense(weights, index(first), index(end - first));
    S* const values = weights.values().data();
    if (bounded) weights.pairs().clip(values, lower, upper, scaling, first, end);
    if (scaling != Scaling::none) weights.pairs().scale(values, scaling, squares_, first, end);
}

template <class S>
void Limiter<S>::apply_dense(WeightState<S>& weights, Eigen::Index first, Eigen::Index n) {
    const auto& [lower, upper, bounded, scaling] = weights.limits();
    const Eigen::Index rows = index(weights.rows()), columns = index(weights.columns());
    Eigen::Map<Matrix<S>, Eigen::Aligned64> w(weights.values().data(), rows, columns);
    if (scaling == Scaling::outgoing) {
        auto part = w.middleCols(first, n);
        if (bounded) part = part.cwiseMax(lower).cwiseMin(upper);
        auto squares = squares_.segment(first, n);
        squares = part.colwise().squaredNorm();
        inverse_roots<S>(squares);
        for (auto row : part.rowwise()) row.array() *= squares.transpose().array();
        return;
    }
    if (auto part = weights.values().segment(first * columns, n * columns); bounded)
        part = part.cwiseMax(lower).cwiseMin(upper);
    if (scaling == Scaling::none) return;
    for (auto row : w.middleRows(first, n).rowwise())
        if (const S sum = row.squaredNorm(); sum > 0) row *= S(1) / std::sqrt(sum);
}

template class Limiter<float>;
template class Limiter<double>;

}  // namespace apical
