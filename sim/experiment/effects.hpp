#pragma once
#include <string>
#include <vector>

#include "sim/experiment/experiment.hpp"

namespace apical {

/// Keys and sections that somebody wrote into the experiment and that change nothing in it, as their rows declare
/// (Descriptor::needs): a line each, with place, key and what it would take. Where a section has every key, as in the
/// /config of a run, its defaults are not what somebody wrote.
std::vector<std::string> without_effect(const Experiment& experiment);

}  // namespace apical
