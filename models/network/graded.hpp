#pragma once
#include <string>
#include <vector>

#include "models/network/own_rules.hpp"
#include "models/network/sections.hpp"
#include "sim/circuit/circuit.hpp"
#include "sim/core/document.hpp"

namespace apical::network {

/// Whether a projection carries a signal: it says so, or its source has no cells that fire.
bool is_graded(const Circuit& circuit, const Node& table);

/// Weights of their own that a graded projection of an experiment has, if it does: not those of another, and no fixed
/// identity. `own`: the rules that the experiment writes itself.
void add_weights(Circuit& circuit, const std::string& name, const Node& table, const Node& experiment,
                 const std::vector<OwnRule>& own);

/// The projection itself, when all weights are there. Both throw InputError with the place of what is wrong.
void add_graded(Circuit& circuit, const std::string& name, const Node& table, const std::vector<OwnRule>& own);

}  // namespace apical::network
