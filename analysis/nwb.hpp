#pragma once
#include <string>
#include <vector>

#include "sim/hdf5/file.hpp"

namespace apical {

/// Writes the spikes in some groups of a run, /spikes/POPULATION, as a file of Neurodata Without Borders 2 (Ruebel et
/// al. 2022, eLife 11:e78362): in /units a unit for every cell that was recorded, with its spike times in seconds, its
/// population and its number there. Of one population at a time all spikes are in memory, eight bytes each.
void write_nwb(const hdf5::File& run, const std::vector<std::string>& groups, hdf5::File& to);

}  // namespace apical
