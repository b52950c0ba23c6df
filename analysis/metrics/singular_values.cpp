// The reduction to a bidiagonal matrix, which is nearly all of the time, is Eigen's blocked one, that its own
// decompositions begin with. Without singular vectors these take four times as long for what remains, and half a minute
// to compile.
#include <Eigen/SVD>
#include <limits>

#include "analysis/metrics/bidiagonal.hpp"
#include "analysis/metrics/spectrum.hpp"

namespace apical {

Spectrum singular_values(const Matrix<double>& A) {
    const Eigen::Index count = std::min(A.rows(), A.cols());
    if (!A.allFinite()) return Spectrum::Constant(count, std::numeric_limits<double>::quiet_NaN());
    if (count == 0) return {};
    const double scale = A.cwiseAbs().maxCoeff();
    if (scale == 0) return Spectrum::Zero(count);
    Eigen::MatrixXd tall = A.rows() >= A.cols() ? Eigen::MatrixXd(A / scale) : Eigen::MatrixXd(A.transpose() / scale);
    const Eigen::internal::UpperBidiagonalization<Eigen::MatrixXd> reduced(tall);
    auto band = reduced.bidiagonal();
    std::vector<double> diagonal(static_cast<std::size_t>(count)), above(static_cast<std::size_t>(count - 1));
    for (Eigen::Index k = 0; k < count; ++k) diagonal[static_cast<std::size_t>(k)] = band.diagonal()[k];
    for (Eigen::Index k = 0; k + 1 < count; ++k) above[static_cast<std::size_t>(k)] = band.diagonal<1>()[k];
    const std::vector<double> values = bidiagonal_singular_values(std::move(diagonal), std::move(above));
    return scale * Eigen::Map<const Spectrum>(values.data(), count);
}

}  // namespace apical
