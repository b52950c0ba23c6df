#include "sim/experiment/initial_states.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>

#include "sim/circuit/circuit.hpp"
#include "sim/core/fingerprint.hpp"
#include "sim/dynamics/running_network.hpp"
#include "sim/hdf5/file.hpp"

namespace apical {
namespace {

/// What keeps a data set from being a state of so many units in so many lanes; "" if it was taken.
template <class S>
std::string take(const hdf5::DataSet& data, std::span<S> state, std::size_t units, std::size_t lanes) {
    const hdf5::Shape shape = data.shape();
    const bool of_each_lane = shape == hdf5::Shape{units, lanes};
    if (!of_each_lane && shape != hdf5::Shape{units})
        return fmt::format("is {} instead of {} (units) or {} x {} (units x lanes)", fmt::join(shape, " x "), units,
                           units, lanes);
    const std::vector<double> values = data.read<double>();
    if (!std::ranges::all_of(values, [](double value) { return std::isfinite(static_cast<S>(value)); }))
        return "holds numbers that are not finite";
    for (std::size_t k = 0; k < state.size(); ++k) state[k] = static_cast<S>(values[of_each_lane ? k : k / lanes]);
    return "";
}

}  // namespace

template <class S>
std::string take_initial_states(Simulation<S>& simulation, const Experiment& experiment) {
    const std::string& path = experiment.init.states;
    if (path.empty()) return "";
    const auto refuse_file = [&](const std::string& found, const std::string& expected, const std::string& hint = "") {
        refuse(experiment.document, "init", "states", found, expected, hint);
    };
    if (experiment.mode() != Mode::continuous)
        refuse_file("a file with states of cells that do not follow slopes in continuous time",
                    "run.mode = \"continuous\"");
    std::error_code none;
    if (!std::filesystem::exists(path, none)) refuse_file("no file '" + path + "'", "an HDF5 file with states");

    const hdf5::File file = hdf5::File::open(path);
    Network<S>& network = simulation.running().network();
    std::vector<std::string> taken, missing, wrong;
    Fingerprint fingerprint;
    const Circuit& circuit = simulation.circuit();
    for (PopulationId p{}; p < circuit.populations.size(); ++p)
        for (const auto& neuron : circuit.populations[p].neurons)
            for (const std::string& name : neuron->states()) {
                const std::string where = circuit.populations[p].name + "/" + name;
                if (!file.exists("/" + where)) {
                    missing.push_back(where);
                    continue;
                }
                const std::span<S> state = network.state(p, name);
                const std::string problem =
                    take(file.data_set("/" + where), state, circuit.populations[p].units, network.lanes());
                if (!problem.empty()) wrong.push_back(where + " " + problem);
                taken.push_back(where);
                fingerprint.add(where);
                fingerprint.add(std::span<const S>(state));
            }
    if (!wrong.empty())
        refuse_file(fmt::format("{}: {}", path, fmt::join(wrong, "; ")),
                    "states that fit the circuit '" + circuit.name + "'");
    if (taken.empty())
        refuse_file(path + " with no state of the circuit", fmt::format("some of {}", fmt::join(missing, ", ")));
    if (!experiment.init.partial && !missing.empty())
        refuse_file(fmt::format("{} without {}", path, fmt::join(missing, ", ")), "all states of the circuit",
                    "init.partial = true leaves those at 0");
    return fmt::format("{} states, {}", taken.size(), fingerprint.text());
}

template std::string take_initial_states(Simulation<float>&, const Experiment&);
template std::string take_initial_states(Simulation<double>&, const Experiment&);

}  // namespace apical
