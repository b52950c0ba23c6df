#pragma once
#include <Eigen/Core>
#include <functional>
#include <string>

#include "sim/core/random.hpp"

namespace apical {

/// Initial weights (post x pre), drawn at addresses (stream "init/<name>", entity = row * columns + column). Pairs take
/// their entries from the full matrix, so a mask does not change the numbers. An empty function means zero.
using Initial =
    std::function<Eigen::MatrixXd(const Random&, const std::string& name, Eigen::Index post, Eigen::Index pre)>;

/// N(0, deviation^2).
Initial normal(double deviation);
/// |N(0, deviation^2)|: excitatory.
Initial half_normal(double deviation);
/// Uniform between `low` and `high`.
Initial uniform(double low, double high);
/// Orthonormal columns (post >= pre), from the QR decomposition of a normal matrix.
Initial orthonormal_columns();
/// Transpose of what `other` draws for the weights called `name`: a tied start.
Initial transpose_of(std::string name, Initial other);
/// `factor` times what `other` draws for the weights called `name`, of the same shape.
Initial multiple_of(std::string name, Initial other, double factor);

}  // namespace apical
