#pragma once
#include "models/self_assembly/parameters.hpp"
#include "sim/circuit/model_circuit.hpp"

namespace apical::self_assembly {

/// Whether the circuit of these parameters can develop: the scaled motif, excitatory and topographic or dense and of
/// free signs, all of it plastic.
bool can_develop(const Parameters& parameters);
/// Whether it does unless asked not to: where the gate is exact with what development makes.
bool develops_by_itself(const Parameters& parameters);

/// Whether spontaneous pairing keeps V and Vbar to each other, and V where it is: both learn and are scaled.
bool can_pair(const Parameters& parameters);

/// The cells and weights of a circuit, and none of what they do.
Circuit at_rest(Circuit circuit);

/// Spontaneous activity that replaces the random weights of `circuit`, which do not fit each other, by random weights
/// that do; ours, see README.md, "Development".
Development development(const Circuit& circuit, const Parameters& parameters, std::uint64_t events);

struct CrossRates {
    double V, Vbar;
};
/// Spontaneous pairing beside learning, `events` of it after each presentation: the first half of the development. One
/// cell of a layer is active, hbar = V h, so dVbar pulls Vbar to V^T and scaling takes dV back. `rates` of the hidden
/// layers.
Development pairing(const Circuit& circuit, const std::vector<CrossRates>& rates, std::uint64_t events);

}  // namespace apical::self_assembly
