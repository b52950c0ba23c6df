#pragma once
#include <memory>
#include <vector>

#include "sim/circuit/neuron.hpp"
#include "sim/circuit/rule.hpp"

namespace apical {

// One of each, with some numbers: `list` and `describe` read what it says of itself, and the test of locality looks
// into it. A new rule or neuron is one line here. Templates stand once for each function that they compute.
std::vector<std::shared_ptr<const Rule>> every_rule();
std::vector<std::shared_ptr<const Neuron>> every_neuron();

}  // namespace apical
