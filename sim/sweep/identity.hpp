#pragma once
#include <string>

#include "sim/core/document.hpp"

namespace apical {

struct Catalogue;

/// What a run is: the settings of a resolved experiment that differ from their defaults, "key = value" a line, in the
/// order of their names, numbers in the unit of the key. Experiments with the same text are the same run, however they
/// are spelt: 0.1 and 1e-1, "10 ms" and "0.01 s", 5 and [5], a default that is given and one that is not.
std::string settings_text(const Node& experiment, const Catalogue& catalogue);

/// The name of a run, a function of `settings_text` alone: 20 hexadecimal digits, of which 80 bits are of its SHA-1.
/// That two of 10^5 runs have one name by chance has the probability 4e-15.
std::string run_name(const Node& experiment, const Catalogue& catalogue);

}  // namespace apical
