#pragma once
#include <iosfwd>

#include "sim/experiment/result_commands.hpp"

namespace apical {

/// Statistics of the spikes in the file of a free run, those of `SpikeStatistics`: prints them, and writes them as a
/// series of one row to /analysis/spikes, or, of all times of /metrics, to /analysis/spikes_evolution. The same numbers
/// as those of the run where all its spikes were recorded. Throws InputError.
void analyse_spikes(const AnalyseRequest& request, std::ostream& out);

}  // namespace apical
