#include "models/network/sections.hpp"

#include <utility>

#include "models/components.hpp"

namespace apical::network {

const Table<PopulationSection>& population_table() {
    using P = PopulationSection;
    static const Table<P> rows{
        {"neuron", &P::neuron, "1", "The cells; `apical describe NEURON` lists their parameters, which stand here too.",
         one_of(names_of_event_neurons()), true},
        {"size", &P::size, "1", "How many cells there are.", between(1, 4294967295.0), true},
    };
    return rows;
}

const Table<ProjectionSection>& projection_table() {
    using P = ProjectionSection;
    static const std::vector<std::string> rules = [] {
        std::vector<std::string> names = names_of_event_rules();
        names.insert(names.begin(), "none");
        return names;
    }();
    static const Table<P> keys{
        {"source", &P::source, "1", "Population whose spikes are carried.", {}, true},
        {"target", &P::target, "1", "Population that they reach.", {}, true},
        {"receptor", &P::receptor, "1", "What they reach there: an input or a receptor of its cells.", {}, true},
        {"rule", &P::rule, "1",
         "Which synapses there are: all, cell i to cell i, every pair with `probability`, or `count` to every target, "
         "of every source, or in all.",
         one_of("all_to_all", "one_to_one", "probability", "in_degree", "out_degree", "total")},
        {"probability", &P::probability, "1", "Probability of a synapse between two cells.", fraction},
        {"count", &P::count, "1", "Synapses of a target, of a source, or in all.", between(0, 1e15)},
        {"autapses", &P::autapses, "1", "Whether a cell may have a synapse to itself."},
        {"multapses", &P::multapses, "1", "Whether one cell may have several synapses to another."},
        {"plasticity", &P::plasticity, "1",
         "How weights change with spikes; `apical describe RULE` lists its numbers, which stand here too.",
         one_of(rules)},
        {"delay_on", &P::delay_on, "1",
         "Where the delay lies, as plasticity sees it: at the synapse presynaptic spikes meet postsynaptic ones that "
         "are "
         "a delay old (dendrite), or come a delay late (axon).",
         one_of("dendrite", "axon")},
        {"instructed_by", &P::instructed_by, "1",
         "Populations of as many cells as the target, whose spikes plasticity takes for those of the target, cell by "
         "cell: those of the first count 1, of the second, if there is one, -1. None: the target itself."},
        {"rewarded_by", &P::rewarded_by, "1",
         "Populations each spike of which rewards all synapses, by a rule with eligibility: those of the first by 1, "
         "of "
         "the second, if there is one, by -1."},
    };
    static const Table<P> rows =
        Table<P>(keys)
            .where({has("rule", "probability")}, {"probability"})
            .where({has("rule", "in_degree", "out_degree", "total")}, {"count", "multapses"})
            .where({has_not("plasticity", "none")}, {"delay_on", "instructed_by", "rewarded_by"});
    return rows;
}

const Table<InputSection>& input_table() {
    using I = InputSection;
    static const Table<I> rows{
        {"target", &I::target, "1", "Population whose cells have Poisson input, each its own.", {}, true},
        {"receptor", &I::receptor, "1", "What it reaches there: an input or a receptor of its cells.", {}, true},
    };
    return rows;
}

namespace {

std::vector<Descriptor> with(std::vector<Descriptor> keys, std::initializer_list<Descriptor> quantities) {
    keys.insert(keys.end(), quantities);
    return keys;
}

Descriptor quantity(std::string name, std::string unit, std::string text) {
    Descriptor row{std::move(name), std::move(unit), 1.0, {}, {}, std::move(text)};
    row.required = true;
    return row;
}

}  // namespace

std::vector<Section> sections() {
    const Descriptor weight = quantity("weight", "1", "What a spike adds, in the unit of the receptor.");
    return {
        {"population",
         "Cells that fire, with the parameters of their neuron. Any of these, and in `initial` what a column "
         "begins with, is a "
         "number, a list of one a cell, or drawn: { normal = [mean, deviation], within = [lower, upper] }, "
         "{ lognormal = [mu, sigma] }, { uniform = [low, high] }.",
         population_table().descriptors(), true},
        {"projection", "Synapses that carry the spikes of a population to another. Quantities may be drawn, too.",
         with(projection_table().descriptors(),
              {weight, quantity("delay", "ms",
                                "From a spike to its arrival: whole steps, at least one; drawn ones are rounded.")}),
         true},
        {"input", "Poisson spikes from outside, every cell its own.",
         with(input_table().descriptors(), {quantity("rate", "Hz", "Rate of all sources of a cell together."), weight}),
         true}};
}

}  // namespace apical::network
