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

/// What counts as the events of the postsynaptic cells of a plastic projection; nothing if it is fixed.
std::vector<Instructor> instructors_of(const Circuit& circuit, const EventProjection& projection) {
    if (projection.plastic.rule == nullptr) return {};
    std::vector<Instructor> all = apical::instructors_of(projection.plastic, projection.target);
    const Population& target = circuit.populations.at(projection.target);
    for (const Instructor& one : all) {
        const Population& population = circuit.populations.at(one.population);
        if (population.units != target.units)
            throw std::invalid_argument(fmt::format(
                "projection '{}': population '{}' has {} cells, expected {}, one for each of '{}', whose synapses it "
                "instructs",
                projection.name, population.name, population.units, target.units, target.name));
    }
    return all;
}

}  // namespace

template <class S>
double Spiking<S>::checked_step(const Clock& clock, const Circuit& circuit, std::size_t lanes) {
    if (!(clock.step > 0) || !std::isfinite(clock.step))
        throw ClockError("step", fmt::format("{} ms", clock.step), "more than 0 ms");
    if (lanes != 1 && (!circuit.event_projections.empty() || !circuit.drives.empty()))
        throw ClockError("lanes", fmt::format("{} lanes", lanes),
                         "one: a network with event projections or drives is a simulation, with a seed, of its own");
    return clock.step;
}

template <class S>
Spiking<S>::Spiking(const Setup& setup, const Circuit& circuit, Network<S>& network, const std::string& stream)
    : Continuous<S>(setup, circuit, network, stream), tiles_(circuit, static_cast<std::size_t>(setup.pool->members())) {
    require_distinct_names(circuit);
    require_room(circuit, setup.clock.step, sizeof(S));
    const Random random(setup.seed);
    const double dt = setup.clock.step;
    std::vector<std::size_t> longest(circuit.populations.size(), 1);
    std::vector<EventSynapses<S>> synapses;
    std::vector<std::unique_ptr<EventLearning<S>>> learning(circuit.event_projections.size());
    synapses.reserve(circuit.event_projections.size());
    for (const EventProjection& projection : circuit.event_projections) {
        const Population& source = circuit.populations.at(projection.source);
        const Population& target = circuit.populations.at(projection.target);
        const std::size_t parts = tiles_.at(projection.target, projection.receptor).count;
        synapses.emplace_back(projection, source.units, target.units, dt, random, parts);
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
        learns = std::make_unique<EventLearning<S>>(projection, synapses.back(), source.units, target.units, dt,
                                                    std::move(columns));
    }
    for (const Firing<S>* firing : network.firing())
        events_.push_back(
            std::make_unique<Events>(Events{circuit.populations[firing->population].name + "/" + firing->event,
                                            EventHistory(longest[firing->population], firing->has_amplitudes)}));
    for (std::size_t k = 0; k < synapses.size(); ++k) {
        const EventProjection& projection = circuit.event_projections[k];
        const auto refuse_without = [&](const EventHistory* history, PopulationId p, const std::string& event) {
            if (history == nullptr)
                throw std::invalid_argument(fmt::format("'{}': the cells of population '{}' have no event '{}'",
                                                        projection.name, circuit.populations[p].name, event));
        };
        const EventHistory* const from = history_of(projection.source, projection.event);
        refuse_without(from, projection.source, projection.event);
        if (learning[k] && from->has_amplitudes())
            throw std::invalid_argument(
                fmt::format("'{}': its rule learns from events of one amplitude, which '{}' have not", projection.name,
                            projection.event));
        Arrivals<S>& arrivals = arrivals_at(projection.name, projection.target, projection.receptor);
        projections_.push_back({projection.name, synapses[k].fingerprint(), &arrivals, arrivals.sources.size()});
        std::vector<const EventHistory*> instructors;
        for (const Instructor& one : instructors_of(circuit, projection)) {
            instructors.push_back(history_of(one.population, one.event));
            refuse_without(instructors.back(), one.population, one.event);
        }
        std::vector<std::pair<const EventHistory*, double>> modulators;
        for (const Modulator& one : projection.plastic.modulators) {
            modulators.emplace_back(history_of(one.population, spike.name), one.amplitude);
            refuse_without(modulators.back().first, one.population, spike);
        }
        std::unique_ptr<Efficacy<S>> efficacy;
        if (projection.short_term) {
            if (from->has_amplitudes())
                throw std::invalid_argument(
                    fmt::format("'{}': short-term plasticity acts on events of one amplitude, which '{}' have not",
                                projection.name, projection.event));
            efficacy = std::make_unique<Efficacy<S>>(projection, circuit.populations[projection.source].units, dt,
                                                     from->steps());
        }
        arrivals.sources.push_back({std::move(synapses[k]), from, std::move(learning[k]), std::move(instructors),
                                    std::move(modulators), std::move(efficacy)});
    }
    for (const Drive& drive : circuit.drives) {
        const DriveTarget to = target_of(drive);
        Arrivals<S>& arrivals = arrivals_at(to.name, to.population, to.receptor);
        if (!arrivals.instantaneous && is_held(drive))
            throw std::invalid_argument(
                fmt::format("'{}': found the receptor '{}', where a {} would add up, expected an input", to.name,
                            to.receptor, kind_of(drive)));
        drives_.push_back(running<S>(drive, circuit.populations.at(to.population).units, dt, random));
        arrivals.drives.push_back(drives_.back().get());
    }
    for (const auto& [receptor, arrivals] : arrivals_) (arrivals->instantaneous ? before_ : after_).add(*arrivals);
    rest();
}

template <class S>
Arrivals<S>& Spiking<S>::arrivals_at(const std::string& name, PopulationId p, const std::string& receptor) {
    auto& arrivals = arrivals_[{p, receptor}];
    if (arrivals) return *arrivals;
    try {
        arrivals = std::make_unique<Arrivals<S>>(network_.receptor(p, receptor), steps_, tiles_.at(p, receptor));
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument("'" + name + "': " + error.what());
    }
    return *arrivals;
}

template <class S>
void Spiking<S>::step(std::uint64_t k, const Context& context) {
    if (context.observe) context.observe(k);
    for (const auto& drive : drives_) drive->prepare(steps_);
    before_.run(context.pool);
    this->accept(k, context);
    this->advance(k, context);
    network_.states_moved();
    after_.run(context.pool);
    if (context.update != nullptr) context.update->run(this->share_, context.pool);
    for (std::size_t kind = 0; kind < events_.size(); ++kind)
        events_[kind]->history.push(network_.firing()[kind]->last(), network_.firing()[kind]->column());
    for (const auto& [receptor, arrivals] : arrivals_) arrivals->end();
    this->pass();
}

template <class S>
void Spiking<S>::rest() {
    for (const auto& [receptor, arrivals] : arrivals_) arrivals->rest();
    Continuous<S>::rest();
    for (const auto& events : events_) events->history.rest();
}

template <class S>
std::span<const std::uint32_t> Spiking<S>::spikes(PopulationId population) const {
    for (const Firing<S>* firing : network_.firing())
        if (firing->population == population && firing->event == spike.name) return firing->last();
    return {};
}

template <class S>
const EventHistory* Spiking<S>::history_of(PopulationId population, std::string_view event) const {
    for (std::size_t k = 0; k < events_.size(); ++k)
        if (network_.firing()[k]->population == population && network_.firing()[k]->event == event)
            return &events_[k]->history;
    return nullptr;
}

template <class S>
void Spiking<S>::visit(std::size_t projection, SynapseVisitor& visitor) const {
    const auto& source = projections_.at(projection).source();
    if (source.learning) source.learning->visit(source.synapses, visitor);
    else source.synapses.visit(visitor);
}

template <class S>
void Spiking<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    Continuous<S>::save(archive, prefix);
    for (const auto& events : events_) events->history.save(archive, prefix + "/events/" + events->name);
    for (const Carried& projection : projections_) {
        archive.put(prefix + "/event_synapses/" + projection.name, projection.fingerprint);
        const auto& source = projection.source();
        if (source.learning) source.learning->save(source.synapses, archive, prefix + "/plastic/" + projection.name);
        if (source.efficacy) source.efficacy->save(archive, prefix + "/efficacy/" + projection.name);
    }
}

template <class S>
void Spiking<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    for (const Carried& projection : projections_)
        if (const std::string synapses = prefix + "/event_synapses/" + projection.name;
            archive.text(synapses) != projection.fingerprint)
            throw InputError({{"checkpoint", 0, 0},
                              synapses,
                              "other synapses than this program draws",
                              "the same",
                              "go on with the version that wrote it"});
    Continuous<S>::load(archive, prefix);
    for (std::size_t k = 0; k < events_.size(); ++k)
        events_[k]->history.load(archive, prefix + "/events/" + events_[k]->name,
                                 network_.cells(network_.firing()[k]->population));
    for (const Carried& projection : projections_) {
        auto& source = projection.source();
        if (source.learning)
            source.learning->load(source.synapses, static_cast<std::uint32_t>(steps_), archive,
                                  prefix + "/plastic/" + projection.name);
        if (source.efficacy)
            source.efficacy->load(archive, prefix + "/efficacy/" + projection.name,
                                  [&](std::size_t ago) { return source.history->ago(ago).size(); });
    }
}

template class Spiking<float>;
template class Spiking<double>;

}  // namespace apical
