#include "sim/core/decompositions.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>

namespace apical {

Eigen::VectorXd singular_values_of(const Matrix<double>& A) {
    return Eigen::BDCSVD<Eigen::MatrixXd>(A).singularValues();
}

Eigen::VectorXd symmetric_eigenvalues_of(const Matrix<double>& A) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(A, Eigen::EigenvaluesOnly);
    return solver.eigenvalues().reverse();
}

Eigen::MatrixXd orthonormal_columns_of(const Eigen::MatrixXd& A) {
    return Eigen::HouseholderQR<Eigen::MatrixXd>(A).householderQ() * Eigen::MatrixXd::Identity(A.rows(), A.cols());
}

Eigen::MatrixXd pseudo_inverse_of(const Eigen::MatrixXd& A) {
    return Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(A).pseudoInverse();
}

Eigen::MatrixXd solved_by_cholesky(const Eigen::MatrixXd& A, const Eigen::MatrixXd& B) {
    return Eigen::LLT<Eigen::MatrixXd>(A).solve(B);
}

}  // namespace apical
