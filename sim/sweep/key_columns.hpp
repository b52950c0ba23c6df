#pragma once
#include "sim/sweep/plan.hpp"

namespace apical {

/// The values of one key in all runs of a sweep.
struct KeyColumn {
    std::string key;
    std::string unit = "1";
    std::string long_name;
    bool is_number = true;           ///< all values are, or are true or false
    std::vector<double> numbers;     ///< in the unit; NaN where a run does not have the key
    std::vector<std::string> texts;  ///< as in the experiment, "10 ms"; "" where a run does not have the key
};

/// All keys of the runs, defaults included; the swept ones first.
std::vector<KeyColumn> key_columns(const Plan& plan);

}  // namespace apical
