#pragma once
#include "sim/core/matrix.hpp"

namespace apical {

// How far two matrices of one shape agree. |A| is the Frobenius norm; results have the unit 1. Where the formula
// divides by 0 (a zero matrix has no direction, and nothing is far from it or near), or a matrix holds a number that is
// not finite, the result is NaN.

/// |A|: the square root of the sum of squares, which themselves may be too small or large for a double.
double frobenius_norm(const Matrix<double>& A);

/// <A, B> / (|A| |B|), between -1 and 1.
double cosine(const Matrix<double>& A, const Matrix<double>& B);

/// Tangent of the angle between A and B; exact where a cosine rounds to 1. Negative beyond 90 degrees, infinite there.
double tangent(const Matrix<double>& A, const Matrix<double>& B);

/// |A| / |B|.
double relative_length(const Matrix<double>& A, const Matrix<double>& B);

/// |A - B| / |A|.
double relative_error(const Matrix<double>& A, const Matrix<double>& B);

/// |A - B| / (|A| + |B|), between 0 (equal) and 1 (opposite, or one of them is zero).
double relative_distance(const Matrix<double>& A, const Matrix<double>& B);

}  // namespace apical
