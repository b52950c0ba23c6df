#include "analysis/metrics/agreement.hpp"

#include <cmath>

namespace apical {

// Not Eigen's stableNorm, which in 3.4 fails its own assertion where vectors are aligned to 64 bytes.
double frobenius_norm(const Matrix<double>& A) {
    if (A.size() == 0) return 0;
    const double largest = A.cwiseAbs().maxCoeff<Eigen::PropagateNaN>();
    if (!(largest > 0) || !std::isfinite(largest)) return largest;
    return largest * (A / largest).norm();
}

double cosine(const Matrix<double>& A, const Matrix<double>& B) {
    const double a = frobenius_norm(A), b = frobenius_norm(B);
    return ((A / a).array() * (B / b).array()).sum();
}

double relative_error(const Matrix<double>& A, const Matrix<double>& B) {
    return frobenius_norm(A - B) / frobenius_norm(A);
}

double relative_distance(const Matrix<double>& A, const Matrix<double>& B) {
    return frobenius_norm(A - B) / (frobenius_norm(A) + frobenius_norm(B));
}

}  // namespace apical
