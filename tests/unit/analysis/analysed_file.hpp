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
    const Circuit& circuit = seen.simulation.circuit();
    Hdf5Sink sink({.path = path});
    std::vector<double> row;
    for (WeightsId k{}; k < circuit.weights.size(); ++k) {
        const Matrix<double> values = seen.simulation.weights(circuit.weights[k].name);
        row.insert(row.end(), values.data(), values.data() + values.size());
        Field field = weight_field(circuit, k, "/final", Storage::float64);
        field.values.assign(values.data(), values.data() + values.size());
        if (complete) sink.write(field);
    }
    const Sink::Id id = sink.open(weight_snapshots(circuit, Storage::float32, 2));
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
