#include <fmt/format.h>

#include <algorithm>

#include "models/network/own_neurons.hpp"
#include "models/network/quantities.hpp"
#include "sim/equations/text_graded.hpp"

namespace apical::network {

using equations::Dimension;

void OwnNeuron::read_graded() {
    for (const char* key : {"next", "stepper", "initial", "reset", "refractory", "receptors"})
        if (section_->find(key) != nullptr)
            refuse(*section_, key, section_->find(key)->text(),
                   "fires = \"...\" with it, which says when cells fire, or none: graded cells have no such key");
    read_columns();
    for (const Column& of : inputs_)
        if (!(of.unit.dimension == Dimension{}))
            refuse(*section_, "inputs." + of.name, equations::unit_of(of.unit.dimension),
                   "\"1\": columns of graded cells are pure numbers");
    if (const Node* const states = section_->find("state"))
        for (const auto& [name, node] : states->members()) {
            require_column_name(name, node);
            states_.push_back({name, text_of(node), true});
            equation_ += fmt::format("{}d{}/dt = {}", equation_.empty() ? "" : ", ", name,
                                     states_.back().change.expression.text);
        }
    if (const Node* const signals = section_->find("signals"))
        for (const auto& [name, node] : signals->members()) {
            require_column_name(name, node);
            signals_.emplace_back(name, text_of(node));
            equation_ +=
                fmt::format("{}{} = {}", equation_.empty() ? "" : ", ", name, signals_.back().second.expression.text);
        }
    if (states_.empty() && signals_.empty())
        refuse(*section_, "state", "nothing", "a state, such as state.soma = \"(basal - soma) / tau\", or signals");
}

void OwnNeuron::give(Population& population, const Node& section) const {
    Names known{{}, {}, "in " + section.key};
    for (const equations::Parameter& of : parameters_) known.add(of, given(of, section) * of.preset.factor);
    Names names = known;
    std::vector<std::string> inputs;
    for (const Column& of : inputs_) inputs.push_back(of.name);
    population.compartments.insert(population.compartments.begin(), inputs.begin(), inputs.end());
    const std::vector<std::string> own = columns();
    for (const std::string& compartment : population.compartments) {
        if (std::ranges::find(inputs, compartment) == inputs.end() && std::ranges::find(own, compartment) != own.end())
            throw InputError({section_->place, section_->key, "'" + compartment + "', a name of its own",
                              "another name, since " + section.key + " has a compartment of this one", ""});
        names.symbols.push_back({compartment, false, {}});
    }
    for (const State& of : states_) names.symbols.push_back({of.name, false, {}});
    const Dimension a_rate = equations::unit_from("1/ms").dimension;
    for (const State& of : states_) {
        formula_of(of.change, names, {false, a_rate});
        Text rate = of.change, target = of.change;
        try {
            const equations::Relaxation relaxes = equations::relaxation_of({of.name, of.change.expression});
            rate.expression = relaxes.rate;
            target.expression = relaxes.target;
        } catch (const equations::ExpressionError& error) {
            throw InputError({place_within(*of.change.node, error.at), of.change.node->key, error.found, error.expected,
                              error.hint});
        }
        const double decays = number_of(rate, known, {false, a_rate});
        if (!(decays > 0))
            throw InputError({of.change.node->place, of.change.node->key, fmt::format("a rate of {} 1/ms", -decays),
                              fmt::format("one below 0, with which '{}' decays", of.name), known.where});
        population.neurons.push_back(equations::neuron(
            {name_, equation_, of.name, decays, formula_of(target, names, {false, Dimension{}}), known.parameters}));
    }
    for (const auto& [name, text] : signals_) {
        population.signals.push_back(
            equations::signal({name, formula_of(text, names, {false, Dimension{}}), known.parameters}));
        names.symbols.push_back({name, false, {}});
    }
}

}  // namespace apical::network
