#include "analysis/metrics/representation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/decompositions.hpp"

namespace apical {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double penalty = 1e-3;

/// Each unit's mean over samples taken away.
Matrix<double> centred(const Matrix<double>& rates) { return rates.colwise() - rates.rowwise().mean(); }

/// |A B^T|_F^2 without the product where units are more than samples: tr(A^T A B^T B).
double squared_norm_of_product(const Matrix<double>& A, const Matrix<double>& B) {
    if (A.rows() * B.rows() <= A.cols() * A.cols()) return (A * B.transpose()).squaredNorm();
    const Matrix<double> a = A.transpose() * A, b = B.transpose() * B;
    return a.cwiseProduct(b).sum();
}

/// Every second sample, from `first` on.
Matrix<double> every_second(const Matrix<double>& values, Eigen::Index first) {
    Matrix<double> half(values.rows(), (values.cols() - first + 1) / 2);
    for (Eigen::Index k = 0; k < half.cols(); ++k) half.col(k) = values.col(first + 2 * k);
    return half;
}

/// Rates with a row of ones below.
Matrix<double> with_constant(const Matrix<double>& rates) {
    Matrix<double> longer(rates.rows() + 1, rates.cols());
    longer << rates, Matrix<double>::Ones(1, rates.cols());
    return longer;
}

}  // namespace

double mean_correlation(const Matrix<double>& rates) {
    if (!rates.allFinite()) return not_a_number;
    const Matrix<double> deviations = centred(rates);
    const Eigen::VectorXd lengths = deviations.rowwise().norm();
    // What rounding leaves of a rate that never changes is no deviation.
    const Eigen::VectorXd least = 1e-12 * rates.rowwise().norm();
    Matrix<double> units(rates.rows(), rates.cols());
    Eigen::Index n = 0;
    for (Eigen::Index i = 0; i < rates.rows(); ++i)
        if (lengths[i] > least[i]) units.row(n++) = deviations.row(i) / lengths[i];
    if (n < 2) return not_a_number;
    const Matrix<double> active = units.topRows(n);
    // So many rows of r at a time: all of them would be a square of the layer, whatever the weights are.
    constexpr Eigen::Index rows = 1024;
    double sum = 0;
    for (Eigen::Index first = 0; first < n; first += rows) {
        const Eigen::Index count = std::min(rows, n - first);
        const Matrix<double> r = active.middleRows(first, count) * active.transpose();
        sum += r.cwiseAbs().sum() - r.diagonal(first).cwiseAbs().sum();
    }
    return sum / static_cast<double>(n * (n - 1));
}

double linear_cka(const Matrix<double>& X, const Matrix<double>& Y) {
    const Matrix<double> x = centred(X), y = centred(Y);
    return squared_norm_of_product(y, x) / std::sqrt(squared_norm_of_product(x, x) * squared_norm_of_product(y, y));
}

double linear_separability(const Matrix<double>& rates, const Matrix<double>& targets) {
    if (!rates.allFinite() || rates.cols() < 2) return not_a_number;
    const Matrix<double> known = with_constant(every_second(rates, 0)), asked = with_constant(every_second(rates, 1));
    const Matrix<double> answers = every_second(targets, 0), classes = every_second(targets, 1);
    // B = T X^T (X X^T + c I)^-1, on whichever side is smaller.
    const bool many_units = known.rows() > known.cols();
    Matrix<double> gram;
    if (many_units) gram = known.transpose() * known;
    else gram = known * known.transpose();
    gram.diagonal().array() += penalty * gram.trace() / static_cast<double>(gram.rows());
    const Eigen::MatrixXd found =
        many_units ? Eigen::MatrixXd(answers * solved_by_cholesky(gram, known.transpose() * asked))
                   : Eigen::MatrixXd((answers * known.transpose()) * solved_by_cholesky(gram, asked));
    Eigen::Index right = 0;
    for (Eigen::Index k = 0; k < found.cols(); ++k) {
        Eigen::Index answer = 0, truth = 0;
        found.col(k).maxCoeff(&answer);
        classes.col(k).maxCoeff(&truth);
        if (answer == truth) ++right;
    }
    return static_cast<double>(right) / static_cast<double>(found.cols());
}

}  // namespace apical
