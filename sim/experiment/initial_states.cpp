#include "sim/experiment/initial_states.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>
#include <stdexcept>

#include "sim/circuit/circuit.hpp"
#include "sim/core/error.hpp"
#include "sim/core/fingerprint.hpp"
#include "sim/dynamics/running_network.hpp"
#include "sim/hdf5/file.hpp"

namespace apical {
namespace {

/// One state as the file has it, in every lane.
template <class S>
struct Found {
    PopulationId population;
    std::string state;
    std::vector<S> values;  ///< units x lanes
};

template <class S>
struct Stored {
    std::vector<Found<S>> found;
    std::vector<std::string> wrong, missing;
};

/// (units x lanes) numbers of a data set. Throws std::invalid_argument.
template <class S>
std::vector<S> read_state(const hdf5::DataSet& data, std::size_t units, std::size_t lanes) {
    const hdf5::Shape shape = data.shape();
    const bool of_each_lane = shape == hdf5::Shape{units, lanes};
    if (!of_each_lane && shape != hdf5::Shape{units})
        throw std::invalid_argument(fmt::format("is {} instead of {} (units) or {} x {} (units x lanes)",
                                                fmt::join(shape, " x "), units, units, lanes));
    const std::vector<double> values = data.read<double>();
    if (!std::ranges::all_of(values, [](double value) { return std::isfinite(static_cast<S>(value)); }))
        throw std::invalid_argument("holds numbers that are not finite");
    std::vector<S> state(units * lanes);
    for (std::size_t k = 0; k < state.size(); ++k) state[k] = static_cast<S>(values[of_each_lane ? k : k / lanes]);
    return state;
}

std::string where_of(const Circuit& circuit, PopulationId population, const std::string& state) {
    return circuit.populations[population].name + "/" + state;
}

template <class S>
Stored<S> read_states(const Simulation<S>& simulation, const Experiment& experiment) {
    const std::string& path = experiment.init.states;
    std::error_code none;
    if (!std::filesystem::exists(path, none))
        refuse(experiment.document, "init", "states", "no file '" + path + "'", "an HDF5 file with states");
    const hdf5::File file = hdf5::File::open(path);
    Stored<S> stored;
    const Circuit& circuit = simulation.circuit();
    for (PopulationId p{}; p < circuit.populations.size(); ++p)
        for (const auto& neuron : circuit.populations[p].neurons)
            for (const std::string& state : neuron->states()) {
                const std::string where = where_of(circuit, p, state);
                if (!file.exists("/" + where)) stored.missing.push_back(where);
                else try {
                        stored.found.push_back({p, state,
                                                read_state<S>(file.data_set("/" + where), circuit.populations[p].units,
                                                              simulation.network().lanes())});
                    } catch (const std::invalid_argument& error) {
                        stored.wrong.push_back(where + " " + error.what());
                    }
            }
    return stored;
}

template <class S>
std::string text_of(const Circuit& circuit, const Stored<S>& stored) {
    Fingerprint fingerprint;
    for (const Found<S>& one : stored.found) {
        fingerprint.add(where_of(circuit, one.population, one.state));
        fingerprint.add(std::span<const S>(one.values));
    }
    return fmt::format("{} states, {}", stored.found.size(), fingerprint.text());
}

}  // namespace

template <class S>
std::string take_initial_states(Simulation<S>& simulation, const Experiment& experiment, bool complete) {
    const std::string& path = experiment.init.states;
    if (path.empty()) return "";
    const auto refuse_file = [&](const std::string& found, const std::string& expected, const std::string& hint = "") {
        refuse(experiment.document, "init", "states", found, expected, hint);
    };
    if (experiment.mode() != Mode::continuous)
        refuse_file("a file with states of cells that do not follow slopes in continuous time",
                    "run.mode = \"continuous\"");
    const Stored<S> stored = read_states(simulation, experiment);
    const auto& [found, wrong, missing] = stored;
    const Circuit& circuit = simulation.circuit();
    if (!wrong.empty())
        refuse_file(fmt::format("{}: {}", path, fmt::join(wrong, "; ")),
                    "states that fit the circuit '" + circuit.name + "'");
    if (complete && found.empty())
        refuse_file(path + " with no state of the circuit", fmt::format("some of {}", fmt::join(missing, ", ")));
    if (complete && !experiment.init.partial && !missing.empty())
        refuse_file(fmt::format("{} without {}", path, fmt::join(missing, ", ")), "all states of the circuit",
                    "init.partial = true leaves those at 0");
    Network<S>& network = simulation.running().network();
    for (const Found<S>& one : found) std::ranges::copy(one.values, network.state(one.population, one.state).begin());
    return text_of(circuit, stored);
}

template <class S>
std::string change_of_initial_states(const Simulation<S>& simulation, const Experiment& experiment,
                                     const std::string& taken) {
    const std::string& file = experiment.init.states;
    std::error_code none;
    if (!std::filesystem::exists(file, none)) return "";
    std::string now = "no states that can be read";
    try {
        now = text_of(simulation.circuit(), read_states(simulation, experiment));
    } catch (const InputError&) {
        // That is a change.
    }
    return now == taken ? "" : fmt::format("{} is no longer what the run began with, {}, but {}", file, taken, now);
}

template std::string take_initial_states(Simulation<float>&, const Experiment&, bool);
template std::string take_initial_states(Simulation<double>&, const Experiment&, bool);
template std::string change_of_initial_states(const Simulation<float>&, const Experiment&, const std::string&);
template std::string change_of_initial_states(const Simulation<double>&, const Experiment&, const std::string&);

}  // namespace apical
