#pragma once
#include <string>
#include <vector>

#include "sim/core/input_file.hpp"
#include "sim/experiment/experiment.hpp"

namespace apical {

// Paths in an experiment are relative to its file. In the resolved document, which will stand elsewhere, they are
// absolute.

/// Strings of any value are the only keys of data sources that can be paths.
void make_paths_absolute(Node& section, const std::vector<Descriptor>& rows);
/// The same in sections of a model's own: what its tables call `file`.
void make_files_absolute(Node& table);
void make_noise_paths_absolute(Node& noise, std::vector<NoiseSection>& sections);

/// A file that a section of the model names, and the key that does, "input.rain.file".
struct ModelFile {
    std::string key, path;
};
std::vector<ModelFile> files_of_model(const Experiment& e);

/// What the experiment reads, by what was found of its data and by its other keys.
std::vector<InputFile> inputs_of(const Experiment& e, std::vector<InputFile> inputs);

}  // namespace apical
