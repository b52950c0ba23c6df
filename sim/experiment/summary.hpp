#pragma once
#include <iosfwd>
#include <string>

namespace apical {

/// Says in a few lines what the run in a file learned: accuracies beside the baselines', alignment at the start and at
/// the end; and warns plainly of what went wrong without stopping it: collapsed feedback, silent layers, weights near
/// the guard. Everything is read from the file. Throws InputError if it cannot be read.
void summarise(const std::string& file, std::ostream& out);

}  // namespace apical
