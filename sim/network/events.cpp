// The part of a network that has events.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/core/descriptor.hpp"
#include "sim/network/loop.hpp"
#include "sim/network/network.hpp"

namespace apical {

namespace {

/// Throws std::invalid_argument.
void check(const EventTrace& trace, const std::string& population) {
    const std::string whose = "trace '" + trace.column + "' of population '" + population + "': ";
    if (!(trace.tau > 0))
        throw std::invalid_argument(whose + "found a time constant of " + std::to_string(trace.tau) +
                                    " ms, expected more than 0 ms");
    if (!std::isfinite(trace.gain))
        throw std::invalid_argument(whose + "found a gain of " + std::to_string(trace.gain) +
                                    ", expected a finite number");
}

void check(const ColumnFilter& filter, const std::string& population) {
    if (filter.tau > 0 && std::isfinite(filter.tau)) return;
    throw std::invalid_argument("filter '" + filter.column + "' of population '" + population +
                                "': found a time constant of " + std::to_string(filter.tau) +
                                " ms, expected more than 0 ms");
}

/// All that is said of its cells is a parameter or a column of something that has events.
void check(const CellNumbers& numbers, const Population& population) {
    std::vector<CellParameter> parameters;
    std::vector<CellColumn> columns;
    for (const auto& neuron : event_neurons_of(population)) {
        const std::vector<CellParameter> own = neuron->parameters();
        const std::vector<CellColumn> begun = neuron->begun();
        parameters.insert(parameters.end(), own.begin(), own.end());
        columns.insert(columns.end(), begun.begin(), begun.end());
    }
    numbers.check(parameters, columns, population.units);
}

}  // namespace

/// What arrives at a compartment has a column of its own, which adds to what projections bring there.
template <class S>
void Network<S>::lay_out_arrivals(const Circuit& circuit) {
    const auto arrives = [&](PopulationId p, const std::string& receptor) {
        const auto& compartments = circuit.populations.at(p).compartments;
        if (std::ranges::find(compartments, receptor) == compartments.end()) return;
        if (arrivals_.contains(offset(p, receptor))) return;
        const std::size_t place = columns_.add_persistent(cells(p), S(0));
        arrivals_.emplace(offset(p, receptor), place);
        held_.push_back({place, cells(p)});
    };
    for (const EventProjection& projection : circuit.event_projections) arrives(projection.target, projection.receptor);
    for (const Drive& drive : circuit.drives) arrives(target_of(drive).population, target_of(drive).receptor);
    for (PopulationId p{}; p < circuit.populations.size(); ++p) {
        const Population& population = circuit.populations[p];
        auto& all = receptors_.emplace_back();
        for (const std::string& compartment : population.compartments) {
            const auto found = arrivals_.find(offset(p, compartment));
            all[compartment].clear = true;
            if (found != arrivals_.end()) all[compartment].into = columns_.ref(found->second, Instant::now);
        }
        for (const auto& neuron : population.neurons)
            for (const std::string& state : neuron->states()) all[state].instantaneous = false;
        for (const auto& neuron : event_neurons_of(population)) {
            for (const CellColumn& input : neuron->inputs())
                all[std::string(input.name)].into = ref(p, input.name, Instant::now);
            for (const CellColumn& receptor : neuron->receptors())
                all[std::string(receptor.name)] = {.into = ref(p, receptor.name, Instant::now), .instantaneous = false};
        }
    }
    for (const Slot& slot : slots_) receptors_[slot.population][slot.column].into = {&state_base_, slot.in_state};
}

template <class S>
void Network<S>::lay_out_anew(const Circuit& circuit) {
    for (PopulationId p{}; p < circuit.populations.size(); ++p) {
        const Population& population = circuit.populations[p];
        if (population.anew.empty()) continue;
        std::vector<std::string> known = columns_of_events(population);
        for (const auto& neuron : event_neurons_of(population)) std::erase(known, neuron->event());
        for (const std::string& column : population.anew) {
            if (std::ranges::find(known, column) == known.end())
                throw std::invalid_argument(
                    fmt::format("population '{}': '{}' cannot begin anew with a presentation, only {} can",
                                population.name, column, fmt::join(known, ", ")));
            anew_.push_back({offset(p, column), cells(p)});
        }
    }
}

template <class S>
void Network<S>::begin_presentation() {
    for (const Held& held : anew_) std::fill_n(columns_.now(held.place), held.cells, S(0));
}

template <class S>
const typename Network<S>::Receptor& Network<S>::receptor(PopulationId population, const std::string& name) const {
    const auto& all = receptors_.at(population);
    if (const auto found = all.find(name); found != all.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [one, where] : all) names.push_back(one);
    const std::string near = nearest(name, names);
    throw std::invalid_argument(fmt::format(
        "population '{}': found receptor '{}', expected {}{}", names_[population], name,
        names.empty() ? "another population, for this one has none" : fmt::format("one of {}", fmt::join(names, ", ")),
        near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
}

template <class S>
std::vector<Piece<S>> Network<S>::pieces_of_events(const Circuit& circuit, PopulationId p, const Spiking& spiking) {
    const Population& population = circuit.populations[p];
    std::vector<Piece<S>> pieces;
    const auto add = [&](const std::string& label, std::vector<std::size_t> reads, std::vector<std::size_t> writes,
                         std::unique_ptr<Op<S>> op) {
        pieces.push_back({.computation = {population.name + "." + label, std::move(reads), std::move(writes)},
                          .op = std::move(op),
                          .units = population.units,
                          .advances = true});
    };
    const std::size_t first = firing_.size();
    const CellNumbers numbers{population.name, population.parameters, population.initial, spiking.random, lanes_};
    if (!columns_of_events(population).empty() || !numbers.parameters.empty() || !numbers.initial.empty())
        check(numbers, population);
    for (const auto& neuron : event_neurons_of(population)) {
        const std::string event = neuron->event();
        auto cells = std::make_unique<Firing<S>>(p, *neuron, neuron->bind(*this, p, numbers, spiking.step),
                                                 this->cells(p), ref(p, event, Instant::now));
        firing_.push_back(cells.get());
        std::vector<std::size_t> written, reads;
        for (const std::string& column : neuron->columns()) written.push_back(offset(p, column));
        for (const Read& read : neuron->reads())
            if (read.instant == Instant::now) reads.push_back(offset(p, read.column));
        const std::size_t of_cells = written.front();
        add("cells", std::move(reads), std::move(written), std::move(cells));
        add(firing_.back()->event, {of_cells}, {offset(p, firing_.back()->event)},
            std::make_unique<Collect<S>>(*firing_.back()));
    }
    for (const EventTrace& trace : population.traces) {
        check(trace, population.name);
        const auto events = std::find_if(firing_.begin() + static_cast<std::ptrdiff_t>(first), firing_.end(),
                                         [&](const auto& firing) { return firing->event == trace.event; });
        if (events == firing_.end())
            throw std::invalid_argument("trace '" + trace.column + "' of population '" + population.name +
                                        "': its cells have no event '" + trace.event + "'");
        const Ref<S> event = ref(p, trace.event, Instant::now);
        add(trace.column, {event.offset}, {offset(p, trace.column)},
            std::make_unique<TraceStep<S>>(trace, **events, ref(p, trace.column, Instant::now), event, cells(p),
                                           spiking.step));
    }
    for (const ColumnFilter& filter : population.filters) {
        check(filter, population.name);
        auto step = std::make_unique<FilterStep<S>>(filter, ref(p, filter.column, Instant::now),
                                                    ref(p, filter.of, Instant::now), cells(p), spiking.step);
        filters_.push_back(step.get());
        add(filter.column, {offset(p, filter.of)}, {offset(p, filter.column)}, std::move(step));
    }
    return pieces;
}

template void Network<float>::lay_out_arrivals(const Circuit&);
template void Network<double>::lay_out_arrivals(const Circuit&);
template void Network<float>::lay_out_anew(const Circuit&);
template void Network<double>::lay_out_anew(const Circuit&);
template void Network<float>::begin_presentation();
template void Network<double>::begin_presentation();
template const Network<float>::Receptor& Network<float>::receptor(PopulationId, const std::string&) const;
template const Network<double>::Receptor& Network<double>::receptor(PopulationId, const std::string&) const;
template std::vector<Piece<float>> Network<float>::pieces_of_events(const Circuit&, PopulationId, const Spiking&);
template std::vector<Piece<double>> Network<double>::pieces_of_events(const Circuit&, PopulationId, const Spiking&);

}  // namespace apical
