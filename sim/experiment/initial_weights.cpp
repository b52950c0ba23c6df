#include "sim/experiment/initial_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <filesystem>
#include <span>
#include <stdexcept>

#include "sim/core/error.hpp"
#include "sim/core/fingerprint.hpp"
#include "sim/experiment/recorded_weights.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/gathered.hpp"
#include "sim/synapses/weight_state.hpp"

namespace apical {
namespace {

std::string text_of(const hdf5::Shape& shape) { return fmt::format("{}", fmt::join(shape, " x ")); }

/// Throws std::invalid_argument.
std::uint64_t chosen_row(const hdf5::Shape& shape, long row) {
    const auto rows = static_cast<long>(shape[0]);
    const long wanted = row < 0 ? rows + row : row;
    if (wanted < 0 || wanted >= rows)
        throw std::invalid_argument(fmt::format("has {} rows, row {} is wanted", rows, row));
    return static_cast<std::uint64_t>(wanted);
}

/// One matrix of the file; of a data set with time first, one row. Throws std::invalid_argument.
Matrix<double> read_matrix(const hdf5::DataSet& data, long row, std::size_t post, std::size_t pre) {
    hdf5::Shape shape = data.shape();
    std::vector<double> values;
    if (shape.size() == 3) {
        const std::uint64_t wanted = chosen_row(shape, row);
        shape.erase(shape.begin());
        if (shape == hdf5::Shape{post, pre}) values = data.read_rows<double>(wanted, 1);
    } else if (shape == hdf5::Shape{post, pre}) {
        values = data.read<double>();
    }
    if (shape != hdf5::Shape{post, pre})
        throw std::invalid_argument(fmt::format("is {} instead of {} x {} (post x pre)", text_of(shape), post, pre));
    return Eigen::Map<const Matrix<double>>(values.data(), static_cast<Eigen::Index>(post),
                                            static_cast<Eigen::Index>(pre));
}

/// One Weights as the file has it: whole, or where its synapses stand and their numbers.
struct Found {
    std::string name;
    Matrix<double> whole{};
    std::optional<Gathered> where{};
    std::vector<double> gathered{};

    std::span<const double> numbers() const {
        return where ? std::span(gathered) : std::span(whole.data(), static_cast<std::size_t>(whole.size()));
    }
};

/// Throws std::invalid_argument.
Found read_found(const hdf5::File& file, const std::string& path, long row, std::size_t post, std::size_t pre) {
    Found found;
    const hdf5::DataSet data = file.data_set(path);
    if (found.where = gathered(file, data); !found.where) {
        found.whole = read_matrix(data, row, post, pre);
        return found;
    }
    if (found.where->rows != post || found.where->columns != pre)
        throw std::invalid_argument(fmt::format("is gathered from {} x {} instead of {} x {} (post x pre)",
                                                found.where->rows, found.where->columns, post, pre));
    found.gathered =
        data.shape().size() == 1 ? data.read<double>() : data.read_rows<double>(chosen_row(data.shape(), row), 1);
    return found;
}

struct Stored {
    std::vector<Found> found;
    std::vector<std::string> wrong, missing;
};

template <class S>
Stored read_weights(const Simulation<S>& simulation, const Experiment& experiment) {
    const InitSection& init = experiment.init;
    std::error_code none;
    if (!std::filesystem::exists(init.file, none))
        refuse(experiment.document, "init", "file", "no file '" + init.file + "'", "an HDF5 file with weights");
    const hdf5::File file = hdf5::File::open(init.file);
    if (init.group.empty() || !file.is_group(init.group))
        refuse(experiment.document, "init", "group", "no group '" + init.group + "' in " + init.file,
               "a group with weights");
    Stored stored;
    const Circuit& circuit = simulation.circuit();
    for (WeightsId k{}; k < circuit.weights.size(); ++k) {
        const Weights& w = circuit.weights[k];
        if (w.derived || (is_gathered(circuit, k) && simulation.weights()[k].synapses() == 0)) continue;
        const std::string path = (init.group == "/" ? "" : init.group) + "/" + w.name;
        if (!file.exists(path)) {
            stored.missing.push_back(w.name);
            continue;
        }
        try {
            const auto& state = simulation.weights()[k];
            Found found = read_found(file, path, static_cast<long>(init.row), state.rows(), state.columns());
            found.name = w.name;
            const auto all = found.numbers();
            const Eigen::Map<const Eigen::VectorXd> values(all.data(), static_cast<Eigen::Index>(all.size()));
            if (values.size() > 0 && (values.minCoeff() < w.lower || values.maxCoeff() > w.upper))
                throw std::invalid_argument(fmt::format("holds numbers outside of [{}, {}]", w.lower, w.upper));
            const double largest = values.size() > 0 ? values.cwiseAbs().maxCoeff() : 0;
            if (std::isfinite(static_cast<S>(largest)) && largest > experiment.guard.largest_weight)
                throw std::invalid_argument(fmt::format("holds {:.6g}, beyond guard.largest_weight = {}", largest,
                                                        experiment.guard.largest_weight));
            stored.found.push_back(std::move(found));
        } catch (const std::invalid_argument& error) {
            stored.wrong.push_back(w.name + " " + error.what());
        }
    }
    return stored;
}

std::string text_of(const Stored& stored) {
    Fingerprint fingerprint;
    std::int64_t numbers = 0;
    for (const Found& found : stored.found) {
        fingerprint.add(found.name);
        fingerprint.add(found.where ? found.where->rows : static_cast<std::uint64_t>(found.whole.rows()));
        if (found.where) fingerprint.add(std::span<const std::uint64_t>(found.where->addresses));
        fingerprint.add(found.numbers());
        numbers += static_cast<std::int64_t>(found.numbers().size());
    }
    return fmt::format("{} numbers of {} weights, {}", numbers, stored.found.size(), fingerprint.text());
}

}  // namespace

template <class S>
std::string take_initial_weights(Simulation<S>& simulation, const Experiment& experiment, bool complete) {
    const InitSection& init = experiment.init;
    if (init.file.empty()) return "";
    Stored stored = read_weights(simulation, experiment);
    for (const Found& found : stored.found) try {
            if (found.where) simulation.assign(found.name, found.where->addresses, found.gathered);
            else simulation.assign(found.name, found.whole);
        } catch (const std::invalid_argument& error) {
            stored.wrong.emplace_back(error.what());
        }
    const Circuit& circuit = simulation.circuit();
    const auto& [found, wrong, missing] = stored;
    if (!wrong.empty())
        refuse(experiment.document, "init", "file", fmt::format("{}: {}", init.file, fmt::join(wrong, "; ")),
               "weights that fit the circuit '" + circuit.name + "'");
    if (complete && !init.partial && !missing.empty())
        refuse(experiment.document, "init", "file",
               fmt::format("{} without {} in {}", init.file, fmt::join(missing, ", "), init.group),
               "all weights of the circuit", "init.partial = true leaves those random");
    if (complete && missing.size() == circuit.weights.size())
        refuse(experiment.document, "init", "file",
               fmt::format("{} with none of the circuit's weights in {}", init.file, init.group),
               fmt::format("some of {}", fmt::join(missing, ", ")));
    return text_of(stored);
}

template <class S>
std::string change_of_initial_weights(const Simulation<S>& simulation, const Experiment& experiment,
                                      const std::string& taken) {
    const std::string& file = experiment.init.file;
    std::error_code none;
    if (!std::filesystem::exists(file, none)) return "";
    std::string now = "no weights that can be read";
    try {
        now = text_of(read_weights(simulation, experiment));
    } catch (const InputError&) {
        // That is a change.
    }
    return now == taken ? "" : fmt::format("{} is no longer what the run began with, {}, but {}", file, taken, now);
}

template std::string take_initial_weights(Simulation<float>&, const Experiment&, bool);
template std::string take_initial_weights(Simulation<double>&, const Experiment&, bool);
template std::string change_of_initial_weights(const Simulation<float>&, const Experiment&, const std::string&);
template std::string change_of_initial_weights(const Simulation<double>&, const Experiment&, const std::string&);

}  // namespace apical
