#pragma once
#include "models/upstream.hpp"
#include "sim/circuit/model.hpp"

namespace apical {

// The same upstream network, data order and initial W as self_assembly, taught by other means.

/// delta^l = phi'(p^l) o (W^{l+1}^T delta^{l+1}): the gradient. Not local (weight transport); baseline and instrument.
ModelCircuit backpropagation_circuit(const Upstream& upstream, const TaskShape& task);
/// delta^l = phi'(p^l) o (B^{l+1} delta^{l+1}) with B fixed and random (Lillicrap et al. 2016), or, if `plastic`, with
/// the mirrored update and decay of W (Kolen and Pollack 1994). B ~ N(0, scale^2 / d_{l+1}).
ModelCircuit feedback_circuit(const Upstream& upstream, double scale_B, bool plastic, const TaskShape& task);

Model backpropagation();
Model feedback_alignment();
Model kolen_pollack();

}  // namespace apical
