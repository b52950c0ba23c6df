#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/circuit/unusable.hpp"
#include "sim/core/data_source.hpp"
#include "sim/core/document.hpp"
#include "sim/core/input_file.hpp"
#include "sim/core/samples.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/experiment/sections.hpp"
#include "sim/record/schedule.hpp"
#include "sim/record/sink.hpp"

namespace apical {

struct Catalogue;

/// One TOML file, resolved: every default filled in, every value checked, the data loaded.
struct Experiment {
    Node document;  ///< as TOML it can be run again, with the same result
    Node given;     ///< what the user wrote, without defaults
    RunSection run;
    TaskSection task;
    RecordSection record;
    CheckpointSection checkpoint;
    InitSection init;
    GuardSection guard;
    std::vector<TraceSection> traces;
    std::vector<SpikesSection> spikes;  ///< of the populations that have such a section
    std::vector<NoiseSection> noise;
    const Catalogue* catalogue = nullptr;  ///< that it was read with; what it names is in there
    const Model* model = nullptr;
    std::vector<const Model*> baselines;
    const DataSource* source = nullptr;
    DataSet data;
    std::vector<InputFile> inputs;  ///< all that is read besides the experiment itself
    TaskShape shape;
    /// Presented samples, whole presentations of all lanes, so that they may exceed what was asked for; of a circuit
    /// that runs freely: steps.
    std::uint64_t end = 0;
    Schedule metrics, spectra, weights, weight_distributions;
    /// Steps after which statistics of spikes begin, and in a bin of their counts; of a circuit that runs freely.
    std::uint64_t statistics_from = 0, statistics_bin = 1;

    Clock clock() const;
    /// The circuit is shown no samples: time is all that goes on. Then there is no source, no data and no baseline.
    bool is_free() const { return source == nullptr; }
    /// Time steps until the clock of the run stands there; none in settled dynamics.
    std::uint64_t steps_until(std::uint64_t now) const;
    Storage storage() const { return record.precision == "float32" ? Storage::float32 : Storage::float64; }
    Mode mode() const;
};

/// What can be said without the data: they, the inputs, the shape, the end and the schedules are not set. Throws
/// InputError.
Experiment read_experiment(const Node& document, const Catalogue& catalogue);

/// Throws InputError for everything that is wrong with the document, the data included.
Experiment resolve(const Node& document, const Catalogue& catalogue);

/// Throws InputError if the model and its keys do not go together, or with the data.
ModelCircuit build_circuit(const Experiment& experiment, const Model& model);

/// `section.key` (a section [trace.x] is "trace.x") has a value that does not fit the rest. Throws InputError with the
/// place of the key.
[[noreturn]] void refuse(const Node& document, const std::string& section, const std::string& key,
                         const std::string& found, const std::string& expected, const std::string& hint = {});
/// Throws InputError for a part of a circuit that cannot be simulated: at its section, where it was read from one;
/// other models have it in a line of their own.
[[noreturn]] void refuse(const Node& document, const Unusable& part);

}  // namespace apical
