#pragma once
#include <string>

#include "sim/hdf5/file.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What makes a group of spikes one of the SONATA format (Dai et al. 2020, PLoS Comput Biol 16:e1007696), so that its
/// readers take the results file as it is: /spikes/<population> holds `timestamps` in ms and `node_ids`, counted from
/// 0, as many of each as there were spikes.

/// The series of a population, in order of time and, at the same time, of the cells: append_each with ascending cells.
/// Its rows are as many as there will be spikes, which nobody knows before.
Series spikes_of(const std::string& population);

/// Gives `group` the attribute `sorting`, an enumeration, and the file the attributes `magic` and `version`.
void mark_as_sonata(hdf5::File& file, const std::string& group);

}  // namespace apical
