#pragma once
#include "sim/circuit/circuit.hpp"
#include "sim/record/sink.hpp"

namespace apical {

// Weights as they stand in a file: (post, pre), with the cells of the two populations as axes.

/// The time along which everything in a run is recorded.
Variable recorded_time();

/// All weights of a circuit over time, in /weights.
Series weight_snapshots(const Circuit& circuit, Storage storage, std::uint64_t expected_rows);

/// One of them, without values yet.
Field weight_field(const Circuit& circuit, WeightsId weights, const std::string& group, Storage storage);

}  // namespace apical
