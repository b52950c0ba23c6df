#pragma once
#include <limits>

#include "sim/sweep/plan.hpp"

namespace apical {

/// The values of one key in all runs of a sweep; most keys have few values, so that each is kept once.
struct KeyColumn {
    struct Cell {
        std::string text;  ///< as in the experiment, "10 ms"; "" where a run does not have the key
        double number = std::numeric_limits<double>::quiet_NaN();  ///< in the unit, true is 1; NaN where it is none
    };
    std::string key;
    std::string unit = "1";
    std::string long_name;
    bool is_number = true;  ///< all values are, or are true or false
    std::vector<Cell> cells{Cell{}};
    std::vector<std::uint32_t> cell_of;  ///< of a run; 0: it does not have the key

    const std::string& text(std::size_t run) const { return cells[cell_of[run]].text; }
    std::vector<std::string> texts() const;  ///< of all runs
    std::vector<double> numbers() const;
};

/// All keys of the runs, defaults included; the swept ones first.
std::vector<KeyColumn> key_columns(const Plan& plan);

}  // namespace apical
