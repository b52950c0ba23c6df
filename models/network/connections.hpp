#pragma once
#include <string>

#include "models/network/sections.hpp"
#include "sim/circuit/event_projection.hpp"
#include "sim/core/document.hpp"

namespace apical::network {

/// Gives a projection the synapses, weights (in `unit`) and delays that its section says, drawn or from a file. Throws
/// InputError with the place of what is wrong.
void connect(EventProjection& projection, const Node& table, const ProjectionSection& section, const std::string& unit);

/// Which synapses a graded projection has; a file says nothing but them. Throws likewise.
Connectivity connectivity_of(const Node& table, const ProjectionSection& section);

}  // namespace apical::network
