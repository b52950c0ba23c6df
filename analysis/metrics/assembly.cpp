#include "analysis/metrics/assembly.hpp"

#include "analysis/metrics/agreement.hpp"

namespace apical {

double motif_residual(const Matrix<double>& W, const Matrix<double>& Wbar, const Matrix<double>& Vbar,
                      const Matrix<double>& V_below) {
    return relative_distance(Vbar * Wbar.transpose(), W * V_below.transpose());
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
