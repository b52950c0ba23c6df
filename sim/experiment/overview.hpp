#pragma once
#include <string>
#include <utility>
#include <vector>

#include "sim/core/part_summary.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/pathway_lines.hpp"

namespace apical {

/// What a run has understood, before its first step: for the screen, and for the group /overview of its file.
struct Overview {
    std::vector<std::pair<std::string, std::string>> lines;  ///< name (of an attribute too) and text
    std::vector<std::string> warnings;  ///< what will go wrong or was not meant, each with its numbers and the key
};

/// `parts` are those of the experiment's data, `circuit` and `pathways` are of the simulation under study.
Overview overview_of(const Experiment& experiment, const std::vector<PartSummary>& parts, const Circuit& circuit,
                     const std::vector<PathwayLine>& pathways);
template <class S>
Overview overview_of(const Experiment& experiment, const std::vector<PartSummary>& parts,
                     const Simulation<S>& simulation) {
    return overview_of(experiment, parts, simulation.circuit(), pathway_lines(simulation));
}

/// The lines as they are shown, name before text.
std::vector<std::string> shown_lines(const Overview& overview);

/// "" if inputs have a root mean square near 1; else how large they are and what to do, for warnings and for the hint
/// when a run diverges.
std::string scale_of_inputs(const Experiment& experiment, const std::vector<PartSummary>& parts);

}  // namespace apical
