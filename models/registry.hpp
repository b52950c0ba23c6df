#pragma once
#include <vector>

#include "sim/circuit/column_kind.hpp"
#include "sim/circuit/model.hpp"

namespace apical {

// What this folder brings into a catalogue.
std::vector<Model> models();
std::vector<Component> rules();
std::vector<Component> neurons();
std::vector<ColumnKind> columns();

}  // namespace apical
