#include "models/network/sections.hpp"

#include <utility>

#include "models/components.hpp"
#include "models/graded.hpp"

namespace apical::network {

namespace {

template <class Parts>
void add_names(const Parts& parts, std::vector<std::string>& names) {
    for (const auto& part : parts) names.emplace_back(part.info.name);
}

std::vector<std::string> names_of_cells() {
    std::vector<std::string> names = names_of_event_neurons();
    add_names(graded_cells(), names);
    return names;
}

std::vector<std::string> names_of_rules() {
    std::vector<std::string> names = names_of_event_rules();
    names.insert(names.begin(), "none");
    add_names(graded_rules(), names);
    return names;
}

}  // namespace

const std::vector<std::string>& keys_of_spikes() {
    static const std::vector<std::string> keys{"receptor",   "event",         "multapses",  "delay_on",
                                               "short_term", "instructed_by", "rewarded_by"};
    return keys;
}

const std::vector<std::string>& keys_of_graded() {
    static const std::vector<std::string> keys{"signal", "weights", "transposed", "scale",
                                               "lower",  "upper",   "scaling",    "tau_plasticity"};
    return keys;
}

const Table<PopulationSection>& population_table() {
    static const Table<PopulationSection> rows = population_table({});
    return rows;
}

Table<PopulationSection> population_table(const std::vector<std::string>& own_neurons) {
    using P = PopulationSection;
    std::vector<std::string> neurons = names_of_cells();
    neurons.insert(neurons.end(), own_neurons.begin(), own_neurons.end());
    return Table<P>{
        {"neuron", &P::neuron, "1",
         "The cells, that fire or are graded; `apical describe NEURON` lists their parameters, which stand here too.",
         one_of(neurons), true},
        {"size", &P::size, "1", "How many cells there are.", between(1, 4294967295.0), true},
        {"compartments", &P::compartments, "1",
         "Further columns that graded projections reach: dendrites that rules see, by their names there (apical, "
         "lateral, ...), and that drive the cells burst_pyramidal if they are basal and apical. What other cells that "
         "fire see of their dendrites is there without being listed."},
        {"events", &P::events, "1",
         "What is told apart in the spikes of its cells: event (a spike alone, or the first of a burst), burst (the "
         "second of one). `apical describe` lists their parameters, which stand here too.",
         one_of(names_of_kinds_of_events())},
    };
}

const Table<ProjectionSection>& projection_table() {
    static const Table<ProjectionSection> rows = projection_table({});
    return rows;
}

Table<ProjectionSection> projection_table(const std::vector<std::string>& own_rules) {
    using P = ProjectionSection;
    std::vector<std::string> rules = names_of_rules();
    rules.insert(rules.end(), own_rules.begin(), own_rules.end());
    return Table<P>{
        {"source", &P::source, "1", "Population whose spikes, or whose signal, is carried.", {}, true},
        {"signal", &P::signal, "1",
         "Column of the source that graded synapses carry, W signal. Missing: the spikes of cells that fire; of others "
         "their rate."},
        {"target", &P::target, "1", "Population that is reached.", {}, true},
        {"receptor", &P::receptor, "1", "What spikes reach there: an input or a receptor of cells that fire."},
        {"event", &P::event, "1", "What of the source is carried: spikes, or another one of its events."},
        {"compartment", &P::compartment, "1",
         "What a signal reaches there, or spikes do where that is no receptor: a compartment."},
        {"rule", &P::rule, "1",
         "Which synapses there are: all, cell i to cell i, every pair with `probability`, `count` to every target, of "
         "every source, or in all, or those listed in `file`.",
         one_of("all_to_all", "one_to_one", "probability", "in_degree", "out_degree", "total", "list")},
        {"probability", &P::probability, "1", "Probability of a synapse between two cells.", fraction},
        {"count", &P::count, "1", "Synapses of a target, of a source, or in all.", between(0, 1e15)},
        {"file", &P::file, "1",
         "The synapses, as columns source and target, and if they differ weight (in the unit of the receptor) and "
         "delay (ms): of a CSV file, or data sets of an HDF5 file."},
        {"group", &P::group, "1", "Group of the HDF5 file that holds them."},
        {"autapses", &P::autapses, "1", "Whether a cell may have a synapse to itself."},
        {"multapses", &P::multapses, "1", "Whether one cell may have several synapses to another."},
        {"plasticity", &P::plasticity, "1",
         "How weights change, by a rule for spikes or one for signals; `apical describe RULE` lists its numbers, which "
         "stand here too.",
         one_of(std::move(rules))},
        {"delay_on", &P::delay_on, "1",
         "Where the delay lies, as plasticity sees it: at the synapse presynaptic spikes meet postsynaptic ones that "
         "are a delay old (dendrite), or come a delay late (axon).",
         one_of("dendrite", "axon")},
        {"instructed_by", &P::instructed_by, "1",
         "Populations of as many cells as the target, whose spikes plasticity takes for those of the target, cell by "
         "cell: those of the first count 1, of the second, if there is one, -1. POPULATION.EVENT: another event than "
         "spikes. None: the target itself."},
        {"rewarded_by", &P::rewarded_by, "1",
         "Populations each spike of which rewards all synapses, by a rule with eligibility: those of the first by 1, "
         "of the second, if there is one, by -1."},
        {"weights", &P::weights, "1",
         "Graded: the projection whose synapses these are, in place of own ones: they are stored and learn there."},
        {"transposed", &P::transposed, "1", "Graded: the synapses of `weights` are used backwards, from post to pre."},
        {"scale", &P::scale, "1", "Graded: what arrives is multiplied by this, and the weights are not."},
        {"lower", &P::lower, "1", "Graded: plastic weights never fall below this; missing: there is no bound."},
        {"upper", &P::upper, "1", "Graded: plastic weights never rise above this; missing: there is no bound."},
        {"scaling", &P::scaling, "1",
         "Graded: every cell keeps the sum of squares of the synapses that it receives (incoming), or sends "
         "(outgoing), at 1.",
         one_of("none", "incoming", "outgoing")},
        {"tau_plasticity", &P::tau_plasticity, "ms",
         "Graded: time constant of a low-pass through which every update goes, in time; 0: none.", non_negative},
    }
        .where({has("rule", "probability")}, {"probability"})
        .where({has("rule", "in_degree", "out_degree", "total")}, {"count"})
        .where({has("rule", "in_degree", "out_degree", "total", "list")}, {"multapses"})
        .where({has("rule", "list")}, {"file", "group"})
        .where({has_not("plasticity", "none")},
               {"delay_on", "instructed_by", "rewarded_by", "lower", "upper", "scaling", "tau_plasticity"})
        .where({has_not("weights", "")}, {"transposed"});
}

const Table<PortsSection>& ports_table() {
    using P = PortsSection;
    static const Table<P> rows{
        {"input", &P::input, "1", "Column that takes the sample; of clamped cells."},
        {"target", &P::target, "1", "Column that takes what a teacher compares with; of clamped cells."},
        {"answer", &P::answer, "1", "Column whose largest cell is the class."},
    };
    return rows;
}

const Table<TeacherSection>& teacher_table() {
    using T = TeacherSection;
    static const Table<T> rows{
        {"error", &T::error, "1", "Compartment that it puts the error into, minus the slope of task.loss.", {}, true},
        {"readout", &T::readout, "1", "Column that it looks at; missing: ports.answer."},
        {"target", &T::target, "1", "Column that it compares with; missing: ports.target."},
    };
    return rows;
}

const Table<LayerSection>& layer_table() {
    using L = LayerSection;
    static const Table<L> rows{
        {"population", &L::population, "1", "Cells of the layer.", {}, true},
        {"weights", &L::weights, "1", "Projection from the cells of the layer below.", {}, true},
        {"bias", &L::bias, "1", "Projection from a cell of rate 1."},
        {"downstream", &L::downstream, "1", "Population of downstream cells of the layer."},
        {"across", &L::across, "1", "Projection from the layer's cells to its downstream cells."},
        {"back_across", &L::back_across, "1", "Projection from its downstream cells to the layer's cells."},
        {"down", &L::down, "1", "Projection from its downstream cells to those of the layer below."},
        {"feedback", &L::feedback, "1", "Projection from the layer to the layer below, without downstream cells."},
    };
    return rows;
}

const Table<InputSection>& input_table() {
    using I = InputSection;
    static const Table<I> keys{
        {"kind", &I::kind, "1",
         "Poisson spikes, spikes at given times or at regular ones, a current or a noise current; each cell has its "
         "own.",
         one_of("poisson", "spikes", "regular", "current", "noise")},
        {"target", &I::target, "1", "Population that it reaches.", {}, true},
        {"receptor", &I::receptor, "1", "What it reaches there: an input or a receptor of cells that fire."},
        {"compartment", &I::compartment, "1", "What it reaches there, where that is no receptor: a compartment."},
        {"at_most_one", &I::at_most_one, "1",
         "Whether a cell has at most one Poisson spike in a step, with the probability rate times step."},
    };
    static const Table<I> rows = Table<I>(keys).where({has("kind", "poisson")}, {"at_most_one"});
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

/// A key of some kinds of inputs.
Descriptor of_kind(Descriptor row, std::initializer_list<const char*> kinds) {
    Requirement requirement{"kind", {}, false};
    for (const char* kind : kinds) requirement.values.emplace_back(std::string(kind));
    row.needs.push_back({requirement});
    return row;
}

std::vector<Descriptor> input_keys(const Descriptor& weight) {
    const auto optional = [](Descriptor row) {
        row.required = false;
        return row;
    };
    const auto text = [](std::string name, std::string says) {
        return Descriptor{std::move(name), "1", std::string{}, {}, {}, std::move(says)};
    };
    return with(
        input_table().descriptors(),
        {of_kind(weight, {"poisson", "spikes", "regular"}),
         of_kind(quantity("rate", "Hz", "Rate of all sources of a cell together."), {"poisson"}),
         of_kind(text("file",
                      "Spikes: an HDF5 file as SONATA has it, such as a results file, or a CSV file with columns time "
                      "(ms) and id. Rounded to whole steps."),
                 {"spikes"}),
         of_kind(text("population", "Population of the HDF5 file; not needed if it is the only one."), {"spikes"}),
         of_kind(optional(quantity("times", "ms", "In place of a file: times at which every cell has a spike.")),
                 {"spikes"}),
         of_kind(quantity("interval", "ms", "From one spike to the next, or from one noise value to the next."),
                 {"regular", "noise"}),
         of_kind(optional(quantity("first", "ms", "Time of the first spike; missing: after one interval.")),
                 {"regular"}),
         of_kind(quantity("amplitude", "1", "Current, in the unit of the input."), {"current"}),
         of_kind(optional(quantity("mean", "1", "Mean of the noise, in the unit of the input; missing: 0.")),
                 {"noise"}),
         of_kind(quantity("deviation", "1", "Standard deviation of the noise, in the unit of the input."), {"noise"}),
         of_kind(text("course",
                      "By what rates or currents are multiplied in time, as a table: { times = [...], factors = [...] }"
                      ", { file = \"course.csv\" } with columns time (ms) and factor, or { frequency = \"8 Hz\", "
                      "amplitude = 0.5, phase = 0 }: 1 + amplitude sin(2 pi frequency t + phase)."),
                 {"poisson", "current"})});
}

Descriptor key(std::string name, std::string says) {
    return {std::move(name), "1", std::string{}, {}, {}, std::move(says)};
}

std::vector<Descriptor> neuron_keys() {
    Descriptor stepper = key("stepper",
                             "How slopes make a step: exponential_euler, where a slope is linear in its own state, "
                             "euler or rk4, for any.");
    stepper.standard = std::string("exponential_euler");
    stepper.choices = {"exponential_euler", "euler", "rk4"};
    return {
        key("state",
            "Slopes of states, of columns of the cell and its compartments: state.u = \"(g_L * (E_L - u) + current) / "
            "C_m\"."),
        key("next", "In place of the slope of a state, what it is a step later: next.u = \"u + dt * ...\"."),
        std::move(stepper),
        key("initial", "What states are before the first step, of parameters, which gives them their units."),
        key("fires",
            "Condition of a spike, of what the step has made of the cell: \"u >= V_th\". Missing: the cells are "
            "graded, "
            "and have state (linear in itself), inputs (in unit \"1\") and signals alone."),
        key("reset",
            "What a spike makes of states: reset.u = \"V_r\". While the cell is refractory, those that are reset to "
            "parameters stay there, and the others go on."),
        key("refractory", "Refractory time, of parameters, whole steps; missing: none."),
        key("inputs", "What arrives in a step and is there for this step, with its unit: { current = \"pA\" }."),
        key("receptors", "What arrives and decays exponentially: { g = { unit = \"nS\", tau = \"tau_g\" } }.")};
}

std::vector<Descriptor> rule_keys() {
    return {
        key("post", "For signals: an expression of columns of the postsynaptic cell."),
        key("pre", "For signals: an expression of columns of the presynaptic cell."),
        key("gain", "For signals: factor of post pre^T, per presentation, of parameters; missing: 1."),
        key("decay", "For signals: what weights lose per presentation, of parameters; missing: 0."),
        key("terms", "For signals: several { post, pre, gain } in place of one."),
        key("at_post",
            "For spikes: what an event of the postsynaptic cell adds to the weight, of `weight`, traces, `amplitude` "
            "and "
            "columns of that cell."),
        key("at_pre", "For spikes: what the arrival of a presynaptic event adds to the weight, likewise."),
        key("on",
            "For spikes: the postsynaptic event, or several with amplitudes { event = -1, burst = 1 }; missing: "
            "spike."),
        key("pre_traces",
            "For spikes: traces of presynaptic events with their time constants, { K_plus = \"tau_plus\" }, or "
            "{ K_plus = { tau = \"tau_plus\", pairing = \"nearest\" } }."),
        key("post_traces", "For spikes: traces of postsynaptic events, likewise."),
        key("filters",
            "For spikes: columns of the postsynaptic cell, low-passed, { V_slow = { of = \"V\", tau = \"10 ms\" } }."),
        key("lower", "For spikes: weights never fall below this; missing: there is no bound."),
        key("upper", "For spikes: weights never rise above this; missing: there is no bound."),
        key("eligibility",
            "For spikes: time constant of an eligibility, which changes in place of the weight until a reward comes.")};
}

}  // namespace

std::vector<Section> sections() {
    const Descriptor weight = quantity("weight", "1", "What a spike adds, in the unit of the receptor.");
    return {
        {"population",
         "Cells, with the parameters of their neuron. Of cells that fire any of these, and in `initial` what a column "
         "begins with, is a "
         "number, a list of one a cell, or drawn: { normal = [mean, deviation], within = [lower, upper] }, "
         "{ lognormal = [mu, sigma] }, { uniform = [low, high] }.",
         with(population_table().descriptors(),
              {{"traces",
                "1",
                std::string{},
                {},
                {},
                "Columns that follow the rate of cells that fire, in Hz: their spikes, low-passed with these time "
                "constants, as a table: { rate = \"20 ms\" }."}}),
         true},
        {"projection",
         "Synapses that carry the spikes of a population, or a signal, to another. Quantities may be drawn, too; "
         "weights of graded synapses at the addresses of their matrix, { transpose_of = \"OTHER\" } as the projection "
         "OTHER draws its own.",
         with(
             projection_table().descriptors(),
             {weight,
              quantity("delay", "ms",
                       "From a spike to its arrival: whole steps, at least one; drawn ones are rounded."),
              {"short_term",
               "1",
               std::string{},
               {},
               {},
               "Short-term plasticity, as a table: { U = 0.5, f = 0.5, tau_depression = \"800 ms\", tau_facilitation = "
               "\"0 ms\" }. A spike carries u x of its weight, then x <- x - u x, u <- u + f (1 - u); without f, f = "
               "U."}}),
         true},
        {"neuron",
         "A cell that fires, or a graded one, written as text, which populations name as `neuron`. Every further key "
         "is a parameter "
         "with "
         "its unit, of which populations may give other numbers.",
         neuron_keys(), true},
        {"rule",
         "A rule written as text, which projections name as `plasticity`: for signals dW = gain post pre^T - decay W, "
         "for "
         "spikes what an event adds to the weight of a synapse. Every further key is a parameter with its unit, which "
         "projections may give otherwise.",
         rule_keys(), true},
        {"input",
         "What reaches cells from outside. Spikes that are to go through projections reach a population of parrots.",
         input_keys(weight), true},
        {"ports", "Where samples go in and the answer comes out, each \"POPULATION.COLUMN\"; with a section [task].",
         ports_table().descriptors()},
        {"teacher", "What compares the answer with the target, each \"POPULATION.COLUMN\".",
         teacher_table().descriptors(), true},
        {"layer", "Layers from the input on, which the metrics look at; for the circuit they mean nothing.",
         layer_table().descriptors(), true}};
}

}  // namespace apical::network
