#pragma once
#include "sim/circuit/circuit.hpp"

namespace apical {

// What the dynamics ask of a circuit. All throw std::invalid_argument that names the population or projection.

/// That something in it fires, or is driven by events.
void require_firing(const Circuit& circuit);
/// That nothing in it fires.
void require_graded(const Circuit& circuit);

/// That no two populations, nor two projections of spikes or weights, nor two drives have the same name, or none: names
/// are addresses of what is drawn, and places in archives.
void require_distinct_names(const Circuit& circuit);

}  // namespace apical
