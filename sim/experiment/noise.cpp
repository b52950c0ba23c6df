#include "sim/experiment/noise.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <span>

#include "sim/hdf5/file.hpp"

namespace apical {
namespace {

/// What the run would see of a series must be finite in the numbers that it computes with.
void refuse_infinite(const Experiment& experiment, const NoiseSection& noise, std::span<const double> values,
                     std::size_t units) {
    const bool is_float = experiment.run.precision == "float";
    const double largest =
        is_float ? static_cast<double>(std::numeric_limits<float>::max()) : std::numeric_limits<double>::max();
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (std::abs(noise.sigma * values[k]) <= largest && std::isfinite(values[k])) continue;
        refuse(experiment.document, "noise." + noise.name, "dataset",
               fmt::format("{} in row {}, column {} of {} in {}", values[k], k / units + 1, k % units + 1,
                           noise.dataset, noise.file),
               "finite numbers",
               !std::isfinite(values[k]) ? ""
               : is_float                ? "times sigma it is beyond the range of run.precision = \"float\""
                                         : "times sigma it is beyond the range of a double");
    }
}

/// Rows of (time, unit) for a population of so many units.
std::shared_ptr<const std::vector<double>> read_series(const Experiment& experiment, const NoiseSection& noise,
                                                       std::size_t units) {
    const std::string table = "noise." + noise.name;
    std::error_code none;
    if (!std::filesystem::exists(noise.file, none))
        refuse(experiment.document, table, "file", "no file '" + noise.file + "'", "an HDF5 file with the series");
    const hdf5::File file = hdf5::File::open(noise.file);
    if (noise.dataset.empty() || !file.exists(noise.dataset))
        refuse(experiment.document, table, "dataset", "no '" + noise.dataset + "' in " + noise.file,
               "a data set (time, unit)");
    const hdf5::DataSet data = file.data_set(noise.dataset);
    const hdf5::Shape shape = data.shape();
    const std::uint64_t steps = experiment.steps_until(experiment.end);
    if (shape.size() != 2 || shape[1] != units || shape[0] < steps)
        refuse(experiment.document, table, "dataset", fmt::format("{}", fmt::join(shape, " x ")),
               fmt::format("at least {} x {} (steps x units)", steps, units));
    auto values = std::make_shared<const std::vector<double>>(data.read<double>());
    refuse_infinite(experiment, noise, std::span(*values).first(steps * units), units);
    return values;
}

NoiseCurrent current_of(const NoiseSection& noise) {
    const auto law = noise.kind == "white"  ? NoiseCurrent::Law::white
                     : noise.kind == "file" ? NoiseCurrent::Law::series
                                            : NoiseCurrent::Law::ornstein_uhlenbeck;
    const auto scheme = noise.scheme == "exact" ? NoiseCurrent::Scheme::exact : NoiseCurrent::Scheme::euler_maruyama;
    return {"noise_" + noise.name, law, noise.sigma, noise.tau, nullptr, scheme};
}

/// Adds the current to a compartment, or puts it in the place of the population's own noise of that name. False if the
/// population has neither.
bool add_to(Circuit& circuit, PopulationId p, const std::string& place, NoiseCurrent current) {
    Population& population = circuit.populations[p];
    for (NoiseCurrent& own : population.noise)
        if (own.column == place) {
            current.column = place;
            own = std::move(current);
            return true;
        }
    const auto& all = population.compartments;
    if (std::find(all.begin(), all.end(), place) == all.end()) return false;
    current.column += "_" + place;
    circuit.add(Projection{.source = p, .signal = current.column, .target = p, .compartment = place});
    population.noise.push_back(std::move(current));
    return true;
}

}  // namespace

void add_noise(Circuit& circuit, const Experiment& experiment, bool complete) {
    for (const NoiseSection& noise : experiment.noise) {
        const std::string table = "noise." + noise.name;
        if (noise.into.empty()) refuse(experiment.document, table, "into", "an empty list", "at least one place");
        if (experiment.mode() == Mode::settled)
            refuse(experiment.document, table, "into", fmt::format("{}", fmt::join(noise.into, ", ")),
                   "run.mode = \"continuous\" or \"spiking\": noise needs time");
        if ((noise.kind == "file") != !noise.file.empty())
            refuse(experiment.document, table, "file", "'" + noise.file + "' with kind = \"" + noise.kind + "\"",
                   "a file for kind = \"file\", and for no other");
        for (const std::string& place : noise.into) {
            const std::size_t dot = place.find('.');
            const std::string name = place.substr(0, dot),
                              compartment = dot == std::string::npos ? "" : place.substr(dot + 1);
            std::vector<std::string> places;
            bool found = false;
            for (PopulationId p{}; p < circuit.populations.size(); ++p) {
                Population& population = circuit.populations[p];
                for (const std::string& one : population.compartments) places.push_back(population.name + "." + one);
                for (const NoiseCurrent& own : population.noise) places.push_back(population.name + "." + own.column);
                if (population.name != name) continue;
                NoiseCurrent current = current_of(noise);
                if (current.law == NoiseCurrent::Law::series)
                    current.series = read_series(experiment, noise, population.units);
                found = add_to(circuit, p, compartment, std::move(current)) || found;
            }
            if (!found && complete)
                refuse(experiment.document, table, "into", "'" + place + "'",
                       fmt::format("one of {}", fmt::join(places, ", ")));
        }
    }
}

}  // namespace apical
