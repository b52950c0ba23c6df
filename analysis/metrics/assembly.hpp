#pragma once
#include <Eigen/Core>

#include "sim/core/matrix.hpp"

namespace apical {

// How far the two pathways of self_assembly have found each other, from weights alone. Matrices are post x pre; |A| is
// the Frobenius norm; results have the unit 1 and are NaN where the formula is 0 / 0.

/// A B. Where A is mostly zeros (the topographic motif), only its other entries are multiplied.
Matrix<double> product(const Matrix<double>& A, const Matrix<double>& B);

/// |R^l| / (|Vbar^l (Wbar^l)^T| + |W^l (V^{l-1})^T|) with R^l = Vbar^l (Wbar^l)^T - W^l (V^{l-1})^T (spec 3.2), between
/// 0 (assembled) and 1. `down` = Vbar^l (Wbar^l)^T is d_l x dbar_{l-1}, W d_l x d_{l-1}, V_below = V^{l-1} dbar_{l-1} x
/// d_{l-1}.
double motif_residual(const Matrix<double>& down, const Matrix<double>& W, const Matrix<double>& V_below);

/// |S| / (|V| + |Vbar|) with S = V - Vbar^T (spec 3.1), between 0 (each the transpose of the other) and 1.
double cross_asymmetry(const Matrix<double>& V, const Matrix<double>& Vbar);

/// Diagonals of A = V^T V and C = Vbar V (spec 3.6), one value an upstream cell. In the topographic motif both matrices
/// are diagonal.
struct PartnerFactors {
    Eigen::VectorXd A, C;
    PartnerFactors(const Matrix<double>& V, const Matrix<double>& Vbar);
    /// What spec 3.6 asks for: C > 0, and A / C is a number.
    bool are_positive() const { return (C.array() > 0).all() && A.cwiseQuotient(C).allFinite(); }
};

/// B^l = (W^l)^T A^l / C^l: errors that come down through it, delta^{l-1} = phi'(p^{l-1}) o (B^l delta^l), are the
/// re-weighted errors of spec 3.6.
Matrix<double> reweighted_feedback(const Matrix<double>& W, const PartnerFactors& factors);

}  // namespace apical
