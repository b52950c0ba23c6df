#include "analysis/metrics/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "sim/core/decompositions.hpp"

namespace apical {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// With the largest at 1: squares neither overflow nor vanish. Call for a spectrum that is finite and not zero.
Eigen::ArrayXd scaled(const Spectrum& s) { return s.array() / s.maxCoeff(); }

/// Calls `measure` for the scaled spectrum, after the cases that have no scale.
template <class Measure>
double measured(const Spectrum& s, const Measure& measure) {
    if (!s.allFinite()) return not_a_number;
    if (s.size() == 0 || s.maxCoeff() <= 0) return 0;
    return measure(scaled(s));
}

/// Looks at the lower triangle.
bool is_diagonal(const Matrix<double>& A) {
    for (Eigen::Index i = 1; i < A.rows(); ++i)
        if ((A.row(i).head(i).array() != 0).any()) return false;
    return true;
}

}  // namespace

Spectrum singular_values(const Matrix<double>& A) {
    const Eigen::Index count = std::min(A.rows(), A.cols());
    if (!A.allFinite()) return Spectrum::Constant(count, not_a_number);
    if (count == 0) return {};
    return singular_values_of(A);
}

Spectrum squared_singular_values(const Matrix<double>& A) {
    const Eigen::Index count = std::min(A.rows(), A.cols());
    if (!A.allFinite()) return Spectrum::Constant(count, not_a_number);
    if (count == 0) return {};
    Matrix<double> gram = Matrix<double>::Zero(count, count);
    if (A.rows() <= A.cols()) gram.selfadjointView<Eigen::Lower>().rankUpdate(A);
    else gram.selfadjointView<Eigen::Lower>().rankUpdate(A.transpose());
    // Cells that share no partner are orthogonal (the topographic motif): there is nothing to diagonalise.
    if (is_diagonal(gram)) {
        Spectrum squares = gram.diagonal();
        std::sort(squares.begin(), squares.end(), std::greater<>());
        return squares;
    }
    return symmetric_eigenvalues(gram).cwiseMax(0);
}

Spectrum symmetric_eigenvalues(const Matrix<double>& A) {
    if (!A.allFinite()) return Spectrum::Constant(A.rows(), not_a_number);
    if (A.rows() == 0) return {};
    return symmetric_eigenvalues_of(A);
}

Spectrum with_zeros(const Spectrum& squared, Eigen::Index rows) {
    Spectrum all = Spectrum::Zero(rows);
    all.head(squared.size()) = squared;
    return all;
}

double effective_rank(const Spectrum& s) {
    return measured(s, [](const Eigen::ArrayXd& x) {
        const double sum = x.sum();
        double entropy = 0;
        for (const double value : x)
            if (value > 0) entropy -= value / sum * std::log(value / sum);
        return std::exp(entropy);
    });
}

double participation_ratio(const Spectrum& s) {
    return measured(s, [](const Eigen::ArrayXd& x) {
        const double trace = x.square().sum();
        return trace * trace / x.square().square().sum();
    });
}

double stable_rank(const Spectrum& s) {
    return measured(s, [](const Eigen::ArrayXd& x) { return x.square().sum(); });
}

}  // namespace apical
