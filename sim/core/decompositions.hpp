#pragma once
#include "sim/core/matrix.hpp"

namespace apical {

// Eigen's decompositions behind functions: they take longer to compile than all else, so one file instantiates them,
// in double. What a caller must see to first: that numbers are finite.

/// All min(rows, columns) singular values, largest first, with an absolute error of about 1e-15 times the largest.
/// Takes about 0.2 s for 1000 x 1000.
Eigen::VectorXd singular_values_of(const Matrix<double>& A);
/// Of a symmetric matrix, of which the lower triangle is read: largest first.
Eigen::VectorXd symmetric_eigenvalues_of(const Matrix<double>& A);
/// Q of A = Q R: as many orthonormal columns as A, which has at least as many rows.
Eigen::MatrixXd orthonormal_columns_of(const Eigen::MatrixXd& A);
/// Moore and Penrose's, columns x rows.
Eigen::MatrixXd pseudo_inverse_of(const Eigen::MatrixXd& A);
/// X of A X = B, for a symmetric positive definite A.
Eigen::MatrixXd solved_by_cholesky(const Eigen::MatrixXd& A, const Eigen::MatrixXd& B);

}  // namespace apical
