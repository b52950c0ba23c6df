#include "sim/synapses/weight_state.hpp"

#include <algorithm>
#include <cmath>

#include "sim/synapses/inverse_roots.hpp"

namespace apical {

namespace {

template <class S>
using View = Eigen::Map<Matrix<S>, Eigen::Aligned64>;
template <class S>
using ConstView = Eigen::Map<const Matrix<S>, Eigen::Aligned64>;

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

}  // namespace

template <class S>
WeightState<S>::WeightState(const Weights& weights, std::size_t post_units, std::size_t pre_units, const Random& random)
    : rows_(post_units),
      columns_(pre_units),
      support_(weights.connectivity.is_dense()
                   ? Support{}
                   : Support(weights.connectivity.draw(post_units, pre_units, random, weights.name))),
      lower_(static_cast<S>(weights.lower)),
      upper_(static_cast<S>(weights.upper)),
      bounded_(std::isfinite(weights.lower) || std::isfinite(weights.upper)),
      scaling_(weights.scaling),
      values_(Eigen::Matrix<S, Eigen::Dynamic, 1>::Zero(
          index(support_.dense() ? post_units * pre_units : support_.post.size()))) {
    if (!support_.dense()) pairs_.emplace(support_, rows_, columns_);
    if (weights.rule && weights.rule->plasticity().low_pass > 0)
        eligibility_ = Eigen::Matrix<S, Eigen::Dynamic, 1>::Zero(values_.size());
    if (weights.initial) {
        const Entries entry = weights.initial(random, weights.name, rows_, columns_);
        for (Eigen::Index k = 0; k < values_.size(); ++k) {
            const auto at = static_cast<std::size_t>(k);
            values_[k] = static_cast<S>(support_.dense() ? entry(at / columns_, at % columns_)
                                                         : entry(support_.post[at], support_.pre[at]));
        }
    }
    keep_limits();
}

template <class S>
Tiles WeightState<S>::drive_tiles(std::size_t lanes, bool transposed) const {
    const std::size_t out = transposed ? columns_ : rows_, in = transposed ? rows_ : columns_;
    if (!support_.dense()) return Tiles::of_cells(out, lanes);
    constexpr std::size_t wide = 192;  // packing x once more for the second tile: 2 % at 400 rows
    return Tiles::of_product(out, lanes * in, wide);
}

template <class S>
void WeightState<S>::drive(Rows rows, const S* x, S* y, std::size_t lanes, bool transposed, bool assign,
                           S scale) const {
    scale *= static_cast<S>(kept_);
    if (pairs_) return pairs_->drive(values_.data(), rows.first, rows.end, x, y, lanes, transposed, assign, scale);
    const ConstView<S> w(values_.data(), index(rows_), index(columns_));
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
Tiles WeightState<S>::tiles(std::size_t lanes) const {
    if (!support_.dense()) return Tiles::of_cells(support_.post.size(), lanes);
    constexpr std::size_t wide = 512;  // both sides are packed the slow way here, and whole products keep threads busy
    return Tiles::of_product(std::max(rows_, columns_), std::min(rows_, columns_) * lanes, wide);
}

template <class S>
void WeightState<S>::learn(std::size_t tile, const S* post, const S* pre, std::size_t lanes, S change, S decay) {
    add_outer(values_, tile, post, pre, lanes, change, S(1) - decay);
}

template <class S>
void WeightState<S>::decay(double keep) {
    kept_ *= keep;
    if (kept_ < 0.5) bring_decay();  // soon enough not to lose range
}

template <class S>
void WeightState<S>::bring_decay() {
    if (kept_ != 1) values_ *= static_cast<S>(kept_);
    kept_ = 1;
}

template <class S>
void WeightState<S>::learn_low_passed(std::size_t tile, const S* post, const S* pre, std::size_t lanes,
                                      const LowPass& numbers) {
    const S change = static_cast<S>(numbers.change), keep = static_cast<S>(numbers.keep);
    low_pass(tile, post, pre, lanes, numbers);
    const Tiles cut = tiles(lanes);
    const Eigen::Index begin = index(cut.begin(tile)), n = index(cut.begin(tile + 1)) - begin;
    if (!support_.dense()) {
        auto part = values_.segment(begin, n);
        part = keep * part + change * eligibility_.segment(begin, n);
        return;
    }
    View<S> w(values_.data(), index(rows_), index(columns_));
    const ConstView<S> e(eligibility_.data(), index(rows_), index(columns_));
    const bool by_rows = rows_ >= columns_;
    auto part = by_rows ? w.block(begin, 0, n, w.cols()) : w.block(0, begin, w.rows(), n);
    part = keep * part + change * (by_rows ? e.block(begin, 0, n, w.cols()) : e.block(0, begin, w.rows(), n));
}

template <class S>
void WeightState<S>::low_pass(std::size_t tile, const S* post, const S* pre, std::size_t lanes,
                              const LowPass& numbers) {
    add_outer(eligibility_, tile, post, pre, lanes, static_cast<S>(numbers.mix), static_cast<S>(numbers.stay));
}

template <class S>
void WeightState<S>::drive_eligibility(Rows rows, const S* x, S* y, std::size_t lanes) const {
    const ConstView<S> e(eligibility_.data(), index(rows_), index(columns_)), source(x, index(columns_), index(lanes));
    View<S> target(y, index(rows_), index(lanes));
    const Eigen::Index first = index(rows.first), n = index(rows.end - rows.first);
    target.middleRows(first, n).noalias() = e.middleRows(first, n) * source;
}

template <class S>
void WeightState<S>::add_eligibility(std::size_t tile, std::size_t lanes, S share, S keep, const S* post, const S* pre,
                                     S stay) {
    const Tiles cut = tiles(lanes);
    const Eigen::Index begin = index(cut.begin(tile)), n = index(cut.begin(tile + 1)) - begin;
    View<S> w(values_.data(), index(rows_), index(columns_));
    const ConstView<S> e(eligibility_.data(), index(rows_), index(columns_));
    const bool by_rows = rows_ >= columns_;
    auto part = by_rows ? w.block(begin, 0, n, w.cols()) : w.block(0, begin, w.rows(), n);
    part = keep * part + share * (by_rows ? e.block(begin, 0, n, w.cols()) : e.block(0, begin, w.rows(), n));
    add_outer(eligibility_, tile, post, pre, lanes, S(1), stay);
}

template <class S>
void WeightState<S>::add_outer(Eigen::Matrix<S, Eigen::Dynamic, 1>& to, std::size_t tile, const S* post, const S* pre,
                               std::size_t lanes, S change, S keep) const {
    const Tiles cut = tiles(lanes);
    if (pairs_)
        return pairs_->add_outer(to.data(), cut.begin(tile), cut.begin(tile + 1), post, pre, lanes, change, keep);
    View<S> w(to.data(), index(rows_), index(columns_));
    const ConstView<S> p(post, index(rows_), index(lanes)), q(pre, index(columns_), index(lanes));
    const Eigen::Index first = index(cut.begin(tile)), n = index(cut.begin(tile + 1)) - first;
    const bool by_rows = rows_ >= columns_;  // the longer side is cut: the shorter one is packed for every tile
    auto part = by_rows ? w.block(first, 0, n, w.cols()) : w.block(0, first, w.rows(), n);
    const auto part_post = by_rows ? p.middleRows(first, n) : p.middleRows(0, p.rows());
    const auto part_pre = by_rows ? q.middleRows(0, q.rows()) : q.middleRows(first, n);
    // The decay is a pass of its own, and no loss: it streams the tile into cache, which the product would do in a less
    // orderly way. Keeping decay in a common factor of the whole matrix instead made a step 4 % slower.
    if (keep != S(1)) part *= keep;
    part.noalias() += change * part_post * part_pre.transpose();
}

template <class S>
void WeightState<S>::learn_all(const S* post, const S* pre, std::size_t lanes, S change, S decay) {
    for (std::size_t tile = 0; tile < tiles(lanes).count; ++tile) learn(tile, post, pre, lanes, change, decay);
    if (has_limits()) keep_limits();
}

template <class S>
void WeightState<S>::keep_limits() {
    keep_bounds();
    keep_scale();
}

template <class S>
Matrix<double> WeightState<S>::outer_product(const S* post, const S* pre, std::size_t lanes) const {
    const ConstView<S> p(post, index(rows_), index(lanes)), q(pre, index(columns_), index(lanes));
    const double mean = 1.0 / static_cast<double>(lanes);
    if (support_.dense()) {  // in S, as `learn` does it
        Matrix<S> direction(index(rows_), index(columns_));
        direction.noalias() = static_cast<S>(mean) * p * q.transpose();
        return direction.template cast<double>();
    }
    Matrix<double> result = Matrix<double>::Zero(index(rows_), index(columns_));
    for (std::size_t k = 0; k < support_.post.size(); ++k)
        result(support_.post[k], support_.pre[k]) =
            mean * p.row(support_.post[k]).template cast<double>().dot(q.row(support_.pre[k]).template cast<double>());
    return result;
}

template <class S>
Matrix<double> WeightState<S>::matrix() const {
    if (support_.dense())
        return kept_ * ConstView<S>(values_.data(), index(rows_), index(columns_)).template cast<double>();
    Matrix<double> full = Matrix<double>::Zero(index(rows_), index(columns_));
    for (std::size_t k = 0; k < support_.post.size(); ++k)
        full(support_.post[k], support_.pre[k]) = kept_ * static_cast<double>(values_[index(k)]);
    return full;
}

template <class S>
void WeightState<S>::assign(const Matrix<double>& full) {
    if (support_.dense()) {
        View<S>(values_.data(), index(rows_), index(columns_)) = full.template cast<S>();
        return;
    }
    for (std::size_t k = 0; k < support_.post.size(); ++k)
        values_[index(k)] = static_cast<S>(full(support_.post[k], support_.pre[k]));
}

template <class S>
void WeightState<S>::keep_bounds() {
    if (bounded_) values_ = values_.cwiseMax(lower_).cwiseMin(upper_);
}

template <class S>
void WeightState<S>::keep_scale() {
    if (scaling_ == Scaling::none) return;
    if (pairs_) return pairs_->scale(values_.data(), scaling_, squares_);
    View<S> w(values_.data(), index(rows_), index(columns_));
    if (scaling_ == Scaling::incoming) {
        for (auto row : w.rowwise())
            if (const S sum = row.squaredNorm(); sum > 0) row *= S(1) / std::sqrt(sum);
        return;
    }
    squares_ = w.colwise().squaredNorm();
    inverse_roots(squares_);
    for (auto row : w.rowwise()) row.array() *= squares_.transpose().array();
}

template class WeightState<float>;
template class WeightState<double>;

}  // namespace apical
