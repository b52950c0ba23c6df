#include "sim/synapses/weight_state.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "sim/kernels/kernels.hpp"
#include "sim/synapses/limits.hpp"

namespace apical {

namespace {

/// Whether each cell of one side has one synapse, in order, so that loops over single pairs need no list of that side.
bool one_partner_each(const Adjacency& rows, std::size_t pre_units) {
    const bool of_post = rows.synapses() == rows.post_units(), of_pre = rows.synapses() == pre_units;
    const auto post_in_order = [&] {
        for (std::size_t i = 0; i < rows.post_units(); ++i)
            if (rows.begin[i] != i) return false;
        return true;
    };
    const auto pre_in_order = [&] {
        for (std::size_t k = 0; k < rows.pre.size(); ++k)
            if (rows.pre[k] != k) return false;
        return true;
    };
    return (of_post && post_in_order()) || (of_pre && pre_in_order());
}

}  // namespace

template <class S>
typename WeightState<S>::Listed WeightState<S>::draw(const Weights& weights, std::size_t post_units,
                                                     std::size_t pre_units, const Random& random) {
    if (weights.connectivity.is_dense()) return {};
    if (weights.connectivity.has_multapses())
        throw std::invalid_argument("weights '" + weights.name +
                                    "': multapses, expected at most one synapse from one cell to another");
    Adjacency rows = weights.connectivity.draw(post_units, pre_units, random, weights.name);
    if (one_partner_each(rows, pre_units)) return std::make_shared<const Pairs>(rows, pre_units);
    return std::make_shared<const Adjacency>(std::move(rows));
}

template <class S>
WeightState<S>::WeightState(const Weights& weights, std::size_t post_units, std::size_t pre_units, const Random& random)
    : rows_(post_units),
      columns_(pre_units),
      listed_(draw(weights, post_units, pre_units, random)),
      limits_{static_cast<S>(weights.lower), static_cast<S>(weights.upper),
              std::isfinite(weights.lower) || std::isfinite(weights.upper), weights.scaling} {
    const std::size_t count = dense()                              ? rows_ * columns_
                              : storage() == SynapseStorage::pairs ? pairs().size()
                                                                   : adjacency().synapses();
    values_ = Vector::Zero(index(count));
    if (weights.rule && weights.rule->plasticity().low_pass > 0) eligibility_ = Vector::Zero(values_.size());
    if (weights.initial) {
        const Entries entry = weights.initial(random, weights.name, rows_, columns_);
        for_runs([&](std::size_t first, auto post, auto pre) {
            for (std::size_t k = 0; k < post.size(); ++k)
                values_[index(first + k)] = static_cast<S>(entry(post[k], pre[k]));
        });
    }
    Limiter<S>(*this).apply(*this);
}

template <class S>
std::size_t WeightState<S>::bytes() const {
    const std::size_t numbers = sizeof(S) * static_cast<std::size_t>(values_.size() + eligibility_.size());
    if (dense()) return numbers;
    return numbers + (storage() == SynapseStorage::pairs
                          ? pairs().bytes()
                          : sizeof(std::uint32_t) * synapses() + sizeof(std::uint64_t) * (rows_ + 1));
}

template <class S>
template <class Act>
void WeightState<S>::for_runs(const Act& act) const {
    using Cells = std::span<const std::uint32_t>;
    if (storage() == SynapseStorage::pairs) return act(std::size_t{0}, Cells(pairs().post()), Cells(pairs().pre()));
    std::vector<std::uint32_t> one, all(dense() ? columns_ : 0);
    std::iota(all.begin(), all.end(), 0U);
    for (std::size_t post = 0; post < rows_; ++post) {
        const Cells pre = dense() ? Cells(all) : adjacency().row(post);
        one.assign(pre.size(), static_cast<std::uint32_t>(post));
        act(dense() ? post * columns_ : adjacency().begin[post], Cells(one), pre);
    }
}

template <class S>
std::size_t WeightState<S>::post_of(std::size_t k) const {
    if (dense()) return k / columns_;
    if (storage() == SynapseStorage::pairs) return pairs().post()[k];
    const auto& begin = adjacency().begin;
    return static_cast<std::size_t>(std::ranges::upper_bound(begin, k) - begin.begin()) - 1;
}

template <class S>
void WeightState<S>::visit(SynapseVisitor& visitor) const {
    std::vector<double> shown;
    for_runs([&](std::size_t first, auto post, auto pre) {
        shown.resize(post.size());
        for (std::size_t k = 0; k < post.size(); ++k) shown[k] = kept_ * static_cast<double>(values_[index(first + k)]);
        visitor.visit(post, pre, shown);
    });
}

template <class S>
void WeightState<S>::edit(SynapseEditor& editor) {
    apply_decay();
    std::vector<double> shown;
    for_runs([&](std::size_t first, auto post, auto pre) {
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
        Matrix<S> direction = Matrix<S>::Zero(index(rows_), index(columns_));
        kernels<S>(lanes, columns_)
            .add_outer({direction.data(), rows_, columns_, post, pre, lanes, 0, std::max(rows_, columns_),
                        static_cast<S>(mean), S(1)});
        std::copy_n(direction.data(), direction.size(), result.begin());
        return result;
    }
    for_runs([&](std::size_t first, auto posts, auto pres) {
        for (std::size_t k = 0; k < posts.size(); ++k)
            result[first + k] =
                mean * p.row(posts[k]).template cast<double>().dot(q.row(pres[k]).template cast<double>());
    });
    return result;
}

template <class S>
Matrix<double> WeightState<S>::as_matrix(const std::vector<double>& numbers) const {
    if (dense()) return Eigen::Map<const Matrix<double>>(numbers.data(), index(rows_), index(columns_));
    Matrix<double> full = Matrix<double>::Zero(index(rows_), index(columns_));
    for_runs([&](std::size_t first, auto post, auto pre) {
        for (std::size_t k = 0; k < post.size(); ++k) full(post[k], pre[k]) = numbers[first + k];
    });
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
    for_runs([&](std::size_t first, auto post, auto pre) {
        for (std::size_t k = 0; k < post.size(); ++k) values_[index(first + k)] = static_cast<S>(full(post[k], pre[k]));
    });
}

template class WeightState<float>;
template class WeightState<double>;

}  // namespace apical
