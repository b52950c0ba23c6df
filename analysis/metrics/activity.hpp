#pragma once
#include <string>

#include "sim/core/matrix.hpp"

namespace apical {

// How active cells are on a batch, and how far two layers are active together. Matrices are units x lanes; results are
// NaN where a rate is not finite.

/// Over all units and lanes; 0 if there are none.
double root_mean_square(const Matrix<double>& rates);

/// phi'(u) of the activation with that name. Throws std::invalid_argument.
Matrix<double> slopes_at(const std::string& activation, double leak, const Matrix<double>& u);

/// Largest singular value of <post pre^T>, the mean over lanes: per unit of rate, what a Hebbian update can add to a
/// weight matrix in its fastest direction.
double largest_correlation(const Matrix<double>& post, const Matrix<double>& pre);

}  // namespace apical
