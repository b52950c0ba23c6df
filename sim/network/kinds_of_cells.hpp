#pragma once
#include "sim/circuit/circuit.hpp"

namespace apical {

// Which dynamics the cells of a circuit take. Both throw std::invalid_argument that names the population.

/// That everything in the circuit fires, or is an event.
void require_firing(const Circuit& circuit);
/// That nothing in it fires.
void require_graded(const Circuit& circuit);

}  // namespace apical
