#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/record/sink.hpp"

namespace apical {

/// Mean over all numbers of a variable in a row of a series; nothing if it is not there.
std::optional<double> mean_of(const Series& series, const std::vector<double>& row, const std::string& name);

}  // namespace apical
