#include "analysis/metrics/agreement.hpp"

namespace apical {

// stableNorm: squares of very small or large entries neither vanish nor overflow.

double cosine(const Matrix<double>& A, const Matrix<double>& B) {
    const double a = A.stableNorm(), b = B.stableNorm();
    return ((A / a).array() * (B / b).array()).sum();
}

double relative_error(const Matrix<double>& A, const Matrix<double>& B) { return (A - B).stableNorm() / A.stableNorm(); }

double relative_distance(const Matrix<double>& A, const Matrix<double>& B) {
    return (A - B).stableNorm() / (A.stableNorm() + B.stableNorm());
}

}  // namespace apical
