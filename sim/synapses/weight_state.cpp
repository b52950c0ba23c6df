#include "sim/synapses/weight_state.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include "sim/synapses/limits.hpp"

namespace apical {

namespace {

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

}  // namespace

template <class S>
WeightState<S>::WeightState(const Weights& weights, std::size_t post_units, std::size_t pre_units, const Random& random)
    : rows_(post_units),
      columns_(pre_units),
      pairs_(
          weights.connectivity.is_dense()
              ? nullptr
              : std::make_shared<const Pairs>(
                    Support(weights.connectivity.draw(post_units, pre_units, random, weights.name)), rows_, columns_)),
      limits_{static_cast<S>(weights.lower), static_cast<S>(weights.upper),
              std::isfinite(weights.lower) || std::isfinite(weights.upper), weights.scaling},
      values_(Vector::Zero(index(dense() ? rows_ * columns_ : pairs_->size()))) {
    if (weights.rule && weights.rule->plasticity().low_pass > 0) eligibility_ = Vector::Zero(values_.size());
    if (weights.initial) {
        const Entries entry = weights.initial(random, weights.name, rows_, columns_);
        for (std::size_t k = 0; k < synapses(); ++k)
            values_[index(k)] = static_cast<S>(dense() ? entry(k / columns_, k % columns_)
                                                       : entry(pairs_->post()[k], pairs_->pre()[k]));
    }
    Limiter<S>(*this).apply(*this);
}

namespace {

/// act(first, post, pre) for all synapses, some at a time: synapse first + k is the pair (post[k], pre[k]).
template <class S, class Act>
void for_runs(const WeightState<S>& weights, const Act& act) {
    if (!weights.dense()) {
        act(std::size_t{0}, std::span(weights.pairs().post()), std::span(weights.pairs().pre()));
        return;
    }
    std::vector<std::uint32_t> post(weights.columns()), pre(weights.columns());
    std::iota(pre.begin(), pre.end(), 0U);
    for (std::size_t row = 0; row < weights.rows(); ++row) {
        std::fill(post.begin(), post.end(), static_cast<std::uint32_t>(row));
        act(row * weights.columns(), std::span<const std::uint32_t>(post), std::span<const std::uint32_t>(pre));
    }
}

}  // namespace

template <class S>
void WeightState<S>::visit(SynapseVisitor& visitor) const {
    std::vector<double> shown;
    for_runs(*this, [&](std::size_t first, auto post, auto pre) {
        shown.resize(post.size());
        for (std::size_t k = 0; k < post.size(); ++k) shown[k] = kept_ * static_cast<double>(values_[index(first + k)]);
        visitor.visit(post, pre, shown);
    });
}

template <class S>
void WeightState<S>::edit(SynapseEditor& editor) {
    apply_decay();
    std::vector<double> shown;
    for_runs(*this, [&](std::size_t first, auto post, auto pre) {
        shown.resize(post.size());
        for (std::size_t k = 0; k < post.size(); ++k) shown[k] = static_cast<double>(values_[index(first + k)]);
        editor.edit(post, pre, shown);
        for (std::size_t k = 0; k < post.size(); ++k) values_[index(first + k)] = static_cast<S>(shown[k]);
    });
}

template <class S>
void WeightState<S>::decay(double factor) {
    kept_ *= factor;
    if (kept_ < 0.5) apply_decay();  // soon enough not to lose range
}

template <class S>
void WeightState<S>::apply_decay() {
    if (kept_ != 1) values_ *= static_cast<S>(kept_);
    kept_ = 1;
}

template <class S>
std::vector<double> WeightState<S>::direction(const S* post, const S* pre, std::size_t lanes) const {
    const Eigen::Map<const Matrix<S>, Eigen::Aligned64> p(post, index(rows_), index(lanes)),
        q(pre, index(columns_), index(lanes));
    const double mean = 1.0 / static_cast<double>(lanes);
    std::vector<double> result(synapses());
    if (dense()) {  // in S, as an update does it
        Matrix<S> direction(index(rows_), index(columns_));
        direction.noalias() = static_cast<S>(mean) * p * q.transpose();
        std::copy_n(direction.data(), direction.size(), result.begin());
        return result;
    }
    for (std::size_t k = 0; k < result.size(); ++k)
        result[k] =
            mean *
            p.row(pairs_->post()[k]).template cast<double>().dot(q.row(pairs_->pre()[k]).template cast<double>());
    return result;
}

template <class S>
Matrix<double> WeightState<S>::as_matrix(const std::vector<double>& numbers) const {
    if (dense()) return Eigen::Map<const Matrix<double>>(numbers.data(), index(rows_), index(columns_));
    Matrix<double> full = Matrix<double>::Zero(index(rows_), index(columns_));
    for (std::size_t k = 0; k < numbers.size(); ++k) full(pairs_->post()[k], pairs_->pre()[k]) = numbers[k];
    return full;
}

template <class S>
Matrix<double> WeightState<S>::matrix() const {
    if (dense())
        return kept_ *
               Eigen::Map<const Matrix<S>>(values_.data(), index(rows_), index(columns_)).template cast<double>();
    std::vector<double> numbers(synapses());
    for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = kept_ * static_cast<double>(values_[index(k)]);
    return as_matrix(numbers);
}

template <class S>
void WeightState<S>::assign(const Matrix<double>& full) {
    if (dense()) {
        Eigen::Map<Matrix<S>>(values_.data(), index(rows_), index(columns_)) = full.template cast<S>();
        return;
    }
    for (std::size_t k = 0; k < synapses(); ++k)
        values_[index(k)] = static_cast<S>(full(pairs_->post()[k], pairs_->pre()[k]));
}

template class WeightState<float>;
template class WeightState<double>;

}  // namespace apical
