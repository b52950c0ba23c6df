#pragma once
#include <memory>
#include <string>

#include "sim/run/progress.hpp"

namespace apical {

/// What a user sees of a run, on stderr: "bar" redraws one line, "plain" prints a line every ten seconds, "none" only
/// warnings; "auto" is a bar on a terminal and plain elsewhere.
std::unique_ptr<Progress> make_progress(const std::string& kind);

}  // namespace apical
