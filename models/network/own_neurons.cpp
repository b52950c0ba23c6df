#include "models/network/own_neurons.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "models/components.hpp"
#include "models/graded.hpp"
#include "models/network/names.hpp"
#include "models/network/quantities.hpp"
#include "models/network/sections.hpp"
#include "sim/core/table.hpp"
#include "sim/equations/text_neuron.hpp"

namespace apical::network {
namespace {

using equations::Dimension, equations::Formula, equations::Scheme, equations::TextNeuron;

constexpr std::array keys_of_neurons{"state", "next",       "stepper", "initial",   "fires",
                                     "reset", "refractory", "inputs",  "receptors", "signals"};

const Dimension in_time = equations::unit_from("ms").dimension;

/// A unit of the system inside: what arrives is counted in it.
equations::Unit unit_at(const Node& node) {
    const auto* const text = std::get_if<std::string>(&node.value);
    try {
        const equations::Unit unit = equations::unit_from(text == nullptr ? node.text() : *text);
        if (unit.factor == 1) return unit;
        throw InputError({node.place, node.key, node.text(),
                          fmt::format("{}, in which such columns are", equations::unit_of(unit.dimension)), ""});
    } catch (const std::invalid_argument& error) {
        throw InputError({node.place, node.key, error.what(), "a unit, such as \"pA\"", ""});
    }
}

/// The name of the unit of a state, whose exponents are to be whole as those of all columns.
std::string unit_of_state(const Text& initial, const Dimension& dimension) {
    std::string unit = equations::unit_of(dimension);
    try {
        equations::unit_from(unit);
    } catch (const std::invalid_argument&) {
        throw InputError({initial.node->place, initial.node->key, "a number in " + unit,
                          "one in a unit whose exponents are whole", ""});
    }
    return unit;
}

const Node& table_at(const Node& node, const char* of) {
    if (!node.is_table()) throw InputError({node.place, node.key, node.kind(), fmt::format("a table of {}", of), ""});
    return node;
}

}  // namespace

OwnNeuron::OwnNeuron(std::string name, const Node& section)
    : name_(std::move(name)), section_(&section), parameters_(parameters_in(section, keys_of_neurons)) {
    for (const equations::Parameter& of : parameters_)
        if (find_named(population_table().descriptors(), of.name) != nullptr || of.name == "traces")
            refuse(section, of.name, section.find(of.name)->text(),
                   "a parameter of another name, since populations have a key of this one");
    const Node* const fires = section.find("fires");
    if (fires == nullptr) {
        read_graded();
        return;
    }
    fires_ = text_of(*fires);
    if (section.find("signals") != nullptr)
        refuse(section, "signals", "signals of cells that fire", "none: they are of graded cells, without `fires`");
    if (const Node* const refractory = section.find("refractory")) refractory_ = text_of(*refractory);
    if (const Node* const stepper = section.find("stepper")) {
        constexpr std::array schemes{std::pair{"exponential_euler", Scheme::exponential_euler},
                                     std::pair{"euler", Scheme::euler}, std::pair{"rk4", Scheme::rk4}};
        const Descriptor row{stepper->key, "1", std::string{}, {}, {"exponential_euler", "euler", "rk4"}, {}};
        const auto wanted = std::get<std::string>(read_value(*stepper, row));
        for (const auto& [known, scheme] : schemes)
            if (wanted == known) scheme_ = scheme;
    }
    read_columns();
    read_states("state", true);
    read_states("next", false);
    if (states_.empty()) refuse(section, "state", "nothing", "a state, such as state.u = \"(E_L - u) / tau\"");
    read_resets();
    equation_ += fmt::format("; fires where {}", fires_->expression.text);
    for (const State& of : states_)
        if (of.reset) equation_ += fmt::format(", {} <- {}", of.name, of.reset->expression.text);
}

std::vector<std::string> OwnNeuron::columns() const {
    std::vector<std::string> all{std::string(refractory.name), std::string(spike.name)};
    for (const Column& of : inputs_) all.push_back(of.name);
    for (const Receptor& of : receptors_) all.push_back(of.column.name);
    for (const State& of : states_) all.push_back(of.name);
    for (const equations::Parameter& of : parameters_) all.push_back(of.name);
    return all;
}

void OwnNeuron::require_column_name(const std::string& name, const Node& node) const {
    require_symbol(name, node);
    const std::vector<std::string> taken = columns();
    if (std::ranges::find(taken, name) != taken.end())
        throw InputError({node.place, node.key, "'" + name + "'",
                          "a name beside those of columns and parameters: " + fmt::format("{}", fmt::join(taken, ", ")),
                          ""});
}

void OwnNeuron::read_columns() {
    if (const Node* const inputs = section_->find("inputs"))
        for (const auto& [name, unit] : table_at(*inputs, "names and units").members()) {
            require_column_name(name, unit);
            inputs_.push_back({name, unit_at(unit)});
        }
    if (const Node* const receptors = section_->find("receptors"))
        for (const auto& [name, node] : table_at(*receptors, "names, each with unit and tau").members()) {
            require_column_name(name, node);
            refuse_unknown_keys(table_at(node, "unit and tau"), {}, {"unit", "tau"});
            for (const char* key : {"unit", "tau"})
                if (node.find(key) == nullptr) refuse(node, key, "nothing", "this key");
            receptors_.push_back({{name, unit_at(*node.find("unit"))}, text_of(*node.find("tau"))});
        }
}

void OwnNeuron::read_states(const char* key, bool is_slope) {
    const Node* const states = section_->find(key);
    if (states == nullptr) return;
    const Node* const initial = section_->find("initial");
    if (initial != nullptr) table_at(*initial, "what states begin with");
    for (const auto& [name, node] : table_at(*states, "states").members()) {
        require_column_name(name, node);
        const Node* const begins = initial == nullptr ? nullptr : initial->find(name);
        if (begins == nullptr)
            refuse(*section_, "initial." + name, "nothing",
                   fmt::format("what '{}' is before the first step, whose unit is its own", name));
        states_.push_back({name, text_of(node), is_slope, text_of(*begins)});
        const std::string& text = states_.back().change.expression.text;
        if (!equation_.empty()) equation_ += ", ";
        equation_ += is_slope ? fmt::format("d{}/dt = {}", name, text) : fmt::format("{}(t + dt) = {}", name, text);
    }
}

void OwnNeuron::read_resets() {
    std::vector<std::string> names;
    names.reserve(states_.size());
    for (const State& state : states_) names.push_back(state.name);
    if (const Node* const initial = section_->find("initial")) refuse_unknown_keys(*initial, {}, names);
    const Node* const reset = section_->find("reset");
    if (reset == nullptr || table_at(*reset, "states").members().empty())
        refuse(*section_, "reset", "nothing", fmt::format("what a spike makes of a state, such as reset.{}", names[0]));
    refuse_unknown_keys(*reset, {}, names);
    for (State& state : states_)
        if (const Node* const node = reset->find(state.name)) state.reset = text_of(*node);
}

std::shared_ptr<const EventNeuron> OwnNeuron::with(const std::vector<std::string>& compartments, double dt) const {
    Names known;
    for (const equations::Parameter& of : parameters_) known.add(of, of.preset.number);
    known.add({"dt", {dt, in_time, "ms", dt, 1}}, dt);
    TextNeuron made{.name = name_, .equation = equation_, .parameters = parameters_};
    Names names = known;
    std::vector<equations::Decay> decays;
    for (const Column& of : inputs_) {
        names.symbols.push_back({of.name, false, of.unit.dimension});
        made.inputs.push_back({of.name, equations::unit_of(of.unit.dimension)});
    }
    for (const Receptor& of : receptors_) {
        names.symbols.push_back({of.column.name, false, of.column.unit.dimension});
        made.receptors.push_back({{of.column.name, equations::unit_of(of.column.unit.dimension)},
                                  formula_of(of.tau, known, {false, in_time})});
        decays.push_back({of.column.name, of.tau.expression});
    }
    std::vector<Formula> initial;
    for (const State& of : states_) {
        initial.push_back(formula_of(of.initial, known, {}));
        names.symbols.push_back({of.name, false, initial.back().dimension()});
    }
    const std::vector<std::string> own = columns();
    for (const std::string& compartment : compartments) {
        if (std::ranges::find(own, compartment) != own.end())
            throw InputError({section_->place, section_->key, "'" + compartment + "', a name of its own",
                              "another name, since a population of such cells has a compartment of this one", ""});
        names.symbols.push_back({compartment, false, {}});
    }

    // With the compartments that it sees.
    const auto formula = [&](const Text& text, const Formula::Wanted& wanted) {
        Formula found = formula_of(text, names, wanted);
        for (const Read& read : found.inputs()) {
            if (read.instant != Instant::now)
                throw InputError({text.node->place, text.node->key, "previous(" + read.column + ")",
                                  "columns as they are: a cell that fires goes from one step to the next", ""});
            const bool is_seen = std::ranges::find(made.sees, read.column, &Read::column) != made.sees.end();
            if (!is_seen && std::ranges::find(own, read.column) == own.end()) made.sees.push_back(read);
        }
        return found;
    };
    std::vector<equations::Slope> slopes;
    for (std::size_t k = 0; k < states_.size(); ++k) {
        const State& of = states_[k];
        const Dimension& unit = initial[k].dimension();
        formula(of.change, {false, of.is_slope ? unit / in_time : unit});
        if (of.is_slope) slopes.push_back({of.name, of.change.expression});
    }
    std::size_t slope = 0;
    for (std::size_t k = 0; k < states_.size(); ++k) {
        const State& of = states_[k];
        const Dimension& unit = initial[k].dimension();
        Text next = of.change;
        if (of.is_slope) {
            try {
                next.expression = equations::step_of(scheme_, slope++, slopes, decays);
            } catch (const equations::ExpressionError& error) {
                throw InputError({place_within(*of.change.node, error.at), of.change.node->key, error.found,
                                  error.expected, error.hint});
            }
        }
        const Text as_it_is{of.change.node, equations::parse(of.name)};
        made.states.push_back({{of.name, unit_of_state(of.initial, unit)},
                               formula(next, {false, unit}),
                               formula(of.reset ? *of.reset : as_it_is, {false, unit}),
                               initial[k]});
    }
    made.fires = formula(*fires_, {true, {}});
    if (refractory_) made.refractory = formula_of(*refractory_, known, {false, in_time});
    return equations::event_neuron(std::move(made));
}

std::vector<OwnNeuron> own_neurons(const Node& experiment) {
    std::vector<OwnNeuron> all;
    const std::vector<std::string> shipped = names_of_event_neurons();
    for_each(experiment, "neuron", [&](const std::string& name, const Node& section) {
        if (std::ranges::find(shipped, name) != shipped.end() || graded_named(graded_cells(), name) != nullptr)
            throw InputError({section.place, section.key, "'" + name + "'", "a name that no neuron has yet", ""});
        all.emplace_back(name, section);
    });
    return all;
}

const OwnNeuron* neuron_named(const std::vector<OwnNeuron>& neurons, const std::string& name) {
    const auto found = std::ranges::find(neurons, name, &OwnNeuron::name);
    return found == neurons.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const std::vector<OwnNeuron>& neurons) {
    std::vector<std::string> names;
    names.reserve(neurons.size());
    for (const OwnNeuron& neuron : neurons) names.push_back(neuron.name());
    return names;
}

}  // namespace apical::network
