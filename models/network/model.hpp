#pragma once
#include "sim/circuit/model.hpp"

namespace apical::network {

/// Populations, projections and inputs as the sections [population.NAME], [projection.NAME] and [input.NAME] of an
/// experiment say: a network of one's own without a line of C++.
Model model();

}  // namespace apical::network
