#pragma once
#include <optional>

#include "sim/core/matrix.hpp"

namespace apical {

/// Of a square matrix: the least real part of an eigenvalue. Where a number is not finite NaN, of an empty matrix 0.
double least_real_part(const Matrix<double>& A);

/// Whether all eigenvalues of a matrix that changes little by little have a positive real part. What it says is what
/// the eigenvalues of each of the matrices say; but eigenvalues are computed seldom. Where the last matrix looked at
/// was found to bear any change D with |D| below some reach, the matrices within reach (Frobenius norm) are certain:
/// - the symmetric part has no eigenvalue below m, as a Cholesky decomposition of it less m I shows: reach m, since no
///   real part is below the least eigenvalue of the symmetric part (Bendixson), which D changes by no more than |D|
///   (Weyl);
/// - else, A = P B P^-1 with a normal B: reach least real part / (|P| |P^-1|) (Bauer and Fike).
class RealParts {
   public:
    /// The least real part of an eigenvalue of A, n x n, if it is not positive. All numbers have to be finite.
    template <class S>
    std::optional<double> not_positive(const Matrix<S>& A);

   private:
    std::optional<double> look_at(const Matrix<double>& A);

    Matrix<double> seen_;
    double reach_ = 0;   ///< of `seen_`
    double margin_ = 0;  ///< the next m to try; 0: none yet
};

extern template std::optional<double> RealParts::not_positive(const Matrix<float>&);
extern template std::optional<double> RealParts::not_positive(const Matrix<double>&);

}  // namespace apical
