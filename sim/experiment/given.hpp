#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/experiment/experiment.hpp"

namespace apical {

/// Something that a run is given besides its experiment: samples, a noise series, initial weights.
struct Given {
    /// "training_data", "noise.NAME", "initial_weights", "input.NAME.file": also its attribute in /provenance
    std::string name;
    std::string text;  ///< its shape and its fingerprint
};

/// The samples of every part.
std::vector<Given> given_samples(const Experiment& experiment);
/// The first steps of every noise series from a file: as many as the circuit takes of it until the run's clock is at
/// `end`.
std::vector<Given> given_noise(const Experiment& experiment, const Circuit& circuit, std::uint64_t end);

/// What the files hold that sections of the model name: spikes, synapses, weights, courses.
std::vector<Given> given_files(const Experiment& experiment);

/// All of these.
std::vector<Given> given_to(const Experiment& experiment, const Circuit& circuit);

/// As lines, for a checkpoint, and back.
std::string lines_of(const std::vector<Given>& given);
std::vector<Given> given_of(const std::string& lines);

/// How a file of `given_files` has changed since a run began with what is in `began`; "" for one that has not.
std::string change_of(const Given& file, const std::vector<Given>& began, const Experiment& experiment);

/// Throws InputError, with the key, its file and both texts, if one of `found` is not among those that a run began
/// with.
void require_same(const std::vector<Given>& began, const std::vector<Given>& found, const Experiment& experiment);

}  // namespace apical
