#pragma once
#include <string>
#include <utility>
#include <vector>

#include "sim/core/part_summary.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/pathway_lines.hpp"
#include "sim/protocol/training.hpp"

namespace apical {

/// What a run has understood, before its first step: for the screen, and for the group /overview of its file.
struct Overview {
    std::vector<std::pair<std::string, std::string>> lines;  ///< name (of an attribute too) and text
    std::vector<std::string> warnings;  ///< what will go wrong or was not meant, each with its numbers and the key
};

/// `parts` are those of the experiment's data, `circuit` and `pathways` are of the training under study, `development`
/// is null if it has none.
Overview overview_of(const Experiment& experiment, const std::vector<PartSummary>& parts, const Circuit& circuit,
                     const Development* development, const std::vector<PathwayLine>& pathways);
template <class S>
Overview overview_of(const Experiment& experiment, const std::vector<PartSummary>& parts, const Training<S>& training) {
    return overview_of(experiment, parts, training.circuit(), training.development(), pathway_lines(training));
}

/// The same of a circuit that runs freely.
Overview overview_of(const Experiment& experiment, const Circuit& circuit, const std::vector<PathwayLine>& pathways);

/// The lines as they are shown, name before text.
std::vector<std::string> shown_lines(const Overview& overview);

/// "" if inputs have a root mean square near 1; else how large they are and what to do, for warnings and for the hint
/// when a run diverges.
std::string scale_of_inputs(const Experiment& experiment, const std::vector<PartSummary>& parts);

}  // namespace apical
