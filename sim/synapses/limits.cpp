#include "sim/synapses/limits.hpp"

#include <algorithm>
#include <cmath>

#include "sim/synapses/inverse_roots.hpp"

namespace apical {

template <class S>
Limiter<S>::Limiter(const WeightState<S>& weights) : tiles_{0, 0} {
    if (!weights.has_limits()) return;
    const Scaling scaling = weights.limits().scaling;
    // What a cell sends stands in as many compressed rows as hear it: these sums are made in one go.
    const bool scattered = weights.storage() == SynapseStorage::rows && scaling == Scaling::outgoing;
    const std::size_t cells = scaling == Scaling::outgoing && !scattered ? weights.columns() : weights.rows();
    constexpr std::size_t line = 64;  // cells: whole packs of sums of squares
    tiles_ = Tiles::of_cells(cells, weights.synapses() / std::max<std::size_t>(cells, 1));
    tiles_.grain = line;
    if (scattered) tiles_.count = 1;
    if (scaling == Scaling::outgoing || (scaling == Scaling::incoming && !weights.dense()))
        squares_ = Vector::Zero(index(scattered ? weights.columns() : cells));
}

template <class S>
void Limiter<S>::apply(WeightState<S>& weights) {
    if (weights.has_limits()) apply(weights, 0, tiles_.extent);
}

template <class S>
void Limiter<S>::apply(WeightState<S>& weights, std::size_t tile) {
    apply(weights, tiles_.begin(tile), tiles_.begin(tile + 1));
}

template <class S>
void Limiter<S>::apply(WeightState<S>& weights, std::size_t first, std::size_t end) {
    switch (weights.storage()) {
        case SynapseStorage::dense:
            return apply_dense(weights, index(first), index(end - first));
        case SynapseStorage::pairs:
            return apply_pairs(weights, first, end);
        case SynapseStorage::rows:
            return apply_rows(weights, first, end);
    }
}

template <class S>
void Limiter<S>::apply_pairs(WeightState<S>& weights, std::size_t first, std::size_t end) {
    const auto& [lower, upper, bounded, scaling] = weights.limits();
    auto values = weights.values();
    if (bounded && end - first == tiles_.extent) values = values.cwiseMax(lower).cwiseMin(upper);
    else if (bounded) weights.pairs().clip(values.data(), lower, upper, scaling, first, end);
    if (scaling != Scaling::none) weights.pairs().scale(values.data(), scaling, squares_, first, end);
}

template <class S>
void Limiter<S>::apply_rows(WeightState<S>& weights, std::size_t first, std::size_t end) {
    const auto& [lower, upper, bounded, scaling] = weights.limits();
    const Adjacency& rows = weights.adjacency();
    S* const w = weights.data();
    const std::size_t begin = rows.begin[first], past = rows.begin[end];
    if (bounded) {
        Eigen::Map<Eigen::Matrix<S, Eigen::Dynamic, 1>> values(w + begin, index(past - begin));
        values = values.cwiseMax(lower).cwiseMin(upper);
    }
    if (scaling == Scaling::outgoing) {
        squares_.setZero();
        for (std::size_t k = begin; k < past; ++k) squares_[rows.pre[k]] += w[k] * w[k];
        inverse_roots<S>(squares_);
        for (std::size_t k = begin; k < past; ++k) w[k] *= squares_[rows.pre[k]];
    } else if (scaling == Scaling::incoming) {
        for (std::size_t post = first; post < end; ++post) {
            S sum = 0;
            for (std::size_t k = rows.begin[post]; k < rows.begin[post + 1]; ++k) sum += w[k] * w[k];
            squares_[index(post)] = sum;
        }
        inverse_roots<S>(squares_.segment(index(first), index(end - first)));
        for (std::size_t post = first; post < end; ++post)
            for (std::size_t k = rows.begin[post]; k < rows.begin[post + 1]; ++k) w[k] *= squares_[index(post)];
    }
}

template <class S>
void Limiter<S>::apply_dense(WeightState<S>& weights, Eigen::Index first, Eigen::Index n) {
    const auto& [lower, upper, bounded, scaling] = weights.limits();
    const Eigen::Index rows = index(weights.rows()), columns = index(weights.columns());
    Eigen::Map<Matrix<S>, Eigen::Aligned64> w(weights.data(), rows, columns);
    if (scaling == Scaling::outgoing) {
        auto part = w.middleCols(first, n);
        if (bounded) part = part.cwiseMax(lower).cwiseMin(upper);
        auto squares = squares_.segment(first, n);
        squares = part.colwise().squaredNorm();
        inverse_roots<S>(squares);
        for (auto row : part.rowwise()) row.array() *= squares.transpose().array();
        return;
    }
    if (bounded) {
        auto part = w.middleRows(first, n);
        part = part.cwiseMax(lower).cwiseMin(upper);
    }
    if (scaling == Scaling::none) return;
    for (auto row : w.middleRows(first, n).rowwise())
        if (const S sum = row.squaredNorm(); sum > 0) row *= S(1) / std::sqrt(sum);
}

template class Limiter<float>;
template class Limiter<double>;

}  // namespace apical
