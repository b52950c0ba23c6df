#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/components.hpp"
#include "models/network/connections.hpp"
#include "models/network/inputs.hpp"
#include "models/network/model.hpp"
#include "models/network/quantities.hpp"
#include "models/network/sections.hpp"
#include "sim/core/name.hpp"

namespace apical::network {
namespace {

/// Every [section.NAME], in the order of the file.
template <class Each>
void for_each(const Node& experiment, const char* section, const Each& each) {
    const Node* tables = experiment.find(section);
    if (tables == nullptr) return;
    for (const auto& [name, table] : tables->members()) {
        if (!table.is_table())
            throw InputError({table.place, table.key, "a value", fmt::format("a table: [{}.{}]", section, name), ""});
        require_name(name, table);
        each(name, table);
    }
}

class Builder {
   public:
    explicit Builder(const Node& experiment) : experiment_(experiment) { circuit_.name = "network"; }

    Circuit build() {
        for_each(experiment_, "population", [&](const auto& name, const Node& table) { population(name, table); });
        if (circuit_.populations.empty())
            throw InputError({experiment_.find("circuit")->place, "population", "no population",
                              "at least one section [population.NAME]", ""});
        for_each(experiment_, "projection", [&](const auto& name, const Node& table) { projection(name, table); });
        for_each(experiment_, "input", [&](const auto& name, const Node& table) { input(name, table); });
        return std::move(circuit_);
    }

   private:
    void population(const std::string& name, const Node& table) {
        const Node* kind = table.find("neuron");
        std::vector<std::string> also{"initial"};
        std::shared_ptr<const EventNeuron> cells;
        if (kind != nullptr) {
            const std::vector<Descriptor> rows = population_table().descriptors();
            cells = event_neuron_named(std::get<std::string>(read_value(*kind, rows.front())));
            for (const CellParameter& of : cells->parameters()) also.emplace_back(of.name);
        }
        const PopulationSection section = population_table().read(table, also);
        Population made{.name = name, .units = static_cast<std::size_t>(section.size), .cells = cells};
        for (const CellParameter& of : cells->parameters())
            if (const Node* node = table.find(of.name))
                made.parameters.insert({std::string(of.name), read_quantity(*node, std::string(of.unit))});
        if (const Node* initial = table.find("initial")) states(*initial, made);
        circuit_.add(std::move(made));
    }

    static void states(const Node& table, Population& made) {
        std::vector<Descriptor> known;
        for (const CellColumn& column : made.cells->begun())
            known.push_back({std::string(column.name), std::string(column.unit), 0.0, {}, {}, {}});
        refuse_unknown_keys(table, known);
        for (const Descriptor& column : known)
            if (const Node* node = table.find(column.name))
                made.initial.insert({column.name, read_quantity(*node, column.unit)});
    }

    PopulationId population_named(const Node& section, const std::string& key, const std::string& name) const {
        std::vector<std::string> names;
        for (PopulationId p{}; p < circuit_.populations.size(); ++p) {
            if (circuit_.populations[p].name == name) return p;
            names.push_back(circuit_.populations[p].name);
        }
        refuse(section, key, "'" + name + "'", fmt::format("one of the populations {}", fmt::join(names, ", ")));
    }

    /// The unit of what reaches a receptor.
    std::string unit_of(const Node& section, PopulationId target, const std::string& receptor) const {
        const Population& population = circuit_.populations[target];
        try {
            return std::string(population.cells->receptor(receptor).column.unit);
        } catch (const std::invalid_argument& error) {
            const Node& node = *section.find("receptor");
            throw InputError(
                {node.place, node.key, "", "", fmt::format("{}, in the cells of '{}'", error.what(), population.name)});
        }
    }

    void projection(const std::string& name, const Node& table) {
        std::vector<std::string> also{"weight", "delay", "short_term"};
        Plastic plastic = plasticity_of(name, table, also);
        const ProjectionSection section = projection_table().read(table, also);
        if (section.delay_on == "axon") plastic.delay = Attribution::axonal;
        EventProjection made{.name = name,
                             .source = population_named(table, "source", section.source),
                             .target = population_named(table, "target", section.target),
                             .receptor = section.receptor};
        connect(made, table, section, unit_of(table, made.target, section.receptor));
        made.plastic = std::move(plastic);
        const auto signed_populations = [&](const char* key, const std::vector<std::string>& names, auto& into) {
            if (names.size() > 2) refuse(table, key, fmt::format("{} populations", names.size()), "at most two");
            for (const std::string& one : names)
                into.push_back({population_named(table, key, one), into.empty() ? 1.0 : -1.0});
        };
        signed_populations("instructed_by", section.instructed_by, made.plastic.instructors);
        signed_populations("rewarded_by", section.rewarded_by, made.plastic.modulators);
        if (!made.plastic.modulators.empty() && !made.plastic.rule->eligibility({name, made.plastic.parameters}))
            refuse(table, "rewarded_by", "a reward", fmt::format("none: {} has no eligibility", section.plasticity));
        circuit_.add(std::move(made));
    }

    /// The rule with its numbers, whose names it adds to `known`.
    static Plastic plasticity_of(const std::string& projection, const Node& table, std::vector<std::string>& known) {
        const Node* node = table.find("plasticity");
        if (node == nullptr) return {};
        const std::vector<Descriptor> rows = projection_table().descriptors();
        const auto row = std::ranges::find(rows, "plasticity", &Descriptor::name);
        const std::string name = std::get<std::string>(read_value(*node, *row));
        if (name == "none") return {};
        Plastic made{.rule = event_rule_named(name)};
        for (const CellParameter& of : made.rule->parameters()) {
            known.emplace_back(of.name);
            if (const Node* number = table.find(std::string(of.name)))
                made.parameters.insert(
                    {known.back(), std::get<double>(read_value(
                                       *number, {number->key, std::string(of.unit), of.preset, {}, {}, {}}))});
        }
        try {
            made.rule->check({projection, made.parameters});
        } catch (const std::invalid_argument& error) {
            refuse(table, "plasticity", error.what(), "");
        }
        return made;
    }

    void input(const std::string& name, const Node& table) {
        const InputSection section = read_input(table);
        const PopulationId target = population_named(table, "target", section.target);
        const std::string unit = unit_of(table, target, section.receptor);
        circuit_.add(read_drive(name, table, section, {target, circuit_.populations[target].units, unit}));
    }

    const Node& experiment_;
    Circuit circuit_;
};

}  // namespace

Model model() {
    Model made;
    made.name = "network";
    made.text = "A network of one's own: populations of cells that fire, projections and inputs, each a section.";
    made.modes = {Mode::spiking};
    made.has_task = false;
    made.sections = sections();
    made.build = [](const Node& experiment, const TaskShape&) { return ModelCircuit(Builder(experiment).build()); };
    return made;
}

}  // namespace apical::network
