#include "analysis/metrics/assembly.hpp"

#include <Eigen/SparseCore>

#include "analysis/metrics/agreement.hpp"

namespace apical {

Matrix<double> product(const Matrix<double>& A, const Matrix<double>& B) {
    constexpr Eigen::Index few = 16;  // a loop over entries is that much slower than the product of the same size
    if ((A.array() != 0).count() > A.size() / few) return A * B;
    const Eigen::SparseMatrix<double, Eigen::RowMajor> entries = A.sparseView();
    return entries * B;
}

double motif_residual(const Matrix<double>& down, const Matrix<double>& W, const Matrix<double>& V_below) {
    return relative_distance(down, product(V_below, W.transpose()).transpose());
}

double cross_asymmetry(const Matrix<double>& V, const Matrix<double>& Vbar) {
    return relative_distance(V, Vbar.transpose());
}

PartnerFactors::PartnerFactors(const Matrix<double>& V, const Matrix<double>& Vbar)
    : A(V.colwise().squaredNorm().transpose()), C(Vbar.cwiseProduct(V.transpose()).rowwise().sum()) {}

Matrix<double> reweighted_feedback(const Matrix<double>& W, const PartnerFactors& factors) {
    return W.transpose() * factors.A.cwiseQuotient(factors.C).asDiagonal();
}

}  // namespace apical
