#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/samples.hpp"

namespace apical {

/// Of the numbers a circuit sees; those that are not finite (unknown targets) are left out.
struct Spread {
    double lowest = 0, highest = 0;  ///< 0 if there are no numbers
    double mean = 0, deviation = 0;  ///< deviation: of the population, divided by n
    std::uint64_t count = 0;         ///< numbers looked at
};

/// What one part of a data set holds.
struct PartSummary {
    std::string name;           ///< training, validation or test
    std::uint64_t samples = 0;  ///< 0: endless
    /// Samples of each class, one entry an output; empty for a regression and for an endless part.
    std::vector<std::uint64_t> class_counts;
    std::uint64_t counted = 0;   ///< samples whose label was looked at: all, or 10^7 evenly spaced
    std::uint64_t examined = 0;  ///< samples whose numbers were looked at: all, or evenly spaced ones
    Spread inputs, targets;      ///< inputs as standardised; targets of a regression
};

/// Every part there is, the training part first. Looks at about `most_numbers` inputs of a part, and at least at one
/// sample; deterministic.
std::vector<PartSummary> summarise_parts(const DataSet& set, std::uint64_t most_numbers = 10'000'000);

}  // namespace apical
