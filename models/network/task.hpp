#pragma once
#include "sim/circuit/model.hpp"

namespace apical::network {

/// What the sections [ports], [teacher.NAME] and [layer.NAME] say, and how learning rates change over samples. Throws
/// InputError with the place of what is wrong.
void add_task(ModelCircuit& circuit, const Node& experiment, const TaskShape& task);

/// Keys of [circuit] about learning rates.
std::vector<Descriptor> keys_of_rates();

}  // namespace apical::network
