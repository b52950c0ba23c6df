// A file of its own, since Eigen's decomposition takes long to compile.
#include <Eigen/SVD>
#include <limits>

#include "analysis/metrics/spectrum.hpp"

namespace apical {

Spectrum singular_values(const Matrix<double>& A) {
    const Eigen::Index count = std::min(A.rows(), A.cols());
    if (!A.allFinite()) return Spectrum::Constant(count, std::numeric_limits<double>::quiet_NaN());
    if (count == 0) return {};
    return Eigen::BDCSVD<Eigen::MatrixXd>(A).singularValues();
}

}  // namespace apical
