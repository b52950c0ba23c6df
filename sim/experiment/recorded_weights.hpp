#pragma once
#include "sim/circuit/circuit.hpp"
#include "sim/dynamics/simulation.hpp"
#include "sim/record/sink.hpp"

namespace apical {

// Weights as they stand in a file: (post, pre), with the cells of the two populations as axes. Sparse weights of many
// cells have only their synapses there, gathered from that matrix: (synapse), see `Axis::gathered`.

/// Whether these weights are gathered: sparse, and a matrix of them would have more than 2^20 numbers. A function of
/// the circuit alone, so that a file has the same form whatever is drawn.
bool is_gathered(const Circuit& circuit, WeightsId weights);

/// The time along which everything in a run is recorded.
Variable recorded_time();

/// All weights of a circuit over time, in /weights; gathered ones without a single synapse are left out, here and
/// below.
template <class S>
Series weight_snapshots(const Simulation<S>& simulation, Storage storage, std::uint64_t expected_rows);

/// What `weight_snapshots` has of the weights as they are now: a row of it.
template <class S>
std::vector<double> weights_now(const Simulation<S>& simulation);

/// Every weights once, in this group: without values, and with those that they have now. These are given one after the
/// other, since they may be large.
template <class S>
std::vector<Field> weight_fields(const Simulation<S>& simulation, const std::string& group, Storage storage);
template <class S>
void write_weights(const Simulation<S>& simulation, const std::string& group, Storage storage, Sink& sink);

}  // namespace apical
