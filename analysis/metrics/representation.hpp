#pragma once
#include "sim/core/matrix.hpp"

namespace apical {

// What a layer's activity on a batch says. Matrices are units x lanes (samples); results have the unit 1 and are NaN
// where the formula is 0 / 0 or a number is not finite.

/// Mean of |r_ij| over pairs i < j of units, r the Pearson correlation over samples. Units whose rate never changes
/// have none and are left out; NaN with fewer than two others.
double mean_correlation(const Matrix<double>& rates);

/// Linear centred kernel alignment of Kornblith et al. 2019 ("Similarity of neural network representations revisited"):
/// |Y X^T|_F^2 / (|X X^T|_F |Y Y^T|_F), each unit's mean over samples taken away. Between 0 and 1; 1 for
/// representations that differ by a rotation, a scale and a shift. Takes the smaller of units and samples for its
/// products.
double linear_cka(const Matrix<double>& X, const Matrix<double>& Y);

/// How well a linear readout finds the class from the rates: a ridge regression onto `targets` (one class a row, 1 for
/// the class of a sample and 0 elsewhere), with a constant and a penalty of 1e-3 times the mean eigenvalue of the
/// rates' Gram matrix, is fitted to the samples of even number; the result is the fraction of those of odd number whose
/// largest answer is at their class. NaN with fewer than two samples.
double linear_separability(const Matrix<double>& rates, const Matrix<double>& targets);

}  // namespace apical
