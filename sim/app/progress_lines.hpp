#pragma once
#include <memory>
#include <string>

#include "sim/experiment/progress.hpp"
#include "sim/sweep/sweep.hpp"

namespace apical {

/// What a user sees of a run, on stderr: "bar" redraws one line, "plain" prints a line every ten seconds, "none" only
/// warnings; "auto" is a bar on a terminal and plain elsewhere.
std::unique_ptr<Progress> make_progress(const std::string& kind);

/// The same of a sweep: "plain" prints a line for every run that has ended.
std::unique_ptr<SweepProgress> make_sweep_progress(const std::string& kind);

/// "12 s", "3:05 min", "2:30 h".
std::string duration(double seconds);

}  // namespace apical
