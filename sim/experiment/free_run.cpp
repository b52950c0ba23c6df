#include "sim/experiment/free_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/experiment/initial_states.hpp"
#include "sim/experiment/initial_weights.hpp"
#include "sim/experiment/pathway_lines.hpp"
#include "sim/experiment/recorded_weights.hpp"
#include "sim/experiment/trained_circuit.hpp"

namespace apical {
namespace {

/// Steps of a stretch. They end where a multiple of this ends, however often a run stops and goes on: weights may take
/// a last rounding at the end of an `advance`.
constexpr std::uint64_t stretch = 100;

const std::string circuit_state = "circuit", statistics_state = "statistics";  // in a checkpoint

/// A cell whose state is no number never fires again, and nothing else would say so.
template <class S>
void check_cells(const Simulation<S>& simulation) {
    const std::size_t lanes = simulation.setup().lanes;
    for (const Population& population : simulation.circuit().populations) {
        if (population.cells == nullptr) continue;
        for (const CellColumn& state : population.cells->states()) {
            const std::span<const S> values = simulation.column(population.name, state.name);
            const auto bad = std::ranges::find_if_not(values, [](S value) { return std::isfinite(value); });
            if (bad == values.end()) continue;
            const auto k = static_cast<std::size_t>(bad - values.begin());
            throw NumericalError({population.name, std::string(state.name), k / lanes, k % lanes,
                                  static_cast<double>(*bad), simulation.time(), "ms",
                                  "check its equations and parameters, or take a shorter run.step"});
        }
    }
}

}  // namespace

template <class S>
FreeRun<S>::FreeRun(const Experiment& experiment, const std::shared_ptr<ThreadPool>& pool)
    : experiment_(experiment), simulation_(simulation_of<S>(experiment, pool)) {
    for (const TraceSection& section : experiment.traces)
        traces_.emplace_back(experiment, section, simulation_.circuit());
    check_recorded_spikes(experiment, simulation_.circuit());
    for (const std::string& projection : plastic_projections(simulation_.circuit()))
        if (RecordedSynapses synapses(simulation_, projection, experiment.storage()); synapses.count() > 0)
            synapses_.push_back(std::move(synapses));
    std::vector<CountedCells> counted;
    for (const Population& population : simulation_.circuit().populations) {
        if (population.cells == nullptr) continue;
        firing_.emplace_back(experiment, population);
        counted.push_back({population.name, population.units});
    }
    if (!counted.empty())
        statistics_.emplace(
            counted,
            SpikeStatistics::Window{experiment.run.step, experiment.statistics_from, experiment.statistics_bin},
            static_cast<std::uint64_t>(experiment.run.seed));
}

template <class S>
std::string FreeRun<S>::moment() const {
    return fmt::format("after {:.6g} ms", experiment_.run.step * static_cast<double>(steps_));
}

template <class S>
Standing FreeRun<S>::standing() const {
    constexpr double bytes_of_spike = sizeof(double) + sizeof(std::uint64_t);
    const double seconds = 1e-3 * experiment_.run.step * static_cast<double>(steps_ - begin_);
    Standing standing{steps_, experiment_.end, experiment_.run.step};
    if (seconds > 0) standing.bytes = bytes_of_spike * static_cast<double>(recorded_) / seconds;
    return standing;
}

template <class S>
Overview FreeRun<S>::overview() const {
    return overview_of(experiment_, simulation_.circuit(), pathway_lines(simulation_));
}

template <class S>
std::string FreeRun<S>::take_initial_weights() {
    return apical::take_initial_weights(simulation_, experiment_, true);
}

template <class S>
std::string FreeRun<S>::change_of_initial_weights(const std::string& taken) const {
    return apical::change_of_initial_weights(simulation_, experiment_, taken);
}

template <class S>
std::string FreeRun<S>::take_initial_states() {
    return apical::take_initial_states(simulation_, experiment_, true);
}

template <class S>
std::string FreeRun<S>::change_of_initial_states(const std::string& taken) const {
    return apical::change_of_initial_states(simulation_, experiment_, taken);
}

template <class S>
std::vector<Series> FreeRun<S>::series() const {
    std::vector<Series> all;
    if (has_snapshots()) {
        all.push_back(
            weight_snapshots(simulation_, experiment_.storage(), experiment_.weights.rows(experiment_.end, stretch)));
        all.back().time = {"time", "ms", "simulated time", {}};
    }
    for (const RecordedSynapses& synapses : synapses_) {
        if (experiment_.record.weights != "never")
            all.push_back(synapses.weights(experiment_.weights.rows(experiment_.end, stretch)));
        if (experiment_.record.weight_distributions != "never")
            all.push_back(synapses.distribution(experiment_.weight_distributions.rows(experiment_.end, stretch)));
    }
    if (has_statistics())
        all.push_back({"/metrics",
                       {"time", "ms", "simulated time", {}},
                       {},
                       statistics_->variables(),
                       Storage::float64,
                       experiment_.metrics.rows_between(0, experiment_.end, stretch)});
    for (const RecordedSpikes& spikes : firing_)
        if (spikes.any()) all.push_back(spikes.series());
    for (const Trace& trace : traces_) all.push_back(trace.series());
    return all;
}

template <class S>
std::vector<Field> FreeRun<S>::final_fields() const {
    std::vector<Field> fields = weight_fields(simulation_, "/final", experiment_.storage());
    for (const RecordedSynapses& synapses : synapses_)
        for (Field& field : synapses.final_fields()) fields.push_back(std::move(field));
    if (experiment_.record.weights != "never")
        for (const RecordedSynapses& synapses : synapses_)
            for (Field& field : synapses.cells()) fields.push_back(std::move(field));
    return fields;
}

template <class S>
void FreeRun<S>::open(Sink& sink) {
    sink_ = &sink;
    std::vector<Sink::Id> ids;
    for (const Series& one : series()) ids.push_back(sink.open(one));
    auto next = ids.cbegin();
    if (has_snapshots()) snapshots_ = *next++;
    for (std::size_t k = 0; k < synapses_.size(); ++k) {
        if (experiment_.record.weights != "never") synapse_ids_.push_back(*next++);
        if (experiment_.record.weight_distributions != "never") distribution_ids_.push_back(*next++);
    }
    if (has_statistics()) measured_ = *next++;
    for (const RecordedSpikes& spikes : firing_) {
        spike_ids_.push_back(spikes.any() ? std::optional(*next++) : std::nullopt);
        if (!spikes.any()) continue;
        for (const auto& [name, text] : spikes.attributes()) sink.attribute(spikes.series().group, name, text);
    }
    for (const Trace& trace : traces_) {
        trace_ids_.push_back(*next++);
        for (const auto& [name, text] : trace.attributes()) sink.attribute(trace.series().group, name, text);
    }
}

template <class S>
void FreeRun<S>::record_start() {
    if (experiment_.weights.at_start()) snapshot();
    if (experiment_.weight_distributions.at_start()) distributions();
}

template <class S>
void FreeRun<S>::advance() {
    const std::uint64_t begin = steps_, end = std::min(experiment_.end, (begin / stretch + 1) * stretch);
    const bool is_watched = !traces_.empty() || !firing_.empty();
    // A step begins with the spikes of the one before; those of the stretch before are recorded at its end.
    const auto watch = [&](std::uint64_t k) {
        if (k > 0) record_spikes(begin + k);
        observe(begin + k);
    };
    simulation_.advance(end - begin, is_watched ? Observer(watch) : Observer{});
    record_spikes(end);
    steps_ = end;
    if (has_statistics() && experiment_.metrics.due(begin, end))
        sink_->append(*measured_, simulation_.time(), statistics_->row(end));
    if (experiment_.weights.due(begin, end)) snapshot();
    if (experiment_.weight_distributions.due(begin, end)) distributions();
}

template <class S>
void FreeRun<S>::observe(std::uint64_t step) {
    for (std::size_t k = 0; k < traces_.size(); ++k)
        if (traces_[k].due_step(step)) sink_->append(trace_ids_[k], simulation_.time(), traces_[k].row(simulation_));
}

template <class S>
void FreeRun<S>::record_spikes(std::uint64_t step) {
    for (std::size_t k = 0; k < firing_.size(); ++k) {
        const std::span<const std::uint32_t> cells = simulation_.spikes(firing_[k].population());
        if (cells.empty()) continue;
        statistics_->add(k, step, cells);
        const auto recorded = firing_[k].of(step, cells);
        if (!recorded.empty()) sink_->append_each(*spike_ids_[k], simulation_.time(), recorded);
        recorded_ += recorded.size();
    }
}

template <class S>
void FreeRun<S>::snapshot() {
    check();
    if (has_snapshots()) sink_->append(*snapshots_, simulation_.time(), weights_now(simulation_));
    for (std::size_t k = 0; k < synapse_ids_.size(); ++k)
        sink_->append(synapse_ids_[k], simulation_.time(), synapses_[k].weights_now(simulation_));
}

template <class S>
void FreeRun<S>::distributions() {
    for (std::size_t k = 0; k < distribution_ids_.size(); ++k)
        sink_->append(distribution_ids_[k], simulation_.time(), synapses_[k].distribution_now(simulation_));
}

template <class S>
void FreeRun<S>::check() const {
    check_cells(simulation_);
    const double limit = experiment_.guard.largest_weight;
    try {
        simulation_.check_weights(limit);
    } catch (const NumericalError& error) {
        NumericalError::Parts parts = error.parts();
        if (std::isfinite(parts.value))
            parts.advice = fmt::format("more than guard.largest_weight = {}; {}", limit, parts.advice);
        throw NumericalError(parts);
    }
}

template <class S>
void FreeRun<S>::finish() {
    check();
    write_weights(simulation_, "/final", experiment_.storage(), *sink_);
    for (const RecordedSynapses& synapses : synapses_) synapses.write_final(simulation_, *sink_);
    if (experiment_.record.weights != "never")
        for (const RecordedSynapses& synapses : synapses_) synapses.write_cells(simulation_, *sink_);
}

template <class S>
void FreeRun<S>::save(ArchiveWriter& archive) const {
    simulation_.save(archive, circuit_state);
    if (statistics_) statistics_->save(archive, statistics_state);
}

template <class S>
void FreeRun<S>::load(const ArchiveReader& archive) {
    simulation_.load(archive, circuit_state);
    if (statistics_) statistics_->load(archive, statistics_state);
    begin_ = steps_ = static_cast<std::uint64_t>(std::llround(simulation_.time() / experiment_.run.step));
}

template class FreeRun<float>;
template class FreeRun<double>;

}  // namespace apical
