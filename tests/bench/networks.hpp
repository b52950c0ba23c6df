#pragma once
#include <string>

#include "sim/protocol/training.hpp"

namespace apical::bench {

// What is timed: 784-200-200-200-10 (MNIST), two downstream cells per upstream cell, 128 lanes, float; burst_ccn in its
// own size, 784-500-500-500-10, 32 lanes.

using M = Matrix<float>;

constexpr int lanes = 128, inputs = 784, hidden = 200, outputs = 10, downstream = 2 * hidden;
constexpr double eta = 1e-3, decay = 1e-2;

enum class Motif { dense, scaled, relaxed, topographic, backpropagation, burst_ccn };
/// Throws std::invalid_argument.
Motif motif_named(const std::string& name);
/// Everything plastic. Dense: gate `linear`, masked dW, free signs. Scaled: dense with synaptic scaling in place of the
/// decay of V, from V = Vbar^T. Relaxed: that with the gate `relaxed` in place of the mask. Topographic and burst_ccn:
/// the defaults of the model (burst_ccn: Y random and fixed, Q learns).
Circuit circuit(Motif motif);
Training<float> network(Motif motif, int threads);

struct Batch {
    M inputs, targets;  ///< (units x lanes)
    Batch();
};

}  // namespace apical::bench
