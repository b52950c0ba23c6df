#pragma once
#include <string>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/core/table.hpp"

namespace apical {

struct Catalogue;

// The sections of an experiment that belong to no model and no data set. The comment of every key is its row in the
// table, in sections.cpp.

struct RunSection {
    std::string mode = "settled";
    std::int64_t seed = 1;
    std::int64_t lanes = 32;
    double epochs = 10;
    std::int64_t samples = 0;
    std::int64_t epoch_size = 10000;
    std::string order = "shuffled";
    bool shared_order = false;
    std::string precision = "float";
    std::int64_t threads = 0;
    std::vector<std::string> baselines;
    std::string stepper = "rk4";
    double step = 0.1;
    double duration = 1000;
    double presentation = 100;
    double ramp = 0;
    double error_onset = 0;
    double tolerance = 1e-6;
    std::string splitting = "lie";
    bool held_sources = true;
    bool one_pass = true;
    double settling = 0;
    std::string plasticity = "exact";
};

struct TaskSection {
    std::string dataset;
    std::string loss = "by data";
    std::string answer = "target";
};

struct CircuitSection {
    std::string model;
};

struct RecordSection {
    std::string metrics = "2 epochs and end";
    std::string spectra = "start and end";
    std::string weights = "never";
    std::string weight_distributions = "start and end";
    std::string spikes = "all";
    double statistics_from = 0, statistics_bin = 5;
    std::int64_t evaluation_samples = 512;
    std::int64_t accuracy_samples = 1000;
    std::string precision = "float32";
    double flush = 2;
};

struct CheckpointSection {
    double every = 60;
    std::string file;
    bool keep = false;
};

struct InitSection {
    std::string file;
    std::string group = "/final";
    std::int64_t row = -1;
    bool partial = false;
    std::string states;
};

struct GuardSection {
    double largest_weight = 1e3;
};

/// [trace.NAME]
struct TraceSection {
    std::string name;
    std::string population, column;
    std::vector<std::int64_t> units, lanes;
    std::string when = "1 epoch";
    double every = 0, from = 0, until = 0;
    std::vector<double> at;
};

/// [spikes.POPULATION]
struct SpikesSection {
    std::string name;
    bool record = true;
    std::int64_t first = 0, every = 1;
    std::vector<std::int64_t> cells;
    double from = 0, until = 0;
};

/// [noise.NAME]
struct NoiseSection {
    std::string name;
    std::vector<std::string> into;
    std::string kind = "ornstein_uhlenbeck";
    double sigma = 1;
    double tau = 10;
    std::string scheme = "exact";
    std::string file, dataset = "/noise";
};

const Table<RunSection>& run_table();
const Table<TaskSection>& task_table();
const Table<CircuitSection>& circuit_table();
const Table<RecordSection>& record_table();
const Table<CheckpointSection>& checkpoint_table();
const Table<InitSection>& init_table();
const Table<GuardSection>& guard_table();
const Table<TraceSection>& trace_table();
const Table<SpikesSection>& spikes_table();
const Table<NoiseSection>& noise_table();

/// For `describe`.
const std::vector<Section>& sections();

/// A key that names something of the catalogue ("circuit.model", "run.baselines", "task.dataset") with these names as
/// choices; any other as it is.
Descriptor with_names(const std::string& section, Descriptor row, const Catalogue& catalogue);

}  // namespace apical
