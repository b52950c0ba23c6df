#include "sim/network/real_parts.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <limits>

namespace apical {

namespace {

constexpr double safe = 0.99;  // what rounding may take of a reach

/// Whether the symmetric A - m I is positive definite, m being far above what rounding does to A.
bool is_definite_beyond(const Eigen::MatrixXd& A, double m) {
    Eigen::MatrixXd less = A;
    less.diagonal().array() -= m;
    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> decomposition(less);
    return decomposition.info() == Eigen::Success;
}

}  // namespace

double least_real_part(const Matrix<double>& A) {
    if (!A.allFinite()) return std::numeric_limits<double>::quiet_NaN();
    if (A.rows() == 0) return 0;
    return Eigen::EigenSolver<Eigen::MatrixXd>(A, false).eigenvalues().real().minCoeff();
}

template <class S>
std::optional<double> RealParts::not_positive(const Matrix<S>& A) {
    const bool is_alike = seen_.rows() == A.rows() && A.rows() > 0;
    if (is_alike && (A.template cast<double>() - seen_).norm() < reach_) return std::nullopt;
    reach_ = 0;
    seen_ = A.template cast<double>();
    return look_at(seen_);
}

std::optional<double> RealParts::look_at(const Matrix<double>& A) {
    if (A.rows() == 0) return std::nullopt;
    const Eigen::MatrixXd symmetric = (A + A.transpose()) / 2;
    const auto n = static_cast<double>(A.rows());
    // Cholesky decomposition errs by less than (n + 1) units of rounding times the trace (Higham 2002, Theorem 10.3).
    const double rounding = 10 * n * std::numeric_limits<double>::epsilon() * symmetric.diagonal().cwiseAbs().sum();
    if (margin_ <= 0) margin_ = symmetric.diagonal().mean() / 4;
    if (margin_ > rounding && is_definite_beyond(symmetric, margin_)) {
        reach_ = safe * margin_;
        margin_ *= 1.25;
        return std::nullopt;
    }
    if (is_definite_beyond(symmetric, rounding)) {
        for (margin_ /= 2; margin_ > 4 * rounding && !is_definite_beyond(symmetric, margin_);) margin_ /= 2;
        if (margin_ > 4 * rounding) reach_ = safe * margin_;
        else margin_ = 0;
        return std::nullopt;
    }
    const Eigen::EigenSolver<Eigen::MatrixXd> exact(A);
    const double least = exact.eigenvalues().real().minCoeff();
    if (!(least > 0)) return least;
    const Eigen::MatrixXd& vectors = exact.pseudoEigenvectors();
    const double bound = safe * least / (vectors.norm() * vectors.partialPivLu().inverse().norm());
    if (bound > 0) reach_ = bound;  // and not NaN
    return std::nullopt;
}

template std::optional<double> RealParts::not_positive(const Matrix<float>&);
template std::optional<double> RealParts::not_positive(const Matrix<double>&);

}  // namespace apical
