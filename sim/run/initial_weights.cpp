#include "sim/run/initial_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <stdexcept>

#include "sim/hdf5/file.hpp"

namespace apical {
namespace {

std::string text_of(const hdf5::Shape& shape) { return fmt::format("{}", fmt::join(shape, " x ")); }

/// One matrix of the file; of a data set with time first, one row. Throws std::invalid_argument.
Matrix<double> read_matrix(const hdf5::DataSet& data, long row, std::size_t post, std::size_t pre) {
    hdf5::Shape shape = data.shape();
    std::vector<double> values;
    if (shape.size() == 3) {
        const auto rows = static_cast<long>(shape[0]);
        const long wanted = row < 0 ? rows + row : row;
        if (wanted < 0 || wanted >= rows)
            throw std::invalid_argument(fmt::format("has {} rows, row {} is wanted", rows, row));
        shape.erase(shape.begin());
        if (shape == hdf5::Shape{post, pre}) values = data.read_rows<double>(static_cast<std::uint64_t>(wanted), 1);
    } else if (shape == hdf5::Shape{post, pre}) {
        values = data.read<double>();
    }
    if (shape != hdf5::Shape{post, pre})
        throw std::invalid_argument(fmt::format("is {} instead of {} x {} (post x pre)", text_of(shape), post, pre));
    return Eigen::Map<const Matrix<double>>(values.data(), static_cast<Eigen::Index>(post),
                                            static_cast<Eigen::Index>(pre));
}

}  // namespace

template <class S>
void take_initial_weights(Simulation<S>& simulation, const Experiment& experiment, bool complete) {
    const InitSection& init = experiment.init;
    if (init.file.empty()) return;
    std::error_code none;
    if (!std::filesystem::exists(init.file, none))
        refuse(experiment.document, "init", "file", "no file '" + init.file + "'", "an HDF5 file with weights");
    const hdf5::File file = hdf5::File::open(init.file);
    if (init.group.empty() || !file.is_group(init.group))
        refuse(experiment.document, "init", "group", "no group '" + init.group + "' in " + init.file,
               "a group with weights");

    std::vector<std::string> wrong, missing;
    const Circuit& circuit = simulation.circuit();
    for (WeightsId k = 0; k < circuit.weights.size(); ++k) {
        const Weights& w = circuit.weights[k];
        if (w.derived) continue;
        const std::string path = (init.group == "/" ? "" : init.group) + "/" + w.name;
        if (!file.exists(path)) {
            missing.push_back(w.name);
            continue;
        }
        try {
            const auto& state = simulation.weights()[k];
            const Matrix<double> values =
                read_matrix(file.data_set(path), static_cast<long>(init.row), state.rows(), state.columns());
            if (values.size() > 0 && (values.minCoeff() < w.lower || values.maxCoeff() > w.upper))
                throw std::invalid_argument(fmt::format("holds numbers outside of [{}, {}]", w.lower, w.upper));
            simulation.assign(w.name, values);
        } catch (const std::invalid_argument& error) {
            wrong.push_back(std::string(error.what()).find(w.name) == std::string::npos ? w.name + " " + error.what()
                                                                                        : error.what());
        }
    }
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
}

template void take_initial_weights(Simulation<float>&, const Experiment&, bool);
template void take_initial_weights(Simulation<double>&, const Experiment&, bool);

}  // namespace apical
