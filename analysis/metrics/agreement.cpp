#include "analysis/metrics/agreement.hpp"

#include <cmath>
#include <limits>

namespace apical {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// |A| of a matrix or a difference of two, which is never written out.
template <class Values>
double norm_of(const Values& A) {
    if (A.size() == 0) return 0;
    const double squares = A.squaredNorm();
    if (squares > 1e-200 && squares < 1e200) return std::sqrt(squares);
    // Squares may have vanished or overflown: once more, with the largest number at 1. Not Eigen's stableNorm, which in
    // 3.4 fails its own assertion where vectors are aligned to 64 bytes.
    const double largest = A.cwiseAbs().template maxCoeff<Eigen::PropagateNaN>();
    if (!std::isfinite(largest)) return not_a_number;
    if (largest == 0) return 0;
    return largest * (A / largest).norm();
}

double quotient(double a, double b) { return b == 0 ? not_a_number : a / b; }

}  // namespace

double frobenius_norm(const Matrix<double>& A) { return norm_of(A); }

double cosine(const Matrix<double>& A, const Matrix<double>& B) {
    const double a = quotient(1, norm_of(A)), b = quotient(1, norm_of(B));
    // Of numbers that are hardly more than 0 the inverse is none.
    constexpr double large = 0x1p600;
    if (std::isinf(a)) return cosine(large * A, B);
    if (std::isinf(b)) return cosine(A, large * B);
    return ((a * A).array() * (b * B).array()).sum();
}

double tangent(const Matrix<double>& A, const Matrix<double>& B) {
    const Matrix<double> a = A / norm_of(A), b = B / norm_of(B);
    const double along = a.cwiseProduct(b).sum();
    return norm_of(a - along * b) / along;
}

double relative_length(const Matrix<double>& A, const Matrix<double>& B) { return quotient(norm_of(A), norm_of(B)); }

double relative_error(const Matrix<double>& A, const Matrix<double>& B) { return quotient(norm_of(A - B), norm_of(A)); }

double relative_distance(const Matrix<double>& A, const Matrix<double>& B) {
    return quotient(norm_of(A - B), norm_of(A) + norm_of(B));
}

}  // namespace apical
