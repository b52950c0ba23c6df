#pragma once
#include <Eigen/Core>

#include "sim/core/matrix.hpp"

namespace apical {

// Spectra, and what they say of how many directions a matrix uses. All numbers have the unit of the matrix, or 1 where
// a ratio is formed. A matrix or spectrum with a number that is not finite gives NaN, an empty or zero one gives 0.

/// A spectrum: largest first.
using Spectrum = Eigen::VectorXd;

/// All min(rows, columns) singular values, with an absolute error of about 1e-15 times the largest. Takes about 0.2 s
/// for 1000 x 1000.
Spectrum singular_values(const Matrix<double>& A);

/// Squares of the singular values, min(rows, columns) of them, as eigenvalues of A A^T or A^T A, whichever is smaller.
/// Several times faster than `singular_values`, which is why metrics use it during a run; the price is an absolute
/// error of about 1e-16 times the largest, so that smaller values are noise (never below 0).
Spectrum squared_singular_values(const Matrix<double>& A);

/// Of a symmetric matrix (the lower triangle is read).
Spectrum symmetric_eigenvalues(const Matrix<double>& A);

/// The spectrum of A A^T (rows x rows): squared singular values, filled up with zeros where A has more rows than
/// columns.
Spectrum with_zeros(const Spectrum& squared, Eigen::Index rows);

/// exp of the entropy of p_k = s_k / sum s (Roy and Vetterli 2007, "The effective rank"); s are singular values.
/// Between 1 (one direction) and the number of values (all alike).
double effective_rank(const Spectrum& s);
/// (sum s^2)^2 / sum s^4: how many eigenvalues of A A^T carry its trace.
double participation_ratio(const Spectrum& s);
/// |A|_F^2 / |A|_2^2 = sum s^2 / s_1^2 (Rudelson and Vershynin 2007); never above the rank, and insensitive to the
/// tail.
double stable_rank(const Spectrum& s);

}  // namespace apical
