#include "sim/circuit/circuit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "sim/circuit/event_columns.hpp"
#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/event_rule.hpp"
#include "sim/circuit/unusable.hpp"

namespace apical {

namespace {

template <class Id, class List>
Id index_of(const List& list, std::string_view name, const char* what) {
    for (std::size_t k = 0; k < list.size(); ++k)
        if (list[k].name == name) return Id(k);
    throw std::out_of_range(std::string("the circuit has no ") + what + " '" + std::string(name) + "'");
}

bool reads_before(const std::vector<Read>& reads) {
    return std::any_of(reads.begin(), reads.end(), [](const Read& read) { return read.instant == Instant::before; });
}

/// Gives the target the columns that the rule of a projection low-passes, where it has none of those names.
void add_filters(const EventProjection& projection, Population& target) {
    const auto refuse = [&](const std::string& why) {
        throw Unusable("projection", projection.name, "plasticity", why);
    };
    const EventRule& rule = *projection.plastic.rule;
    for (const ColumnFilter& wanted : rule.post_filters({projection.name, projection.plastic.parameters})) {
        const std::vector<std::string> known = columns_of(target);
        const auto has = [&](const std::string& column) { return std::ranges::find(known, column) != known.end(); };
        if (!has(wanted.of))
            refuse(fmt::format("{} low-passes {}, and population '{}' has no such column", rule.info().name, wanted.of,
                               target.name));
        const auto there = std::ranges::find(target.filters, wanted.column, &ColumnFilter::column);
        if (there == target.filters.end()) {
            if (!has(wanted.column)) target.filters.push_back(wanted);
        } else if (there->of != wanted.of || there->tau != wanted.tau) {
            refuse(fmt::format("{} has a time constant of {} ms, and population '{}' has one of {} ms already",
                               wanted.column, wanted.tau, target.name, there->tau));
        }
    }
}

}  // namespace

bool needs_history(const Circuit& circuit) {
    for (const Population& population : circuit.populations) {
        for (const auto& neuron : population.neurons)
            if (reads_before(neuron->reads())) return true;
        for (const auto& signal : population.signals)
            if (reads_before(signal->reads())) return true;
        for (const auto& cells : event_neurons_of(population))
            if (reads_before(cells->reads())) return true;
    }
    return std::any_of(circuit.weights.begin(), circuit.weights.end(),
                       [](const Weights& w) { return w.rule && w.rule->needs_history(); });
}

namespace {

bool is_event(const Circuit& circuit, PopulationId p, const std::string& column) {
    const auto all = event_neurons_of(circuit.populations[p]);
    return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one->event() == column; });
}

bool comes_with_events(const Circuit& circuit, PopulationId p, const std::optional<Read>& side) {
    return side && side->instant == Instant::now && comes_with_events(circuit, p, side->column);
}

}  // namespace

bool comes_with_events(const Circuit& circuit, PopulationId p, const std::string& column) {
    if (is_event(circuit, p, column)) return true;
    bool arrives = false;
    for (const Projection& projection : circuit.projections) {
        if (projection.target != p || projection.compartment != column) continue;
        if (!is_event(circuit, projection.source, projection.signal)) return false;
        arrives = true;
    }
    return arrives && std::none_of(circuit.teachers.begin(), circuit.teachers.end(), [&](const Teacher& teacher) {
               return teacher.error == p && teacher.compartment == column;
           });
}

bool learns_from_events(const Circuit& circuit, WeightsId id) {
    const Weights& w = circuit.weights[id];
    if (!w.rule || w.rule->plasticity().low_pass > 0) return false;
    const bool has_limits = std::isfinite(w.lower) || std::isfinite(w.upper) || w.scaling != Scaling::none;
    if (w.rule->plasticity().decay_rate != 0 && has_limits) return false;  // decay is no factor beside the weights
    for (std::size_t term = 0; term < w.rule->terms(); ++term)
        if (!comes_with_events(circuit, w.post, w.rule->post_column(term)) &&
            !comes_with_events(circuit, w.pre, w.rule->pre_column(term)))
            return false;
    return true;
}

PopulationId Circuit::add(Population population) {
    populations.push_back(std::move(population));
    return PopulationId(populations.size() - 1);
}

WeightsId Circuit::add(Weights w) {
    weights.push_back(std::move(w));
    return WeightsId(weights.size() - 1);
}

void Circuit::add(Projection projection) { projections.push_back(std::move(projection)); }
void Circuit::add(EventProjection projection) {
    if (projection.plastic.rule != nullptr) add_filters(projection, populations.at(projection.target));
    event_projections.push_back(std::move(projection));
}
void Circuit::add(Drive drive) { drives.push_back(std::move(drive)); }
void Circuit::add(Teacher teacher) { teachers.push_back(std::move(teacher)); }

PopulationId Circuit::population(std::string_view wanted) const {
    return index_of<PopulationId>(populations, wanted, "population");
}
WeightsId Circuit::weights_named(std::string_view wanted) const {
    return index_of<WeightsId>(weights, wanted, "weights");
}
std::size_t Circuit::event_projection(std::string_view wanted) const {
    return index_of<std::size_t>(event_projections, wanted, "event projection");
}

PopulationId Circuit::open(std::string_view port, PopulationId id, std::string column) {
    std::erase_if(ports, [&](const Port& other) { return other.name == port; });
    ports.push_back({std::string(port), id, std::move(column)});
    return id;
}

const Port& Circuit::port(std::string_view wanted) const { return ports[index_of<std::size_t>(ports, wanted, "port")]; }

std::vector<std::shared_ptr<const EventNeuron>> event_neurons_of(const Population& population) {
    std::vector<std::shared_ptr<const EventNeuron>> all = population.events;
    if (population.cells) all.insert(all.begin(), population.cells);
    return all;
}

std::vector<std::string> columns_of_events(const Population& population) {
    std::vector<std::string> columns;
    for (const auto& cells : event_neurons_of(population)) {
        const std::vector<std::string> own = cells->columns();
        columns.insert(columns.end(), own.begin(), own.end());
        columns.push_back(cells->event());
    }
    for (const EventTrace& trace : population.traces) columns.push_back(trace.column);
    for (const ColumnFilter& filter : population.filters) columns.push_back(filter.column);
    return columns;
}

std::vector<std::string> columns_of(const Population& population) {
    std::vector<std::string> columns = population.clamped;
    const auto add = [&](const std::vector<std::string>& more) {
        columns.insert(columns.end(), more.begin(), more.end());
    };
    add(population.compartments);
    for (const NoiseCurrent& noise : population.noise) columns.push_back(noise.column);
    for (const auto& neuron : population.neurons) add(neuron->states());
    for (const auto& signal : population.signals) add(signal->writes());
    add(columns_of_events(population));
    return columns;
}

}  // namespace apical
