#pragma once
#include <vector>

#include "sim/core/data_source.hpp"

namespace apical {

/// What this folder brings into a catalogue.
std::vector<DataSource> data_sources();

}  // namespace apical
