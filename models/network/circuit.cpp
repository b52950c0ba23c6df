#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "models/components.hpp"
#include "models/graded.hpp"
#include "models/network/connections.hpp"
#include "models/network/graded.hpp"
#include "models/network/inputs.hpp"
#include "models/network/model.hpp"
#include "models/network/names.hpp"
#include "models/network/own_neurons.hpp"
#include "models/network/own_rules.hpp"
#include "models/network/quantities.hpp"
#include "models/network/sections.hpp"
#include "models/network/task.hpp"
#include "models/upstream.hpp"
#include "sim/core/name.hpp"

namespace apical::network {
namespace {

class Builder {
   public:
    explicit Builder(const Node& experiment)
        : experiment_(experiment), neurons_(own_neurons(experiment)), rules_(own_rules(experiment)) {
        circuit_.name = "network";
    }

    ModelCircuit build(const TaskShape& task) {
        for_each(experiment_, "population", [&](const auto& name, const Node& table) { population(name, table); });
        if (circuit_.populations.empty())
            throw InputError({experiment_.find("circuit")->place, "population", "no population",
                              "at least one section [population.NAME]", ""});
        // Graded weights first: another projection may use them.
        for_each(experiment_, "projection", [&](const auto& name, const Node& table) {
            if (is_graded(circuit_, table)) add_weights(circuit_, name, table, experiment_, rules_);
        });
        for_each(experiment_, "projection", [&](const auto& name, const Node& table) {
            if (is_graded(circuit_, table)) add_graded(circuit_, name, table, rules_);
            else projection(name, table);
        });
        for_each(experiment_, "input", [&](const auto& name, const Node& table) { input(name, table); });
        add_task(circuit_, experiment_, task);
        return std::move(circuit_);
    }

   private:
    void population(const std::string& name, const Node& table) {
        const Node* kind = table.find("neuron");
        const Table<PopulationSection> known = population_table(names_of(neurons_));
        std::vector<std::string> also;
        std::shared_ptr<const EventNeuron> cells;
        std::vector<std::shared_ptr<const EventNeuron>> events;
        const GradedCells* graded = nullptr;
        const OwnNeuron* own = nullptr;
        if (kind != nullptr) {
            const std::vector<Descriptor>& rows = known.descriptors();
            const std::string neuron = std::get<std::string>(read_value(*kind, rows.front()));
            graded = graded_named(graded_cells(), neuron);
            own = neuron_named(neurons_, neuron);
            if (own != nullptr && own->is_graded()) {
                for (const equations::Parameter& of : own->parameters()) also.push_back(of.name);
            } else if (graded == nullptr) {
                also = {"initial", "traces"};
                cells = own != nullptr ? own->with(compartments_of(table), run_time(experiment_, "step", 1))
                                       : event_neuron_named(neuron);
                events = events_of(table);
                for (const CellParameter& of : cells->parameters()) also.emplace_back(of.name);
                for (const auto& one : events)
                    for (const CellParameter& of : one->parameters()) also.emplace_back(of.name);
            } else {
                also = names_of(graded->parameters);
            }
        }
        const PopulationSection section = known.read(table, also);
        if (cells != nullptr) cells = driven_by(section.compartments, cells);
        Population made{.name = name,
                        .units = static_cast<std::size_t>(section.size),
                        .compartments = section.compartments,
                        .cells = cells,
                        .events = std::move(events)};
        if (made.cells == nullptr && !section.events.empty())
            refuse(table, "events", fmt::format("events of '{}', which has none", section.neuron), "cells that fire");
        if (graded != nullptr) graded->give(made, only(table, graded->parameters));
        else if (own != nullptr && own->is_graded()) own->give(made, table);
        else firing(made, table);
        require_distinct(made, table);
        circuit_.add(std::move(made));
    }

    static std::vector<std::string> compartments_of(const Node& table) {
        const Node* const node = table.find("compartments");
        if (node == nullptr) return {};
        const std::vector<Descriptor> rows = population_table().descriptors();
        return std::get<std::vector<std::string>>(read_value(*node, *find_named(rows, "compartments")));
    }

    /// The cells, or those of the same name that see these compartments.
    static std::shared_ptr<const EventNeuron> driven_by(const std::vector<std::string>& compartments,
                                                        std::shared_ptr<const EventNeuron> cells) {
        const auto others = event_neuron_in_compartments(std::string(cells->info().name));
        if (others == nullptr) return cells;
        const bool are_there = std::ranges::all_of(others->reads(), [&](const Read& read) {
            return std::ranges::find(compartments, read.column) != compartments.end();
        });
        return are_there ? others : cells;
    }

    /// What is told apart in the spikes, each kind once and after those that it looks at.
    static std::vector<std::shared_ptr<const EventNeuron>> events_of(const Node& table) {
        const Node* const node = table.find("events");
        if (node == nullptr) return {};
        const std::vector<Descriptor> rows = population_table().descriptors();
        const auto row = std::ranges::find(rows, "events", &Descriptor::name);
        std::vector<std::string> known{std::string(spike)};
        std::vector<std::shared_ptr<const EventNeuron>> all;
        const auto names = std::get<std::vector<std::string>>(read_value(*node, *row));
        for (const std::string& name : names) {
            if (std::ranges::find(known, name) != known.end())
                refuse(table, "events", "'" + name + "' twice", "it once");
            all.push_back(kind_of_event_named(name));
            for (const Read& read : all.back()->reads())
                if (std::ranges::find(known, read.column) == known.end())
                    refuse(table, "events", "'" + name + "'", fmt::format("'{}' before it", read.column));
            known.push_back(name);
        }
        return all;
    }

    static void require_distinct(const Population& made, const Node& table) {
        std::vector<std::string> columns = columns_of(made);
        for (const std::string& column : made.compartments) {
            require_name(column, *table.find(table.find("compartments") ? "compartments" : "neuron"));
            if (std::ranges::count(columns, column) > 1)
                refuse(table, "compartments", "'" + column + "' twice",
                       fmt::format("names that are not yet columns of '{}'", made.name));
        }
    }

    /// What cells that fire have besides.
    void firing(Population& made, const Node& table) const {
        for (const auto& cells : event_neurons_of(made))
            for (const CellParameter& of : cells->parameters())
                if (const Node* node = table.find(of.name))
                    made.parameters.insert({std::string(of.name), read_quantity(*node, std::string(of.unit))});
        if (const Node* initial = table.find("initial")) states(*initial, made);
        if (const Node* traces = table.find("traces")) add_traces(*traces, made);
        std::vector<std::string> known = columns_of(made);
        for (const Read& read : made.cells->reads()) {
            if (std::ranges::find(known, read.column) != known.end()) continue;
            made.compartments.push_back(read.column);
            known.push_back(read.column);
        }
    }

    /// { rate = "20 ms" }: rates in Hz, whose mean is that of the cell whatever the step.
    void add_traces(const Node& table, Population& made) const {
        const double dt = run_time(experiment_, "step", 1);
        for (const auto& [column, node] : table.members()) {
            require_name(column, node);
            const std::vector<std::string> known = columns_of(made);
            if (std::ranges::find(known, column) != known.end())
                throw InputError({node.place, node.key, "'" + column + "'",
                                  fmt::format("a name beside the columns {}", fmt::join(known, ", ")), ""});
            const double tau = std::get<double>(read_value(node, {node.key, "ms", 1.0, positive, {}, {}}));
            constexpr double per_second = 1000;
            made.traces.push_back({.column = column, .tau = tau, .gain = -std::expm1(-dt / tau) / dt * per_second});
        }
    }

    static void states(const Node& table, Population& made) {
        std::vector<Descriptor> known;
        for (const auto& cells : event_neurons_of(made))
            for (const CellColumn& column : cells->begun())
                known.push_back({std::string(column.name), std::string(column.unit), 0.0, {}, {}, {}});
        refuse_unknown_keys(table, known);
        for (const Descriptor& column : known)
            if (const Node* node = table.find(column.name))
                made.initial.insert({column.name, read_quantity(*node, column.unit)});
    }

    /// What spikes reach, and in which unit.
    struct Reached {
        std::string name, unit;
    };
    Reached reached(const Node& table, PopulationId target, const std::string& receptor,
                    const std::string& compartment) const {
        const Population& population = circuit_.populations[target];
        if (receptor.empty() == compartment.empty())
            refuse(table, "receptor", receptor.empty() ? "neither a receptor nor a compartment" : "both",
                   "a receptor or a compartment");
        if (receptor.empty()) return {compartment_named(population, table, "compartment", compartment), "1"};
        if (population.cells == nullptr)
            refuse(table, "receptor", fmt::format("'{}' in '{}', whose cells are graded", receptor, population.name),
                   fmt::format("a compartment, such as {}", fmt::join(population.compartments, ", ")));
        try {
            return {receptor, std::string(population.cells->receptor(receptor).column.unit)};
        } catch (const std::invalid_argument& error) {
            const Node& node = *table.find("receptor");
            throw InputError(
                {node.place, node.key, "", "", fmt::format("{}, in the cells of '{}'", error.what(), population.name)});
        }
    }

    void projection(const std::string& name, const Node& table) {
        std::vector<std::string> also{"weight", "delay", "short_term"};
        Plastic plastic = plasticity_of(table, also);
        const ProjectionSection section = projection_table(names_of(rules_)).read(table, also);
        for (const std::string& key : keys_of_graded())
            if (table.find(key) != nullptr)
                refuse(table, key, "a key of projections that carry a signal", "none here: this one carries spikes");
        if (section.delay_on == "axon") plastic.delay = Attribution::axonal;
        EventProjection made{.name = name,
                             .source = population_named(circuit_, table, "source", section.source),
                             .target = population_named(circuit_, table, "target", section.target)};
        const Reached to = reached(table, made.target, section.receptor, section.compartment);
        made.receptor = to.name;
        made.event = event_named(made.source, table, "event", section.event);
        connect(made, table, section, to.unit);
        if (const OwnRule* own = rule_named(rules_, section.plasticity))
            plastic.rule = own->for_events(table, circuit_.populations[made.target], to.unit);
        if (plastic.rule) read_numbers(plastic, name, table, to.unit);
        made.plastic = std::move(plastic);
        const auto signed_populations = [&](const char* key, const std::vector<std::string>& names, auto& into) {
            if (names.size() > 2) refuse(table, key, fmt::format("{} populations", names.size()), "at most two");
            for (const std::string& one : names)
                into.push_back({population_named(circuit_, table, key, one), into.empty() ? 1.0 : -1.0});
        };
        std::vector<std::string> instructors, kinds;
        for (const std::string& one : section.instructed_by) {
            const std::size_t dot = one.find('.');
            instructors.push_back(one.substr(0, dot));
            kinds.push_back(dot == std::string::npos ? std::string(spike) : one.substr(dot + 1));
        }
        signed_populations("instructed_by", instructors, made.plastic.instructors);
        for (std::size_t k = 0; k < kinds.size(); ++k) {
            Instructor& one = made.plastic.instructors[k];
            one.event = event_named(one.population, table, "instructed_by", kinds[k]);
        }
        if (made.plastic.rule != nullptr && kinds.empty())
            for (const PostEvent& one : made.plastic.rule->post_events())
                event_named(made.target, table, "plasticity", std::string(one.event));
        signed_populations("rewarded_by", section.rewarded_by, made.plastic.modulators);
        if (!made.plastic.modulators.empty() && !made.plastic.rule->eligibility({name, made.plastic.parameters}))
            refuse(table, "rewarded_by", "a reward", fmt::format("none: {} has no eligibility", section.plasticity));
        circuit_.add(std::move(made));
    }

    /// One of the events of a population.
    std::string event_named(PopulationId of, const Node& table, const char* key, const std::string& name) const {
        const Population& population = circuit_.populations[of];
        std::vector<std::string> events;
        for (const auto& cells : event_neurons_of(population)) events.push_back(cells->event());
        if (std::ranges::find(events, name) == events.end())
            refuse(table, key, fmt::format("'{}' of '{}'", name, population.name),
                   fmt::format("one of its events: {}",
                               events.empty() ? "none" : fmt::format("{}", fmt::join(events, ", "))));
        return name;
    }

    /// The rule, the names of whose numbers it adds to `known`.
    Plastic plasticity_of(const Node& table, std::vector<std::string>& known) const {
        const Node* node = table.find("plasticity");
        if (node == nullptr) return {};
        const std::vector<Descriptor> rows = projection_table(names_of(rules_)).descriptors();
        const auto row = std::ranges::find(rows, "plasticity", &Descriptor::name);
        const std::string name = std::get<std::string>(read_value(*node, *row));
        if (name == "none") return {};
        const OwnRule* own = rule_named(rules_, name);
        if (graded_named(graded_rules(), name) != nullptr || (own != nullptr && !own->is_of_events()))
            refuse(table, "plasticity", fmt::format("'{}', a rule for signals", name),
                   fmt::format("one of the rules for spikes {}", fmt::join(names_of_event_rules(), ", ")));
        if (own != nullptr) {
            for (const equations::Parameter& of : own->parameters()) known.push_back(of.name);
            return {};  // it is made when the unit of its weights is known
        }
        Plastic made{.rule = event_rule_named(name)};
        for (const CellParameter& of : made.rule->parameters()) known.emplace_back(of.name);
        return made;
    }

    /// Its numbers; those that are weights have the unit of the receptor.
    static void read_numbers(Plastic& made, const std::string& projection, const Node& table, const std::string& unit) {
        for (const CellParameter& of : made.rule->parameters())
            if (const Node* number = table.find(std::string(of.name)))
                made.parameters.insert(
                    {std::string(of.name),
                     std::get<double>(read_value(
                         *number,
                         {number->key, of.unit == of_weights ? unit : std::string(of.unit), of.preset, {}, {}, {}}))});
        try {
            made.rule->check({projection, made.parameters});
        } catch (const std::invalid_argument& error) {
            refuse(table, "plasticity", error.what(), "");
        }
    }

    void input(const std::string& name, const Node& table) {
        const InputSection section = read_input(table);
        const PopulationId target = population_named(circuit_, table, "target", section.target);
        const Reached to = reached(table, target, section.receptor, section.compartment);
        circuit_.add(read_drive(name, table, section, {target, circuit_.populations[target].units, to.name, to.unit}));
    }

    const Node& experiment_;
    std::vector<OwnNeuron> neurons_;
    std::vector<OwnRule> rules_;
    ModelCircuit circuit_;
};

}  // namespace

Model model() {
    Model made;
    made.name = "network";
    made.text = "A network of one's own: populations, that fire or are graded, projections and inputs, each a section.";
    made.modes = {Mode::settled, Mode::continuous, Mode::spiking};
    made.needs_task = false;
    made.shared = keys_of_rates();
    made.sections = sections();
    made.build = [](const Node& experiment, const TaskShape& task) { return Builder(experiment).build(task); };
    return made;
}

}  // namespace apical::network
