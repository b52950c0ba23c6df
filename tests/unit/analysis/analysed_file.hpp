#pragma once
#include <sstream>

#include "analysis/commands.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/recorded_weights.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "tests/unit/analysis/observed_circuit.hpp"

namespace apical::test {

/// The file of a run of two snapshots: twice the circuit's weights, then the weights themselves, which are also final.
inline void write_run(const Observed<double>& seen, const std::string& path, bool complete = true) {
    Hdf5Sink sink({.path = path});
    const std::vector<double> row = weights_now(seen.simulation);
    if (complete) write_weights(seen.simulation, "/final", Storage::float64, sink);
    const Sink::Id id = sink.open(weight_snapshots(seen.simulation, Storage::float32, 2));
    std::vector<double> twice = row;
    for (double& value : twice) value *= 2;
    sink.append(id, 0, twice);
    sink.append(id, 640, row);
    sink.text("/config", "model = \"self_assembly\"\n");
    if (complete) sink.finish();
    else sink.close();
}

inline std::string analysed(const AnalyseRequest& request) {
    std::ostringstream out;
    analyse(request, {.metrics = metric_sets()}, out);
    return out.str();
}

/// The message of the InputError that it must throw.
inline std::string refused(const AnalyseRequest& request) {
    try {
        analysed(request);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

inline std::vector<double> values(const std::string& path, const std::string& name) {
    return hdf5::File::open(path).data_set("/analysis/" + name).read<double>();
}

}  // namespace apical::test
