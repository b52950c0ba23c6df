#pragma once
#include "sim/experiment/experiment.hpp"

namespace apical {

// What an experiment says of a circuit that runs freely (Experiment::is_free).

/// The circuit that is asked for, if it needs no task and is given none: what the other sections may say depends on
/// that. Null if it does, or nothing sensible is asked for.
const Model* free_model(const Node& document, const Catalogue& catalogue);

/// Throws InputError for what has no place in such an experiment.
void check_free(const Experiment& experiment);

/// Steps of the run. Throws InputError if its duration is no whole number of them.
std::uint64_t end_of_free_run(const Experiment& experiment);

/// Steps in a time that a key of a section gives. Throws InputError if it is no whole number of them.
std::uint64_t steps_of(const Experiment& experiment, const std::string& section, const std::string& key, double time);

/// Section [run] as it was given, with a lane of its own default: one, where there are no samples to go side by side.
Node run_section(Node given, bool is_free);
/// Section [record] as it was given; of a circuit that fires with defaults for its statistics that fit any step.
Node record_section(Node given, const RunSection& run, bool fires);

/// Sets the steps of the statistics. Throws InputError.
void read_statistics(Experiment& experiment);

}  // namespace apical
