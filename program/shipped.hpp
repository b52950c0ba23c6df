#pragma once
#include "sim/experiment/catalogue.hpp"

namespace apical {

/// All that this program is shipped with: the circuits of `models`, the data sets of `data`, metrics and commands of
/// `analysis`. Another program adds its own to it.
Catalogue shipped();

}  // namespace apical
