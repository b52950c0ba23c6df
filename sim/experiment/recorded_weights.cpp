#include "sim/experiment/recorded_weights.hpp"

#include <algorithm>
#include <numeric>

namespace apical {
namespace {

Axis cells_of(const Population& population) {
    Axis axis{population.name, "1", "cell of " + population.name, std::vector<double>(population.units)};
    std::iota(axis.values.begin(), axis.values.end(), 0.0);
    return axis;
}

std::vector<Axis> axes_of(const Circuit& circuit, const Weights& w) {
    std::vector<Axis> axes{cells_of(circuit.populations[w.post])};
    if (w.pre != w.post) axes.push_back(cells_of(circuit.populations[w.pre]));
    return axes;
}

Variable variable_of(const Circuit& circuit, const Weights& w) {
    const std::string& post = circuit.populations[w.post].name;
    const std::string& pre = circuit.populations[w.pre].name;
    return {w.name, "1", "synapses " + w.name + " from " + pre + " to " + post, {post, pre}};
}

}  // namespace

Variable recorded_time() {
    return {"time", "1", "presented samples; before the first, events of spontaneous activity count backwards", {}};
}

Series weight_snapshots(const Circuit& circuit, Storage storage, std::uint64_t expected_rows) {
    Series series{"/weights", recorded_time(), {}, {}, storage, expected_rows};
    for (const Weights& w : circuit.weights) {
        for (Axis& axis : axes_of(circuit, w)) {
            const auto same = [&](const Axis& known) { return known.name == axis.name; };
            if (std::none_of(series.axes.begin(), series.axes.end(), same)) series.axes.push_back(std::move(axis));
        }
        series.variables.push_back(variable_of(circuit, w));
    }
    return series;
}

Field weight_field(const Circuit& circuit, WeightsId weights, const std::string& group, Storage storage) {
    const Weights& w = circuit.weights[weights];
    return {group, axes_of(circuit, w), variable_of(circuit, w), {}, storage};
}

}  // namespace apical
