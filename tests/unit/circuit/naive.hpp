#pragma once
#include <cmath>
#include <limits>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/core/random.hpp"
#include "sim/synapses/pathways.hpp"

namespace apical {

// The loops that pathways replace, one multiply-add at a time in double, each with the sum of absolute values that
// bounds the rounding error of any other order of the same additions.

using MatrixD = Matrix<double>;

/// Numbers of either sign that S represents exactly.
template <class S>
Matrix<S> random_matrix(std::size_t rows, std::size_t columns, const char* stream) {
    const Random random(11);
    Matrix<S> m(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
    std::uint32_t entity = 0;
    for (S* value = m.data(); value != m.data() + m.size(); ++value)
        *value = static_cast<S>(random.normal(Random::stream(stream), entity++));
    return m;
}

struct Bounded {
    MatrixD value, magnitude;
};

/// a b and |a| |b|
inline Bounded product(const MatrixD& a, const MatrixD& b) {
    Bounded result{MatrixD::Zero(a.rows(), b.cols()), MatrixD::Zero(a.rows(), b.cols())};
    for (Eigen::Index i = 0; i < a.rows(); ++i)
        for (Eigen::Index k = 0; k < a.cols(); ++k)
            for (Eigen::Index j = 0; j < b.cols(); ++j) {
                result.value(i, j) += a(i, k) * b(k, j);
                result.magnitude(i, j) += std::abs(a(i, k) * b(k, j));
            }
    return result;
}

/// Largest error in units of the standard bound (n + 3) u sum |terms| (Higham 2002, section 3.1), n terms and three
/// more roundings: scale, decay and the final sum. It must not exceed 1.
template <class S>
double error_over_bound(const MatrixD& found, const Bounded& expected, Eigen::Index terms) {
    const double u = std::numeric_limits<S>::epsilon() / 2;
    const double bound = static_cast<double>(terms + 3) * u;
    return ((found - expected.value).array().abs() / (bound * expected.magnitude.array() + 1e-300)).maxCoeff();
}

/// One partner a row, r rows a partner (topographic), as far as the columns go.
inline Connectivity fan_in_of_one(std::size_t rows, std::size_t columns) {
    std::vector<std::uint32_t> post, pre;
    const std::size_t r = (rows + columns - 1) / columns;
    for (std::size_t j = 0; j < rows; ++j) {
        post.push_back(static_cast<std::uint32_t>(j));
        pre.push_back(static_cast<std::uint32_t>(j / r));
    }
    return Connectivity::list(post, pre);
}

/// Pairs the other way round.
inline Connectivity mirrored(const Connectivity& pairs) { return Connectivity::transpose_of("", pairs); }

/// About a third of all pairs, in no order that would help.
inline Connectivity random_mask(std::size_t rows, std::size_t columns) {
    const Random random(7);
    std::vector<std::uint32_t> post, pre;
    for (const std::uint32_t k : random.permutation(static_cast<std::uint32_t>(rows * columns), 0)) {
        if (post.size() * 3 > rows * columns) break;
        post.push_back(static_cast<std::uint32_t>(k / columns));
        pre.push_back(static_cast<std::uint32_t>(k % columns));
    }
    return Connectivity::list(post, pre);
}

template <class S>
WeightState<S> weights_of(const Matrix<S>& values, const Connectivity& connectivity = {}, Weights weights = {}) {
    weights.connectivity = connectivity;
    WeightState<S> state(weights, static_cast<std::size_t>(values.rows()), static_cast<std::size_t>(values.cols()),
                         Random(1));
    state.assign(values.template cast<double>());
    return state;
}

/// A whole update of a pathway, its parts from the last to the first: they may come in any order.
template <class S>
void learn(Pathway<S>& pathway, std::span<const OuterProduct<S>> terms, const Update& update) {
    for (std::size_t part = pathway.learning().parts; part-- > 0;) pathway.learn(part, terms, update);
    for (std::size_t part = pathway.limiting().parts; part-- > 0;) pathway.limit(part, update);
}

/// W <- (1 - decay) W + gain post pre^T.
template <class S>
void learn(WeightState<S>& state, const Matrix<S>& post, const Matrix<S>& pre, S gain, S decay) {
    const OuterProduct<S> term[] = {{post.data(), pre.data(), double(gain)}};
    const auto pathway = direct_pathway(Access<S>(state), static_cast<std::size_t>(post.cols()));
    learn<S>(*pathway, term, {1 - double(decay)});
}

/// Activities have to be aligned as the engine's columns are; a matrix of Eigen is.
template <class S>
Matrix<S> zeros(std::size_t rows, std::size_t columns) {
    return Matrix<S>::Zero(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
}

}  // namespace apical
