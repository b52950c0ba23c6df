#pragma once
#include <string>

#include "sim/circuit/id.hpp"

namespace apical {

struct Circuit;

/// Whether a column is 0 in cells to which no event has happened: an event, or a compartment to which nothing else
/// comes.
bool comes_with_events(const Circuit& circuit, PopulationId population, const std::string& column);

}  // namespace apical
