#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <string>

#include "sim/core/random.hpp"

namespace apical {

/// An entry of a matrix that is never made: (post, pre).
using Entries = std::function<double(std::size_t post, std::size_t pre)>;

/// Initial weights, an entry at a time: any entry may be asked for, in any order. Drawn at the address (stream
/// "init/<name>", post * columns + pre), so that an entry is the same whichever synapses there are. An empty function
/// means zero. The entries may be asked for as long as they live.
using Initial = std::function<Entries(const Random&, const std::string& name, std::size_t post, std::size_t pre)>;

/// Every entry.
Initial constant(double value);
/// N(0, deviation^2).
Initial normal(double deviation);
/// |N(0, deviation^2)|: excitatory.
Initial half_normal(double deviation);
/// Uniform between `low` and `high`.
Initial uniform(double low, double high);
/// exp(N(mu, sigma^2)): median exp(mu), mean exp(mu + sigma^2 / 2), as synaptic strengths in cortex are distributed
/// (Song et al. 2005: mu = -0.702, sigma = 0.9355 for EPSPs in mV). Excitatory; `multiple_of` makes it inhibitory.
Initial lognormal(double mu, double sigma);
/// Orthonormal columns (post >= pre), from the QR decomposition of a normal matrix, which is made.
Initial orthonormal_columns();
/// Transpose of what `other` draws for the weights called `name`: a tied start.
Initial transpose_of(std::string name, Initial other);
/// `factor` times what `other` draws for the weights called `name`, of the same shape.
Initial multiple_of(std::string name, Initial other, double factor);
/// `factor` times what `other` draws for the weights themselves.
Initial multiple_of(Initial other, double factor);

/// All entries of what is drawn for the weights called `name`.
Eigen::MatrixXd whole(const Initial& initial, const Random& random, const std::string& name, std::size_t post,
                      std::size_t pre);

}  // namespace apical
