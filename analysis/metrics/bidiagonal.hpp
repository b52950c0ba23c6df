#pragma once
#include <vector>

namespace apical {

/// Singular values of the bidiagonal matrix with `diagonal` (n numbers) and `above` (n - 1), largest first, each to the
/// accuracy of rounding relative to the largest: implicit QR without vectors (Golub and Kahan 1965), with the sweep of
/// Demmel and Kahan 1990 ("Accurate singular values of bidiagonal matrices") where the shift would be negligible. Takes
/// time n^2. Inputs must be finite. Throws std::runtime_error if it does not converge, which has not been seen.
std::vector<double> bidiagonal_singular_values(std::vector<double> diagonal, std::vector<double> above);

}  // namespace apical
