#pragma once
#include "models/self_assembly/parameters.hpp"
#include "sim/circuit/model_circuit.hpp"

namespace apical::self_assembly {

/// Whether the circuit of these parameters can develop: the scaled excitatory topographic motif, all of it plastic.
bool can_develop(const Parameters& parameters);

/// Spontaneous activity that replaces the random weights of `circuit`, which do not fit each other, by random weights
/// that do; ours, see README.md, "Development".
Development development(const Circuit& circuit, const Parameters& parameters, std::uint64_t events);

}  // namespace apical::self_assembly
