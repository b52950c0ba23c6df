#include "sim/dynamics/spiking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/core/error.hpp"
#include "sim/network/kinds_of_cells.hpp"
#include "sim/synapses/event_memory.hpp"

namespace apical {

namespace {

/// Populations whose events are those of the postsynaptic cells of a plastic projection; none if it is fixed.
std::vector<PopulationId> instructors_of(const Circuit& circuit, const EventProjection& projection) {
    if (projection.plastic.rule == nullptr) return {};
    if (projection.plastic.instructors.empty()) return {projection.target};
    std::vector<PopulationId> all;
    const Population& target = circuit.populations.at(projection.target);
    for (const Instructor& one : projection.plastic.instructors) {
        const Population& population = circuit.populations.at(one.population);
        if (population.units != target.units)
            throw std::invalid_argument(fmt::format(
                "projection '{}': population '{}' has {} cells, expected {}, one for each of '{}', whose synapses it "
                "instructs",
                projection.name, population.name, population.units, target.units, target.name));
        all.push_back(one.population);
    }
    return all;
}

}  // namespace

template <class S>
double Spiking<S>::checked_step(const Setup& setup) {
    if (!(setup.clock.step > 0) || !std::isfinite(setup.clock.step))
        throw ClockError("step", fmt::format("{} ms", setup.clock.step), "more than 0 ms");
    if (setup.lanes != 1)
        throw ClockError("lanes", fmt::format("{} lanes", setup.lanes),
                         "one: a network of cells that fire is a simulation, with a seed, of its own");
    return setup.clock.step;
}

template <class S>
Spiking<S>::Spiking(const Setup& setup, const Circuit& circuit, Network<S>& network)
    : network_(network), step_(checked_step(setup)), tiles_(circuit, static_cast<std::size_t>(setup.pool->members())) {
    require_distinct_names(circuit);
    require_room(circuit, step_, sizeof(S));
    const Random random(setup.seed);
    std::vector<std::size_t> longest(circuit.populations.size(), 1);
    std::vector<EventSynapses<S>> synapses;
    std::vector<std::unique_ptr<EventLearning<S>>> learning(circuit.event_projections.size());
    synapses.reserve(circuit.event_projections.size());
    for (const EventProjection& projection : circuit.event_projections) {
        const Population& source = circuit.populations.at(projection.source);
        const Population& target = circuit.populations.at(projection.target);
        const std::size_t parts = tiles_.at(projection.target, projection.receptor).count;
        synapses.emplace_back(projection, source.units, target.units, step_, random, parts);
        for (const std::size_t delay : synapses.back().delays())
            longest[projection.source] = std::max(longest[projection.source], delay);
        if (projection.plastic.rule == nullptr) continue;
        auto& learns = learning[synapses.size() - 1];
        std::vector<Ref<S>> columns;
        for (const std::string& column : projection.plastic.rule->post_columns())
            if (network_.has_column(projection.target, column))
                columns.push_back(network_.ref(projection.target, column, Instant::now));
            else
                throw std::invalid_argument(
                    fmt::format("projection '{}': population '{}' has no column '{}', which {} sees", projection.name,
                                target.name, column, projection.plastic.rule->info().name));
        learns = std::make_unique<EventLearning<S>>(projection, synapses.back(), source.units, target.units, step_,
                                                    std::move(columns));
    }
    for (const Firing<S>* firing : network.firing())
        events_.push_back(
            std::make_unique<Events>(Events{circuit.populations[firing->population].name + "/" + firing->event,
                                            EventHistory(longest[firing->population])}));
    const auto at = [&](const std::string& name, PopulationId p, const std::string& receptor) -> Arrivals<S>& {
        return arrivals_at(circuit.populations.at(p), name, p, receptor);
    };
    for (std::size_t k = 0; k < synapses.size(); ++k) {
        const EventProjection& projection = circuit.event_projections[k];
        Arrivals<S>& arrivals = at(projection.name, projection.target, projection.receptor);
        projections_.push_back({projection.name, synapses[k].fingerprint(), &arrivals, arrivals.sources.size()});
        std::vector<const EventHistory*> instructors;
        for (const PopulationId p : instructors_of(circuit, projection)) instructors.push_back(&history_of(p));
        std::vector<std::pair<const EventHistory*, double>> modulators;
        for (const Modulator& one : projection.plastic.modulators)
            modulators.emplace_back(&history_of(one.population), one.amplitude);
        EventHistory& history = history_of(projection.source);
        std::unique_ptr<Efficacy<S>> efficacy;
        if (projection.short_term)
            efficacy = std::make_unique<Efficacy<S>>(projection, circuit.populations[projection.source].units, step_,
                                                     history.steps());
        arrivals.sources.push_back({std::move(synapses[k]), &history, std::move(learning[k]), std::move(instructors),
                                    std::move(modulators), std::move(efficacy)});
    }
    for (const Drive& drive : circuit.drives) {
        const DriveTarget to = target_of(drive);
        Arrivals<S>& arrivals = at(to.name, to.population, to.receptor);
        if (!arrivals.instantaneous && is_held(drive))
            throw std::invalid_argument(
                fmt::format("'{}': found the receptor '{}', where a {} would add up, expected an input", to.name,
                            to.receptor, kind_of(drive)));
        drives_.push_back(running<S>(drive, circuit.populations.at(to.population).units, step_, random));
        arrivals.drives.push_back(drives_.back().get());
    }
    for (const auto& [column, arrivals] : arrivals_) (arrivals->instantaneous ? before_ : after_).add(*arrivals);
    rest();
}

template <class S>
Arrivals<S>& Spiking<S>::arrivals_at(const Population& population, const std::string& name, PopulationId p,
                                     const std::string& receptor) {
    const auto found = [&] {
        try {
            return population.cells->receptor(receptor);
        } catch (const std::invalid_argument& error) {
            throw std::invalid_argument(
                fmt::format("'{}', to population '{}': {}", name, population.name, error.what()));
        }
    }();
    auto& arrivals = arrivals_[network_.place_of(p, receptor)];
    if (!arrivals)
        arrivals = std::make_unique<Arrivals<S>>(network_.ref(p, receptor, Instant::now), steps_, found.instantaneous,
                                                 tiles_.at(p, receptor));
    return *arrivals;
}

template <class S>
void Spiking<S>::step(std::uint64_t k, const Context& context) {
    if (context.observe) context.observe(k);
    for (const auto& drive : drives_) drive->prepare(steps_);
    before_.run(context.pool);
    network_.evaluate(context.pool);
    after_.run(context.pool);
    for (std::size_t kind = 0; kind < events_.size(); ++kind)
        events_[kind]->history.push(network_.firing()[kind]->last());
    for (const auto& [column, arrivals] : arrivals_) arrivals->end();
    ++steps_;
}

template <class S>
void Spiking<S>::rest() {
    for (const auto& [column, arrivals] : arrivals_) arrivals->rest();
    steps_ = 0;
    network_.rest();
    for (const auto& events : events_) events->history.rest();
}

template <class S>
std::span<const std::uint32_t> Spiking<S>::spikes(PopulationId population) const {
    for (const Firing<S>* firing : network_.firing())
        if (firing->population == population && firing->event == spike.name) return firing->last();
    return {};
}

template <class S>
EventHistory& Spiking<S>::history_of(PopulationId population) {
    for (std::size_t k = 0; k < events_.size(); ++k)
        if (network_.firing()[k]->population == population) return events_[k]->history;
    throw std::invalid_argument("the cells of an event projection's source have no events");
}

template <class S>
void Spiking<S>::visit(std::size_t projection, SynapseVisitor& visitor) const {
    const auto& source = projections_.at(projection).source();
    if (source.learning) source.learning->visit(source.synapses, visitor);
    else source.synapses.visit(visitor);
}

template <class S>
void Spiking<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    const std::uint64_t steps[] = {steps_};
    archive.put(prefix + "/spiking/steps", std::span<const std::uint64_t>(steps));
    archive.put(prefix + "/spiking/columns", std::as_const(network_).columns().all());
    for (const auto& events : events_) events->history.save(archive, prefix + "/spiking/events/" + events->name);
    for (const Carried& projection : projections_) {
        archive.put(prefix + "/spiking/synapses/" + projection.name, projection.fingerprint);
        const auto& source = projection.source();
        if (source.learning)
            source.learning->save(source.synapses, archive, prefix + "/spiking/plastic/" + projection.name);
        if (source.efficacy) source.efficacy->save(archive, prefix + "/spiking/efficacy/" + projection.name);
    }
}

template <class S>
void Spiking<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    for (const Carried& projection : projections_)
        if (const std::string synapses = prefix + "/spiking/synapses/" + projection.name;
            archive.text(synapses) != projection.fingerprint)
            throw InputError({{"checkpoint", 0, 0},
                              synapses,
                              "other synapses than this program draws",
                              "the same",
                              "go on with the version that wrote it"});
    std::uint64_t steps[1];
    archive.take(prefix + "/spiking/steps", std::span<std::uint64_t>(steps));
    steps_ = steps[0];
    archive.take(prefix + "/spiking/columns", network_.columns().all());
    for (std::size_t k = 0; k < events_.size(); ++k) {
        Firing<S>& firing = *network_.firing()[k];
        events_[k]->history.load(archive, prefix + "/spiking/events/" + events_[k]->name,
                                 network_.cells(firing.population));
        firing.restore();
    }
    for (const Carried& projection : projections_) {
        auto& source = projection.source();
        if (source.learning)
            source.learning->load(source.synapses, static_cast<std::uint32_t>(steps_), archive,
                                  prefix + "/spiking/plastic/" + projection.name);
        if (source.efficacy)
            source.efficacy->load(archive, prefix + "/spiking/efficacy/" + projection.name,
                                  [&](std::size_t ago) { return source.history->ago(ago).size(); });
    }
}

template class Spiking<float>;
template class Spiking<double>;

}  // namespace apical
