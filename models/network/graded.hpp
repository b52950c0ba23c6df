#pragma once
#include <string>

#include "models/network/sections.hpp"
#include "sim/circuit/circuit.hpp"
#include "sim/core/document.hpp"

namespace apical::network {

/// Whether a projection carries a signal: it says so, or its source has no cells that fire.
bool is_graded(const Circuit& circuit, const Node& table);

/// The keys of its rule, which `table` may have besides.
std::vector<std::string> keys_of_graded_rule(const Node& table);

/// Weights of their own that a graded projection of an experiment has, if it does: not those of another, and no fixed
/// identity.
void add_weights(Circuit& circuit, const std::string& name, const Node& table, const Node& experiment);

/// The projection itself, when all weights are there. Both throw InputError with the place of what is wrong.
void add_graded(Circuit& circuit, const std::string& name, const Node& table);

}  // namespace apical::network
