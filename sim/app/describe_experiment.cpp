#include "sim/app/describe_experiment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

#include "sim/app/directory.hpp"
#include "sim/app/graph.hpp"
#include "sim/circuit/event_rule.hpp"
#include "sim/core/error.hpp"
#include "sim/core/units.hpp"
#include "sim/equations/expression.hpp"
#include "sim/experiment/pathway_lines.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/record/file_size.hpp"
#include "sim/synapses/event_memory.hpp"

namespace apical {
namespace {

std::size_t width_of(const Circuit& circuit) {
    std::size_t width = 0;
    for (const Population& population : circuit.populations) width = std::max(width, population.name.size());
    for (const Weights& weights : circuit.weights) width = std::max(width, weights.name.size());
    return width;
}

void print_populations(const Circuit& circuit, std::size_t width, std::ostream& out) {
    out << "\nPopulations:\n";
    for (const Population& population : circuit.populations)
        out << fmt::format("  {:<{}}  {} cells: {}\n", population.name, width, population.units,
                           fmt::join(columns_of(population), ", "));
}

void print_projections(const Circuit& circuit, std::ostream& out) {
    out << "\nProjections:\n";
    for (const Projection& projection : circuit.projections) {
        std::vector<std::string> notes{projection.weights ? circuit.weights[*projection.weights].name : "one to one"};
        if (projection.transposed) notes.emplace_back("transposed");
        if (projection.scale != 1) notes.push_back(fmt::format("times {:.6g}", projection.scale));
        if (projection.delay > 0) notes.push_back(fmt::format("after {:.6g} ms", projection.delay));
        out << fmt::format("  {}.{} -> {}.{}: {}\n", circuit.populations[projection.source].name, projection.signal,
                           circuit.populations[projection.target].name, projection.compartment, fmt::join(notes, ", "));
    }
}

/// Of cells that fire.
void print_event_projections(const Circuit& circuit, double step, std::size_t number_bytes, std::ostream& out) {
    if (circuit.event_projections.empty() && circuit.drives.empty()) return;
    out << "\nProjections of spikes:\n";
    std::uint64_t all = 0, bytes = 0;
    for (const EventProjection& projection : circuit.event_projections) {
        const Population &source = circuit.populations[projection.source],
                         &target = circuit.populations[projection.target];
        const EventMemory takes = memory_of(circuit, projection, step, number_bytes);
        const auto& rule = projection.plastic.rule;
        out << fmt::format("  {}: {} ({}) -> {}.{} ({}), {}{} synapses, {}\n", projection.name, source.name,
                           source.units, target.name, projection.receptor, target.units, takes.synapses,
                           rule ? fmt::format(" {}", rule->info().name) : "", readable_size(takes.bytes));
        all += takes.synapses;
        bytes += takes.bytes;
    }
    for (const Drive& drive : circuit.drives) {
        const DriveTarget to = target_of(drive);
        out << fmt::format("  {}: {} -> {}.{}\n", to.name, kind_of(drive), circuit.populations[to.population].name,
                           to.receptor);
    }
    out << fmt::format("\n{} synapses, {}\n", all, readable_size(bytes));
}

void print_weights(const Circuit& circuit, const std::vector<PathwayLine>& lines, std::size_t width,
                   std::ostream& out) {
    out << "\nWeights, post <- pre:\n";
    std::uint64_t bytes = 0, synapses = 0;
    for (const PathwayLine& line : lines) {
        const Weights& w = circuit.weights[line.weights];
        const Population &post = circuit.populations[w.post], &pre = circuit.populations[w.pre];
        out << fmt::format("  {:<{}}  {} ({}) <- {} ({}): {} synapses, {}, {}\n  {:<{}}  {}\n", w.name, width,
                           post.name, post.units, pre.name, pre.units, line.synapses, rule_of(w),
                           readable_size(line.bytes), "", width, line.reason);
        bytes += line.bytes;
        synapses += line.synapses;
    }
    out << fmt::format("\n{} synapses, {}\n", synapses, readable_size(bytes));
}

/// Neurons of the file itself.
void print_neurons(const Circuit& circuit, const Node& document, std::ostream& out) {
    const Node* own = document.find("neuron");
    if (own == nullptr || !own->is_table()) return;
    std::map<std::string, std::string> all;
    const auto add = [&](const Info& info) {
        if (own->find(info.name) != nullptr) all.insert_or_assign(std::string(info.name), std::string(info.equation));
    };
    for (const Population& population : circuit.populations) {
        if (population.cells) add(population.cells->info());
        for (const auto& neuron : population.neurons) add(neuron->info());
    }
    out << "\nNeurons:\n";
    for (const auto& [name, equation] : all) out << fmt::format("  {}: {}\n", name, equation);
}

/// Rules by which weights learn, each once; and what an expression may say where some stand in the file itself.
void print_rules(const Circuit& circuit, const Node& document, std::ostream& out) {
    std::map<std::string, std::string> all;
    const auto add = [&](const Info& info) {
        all.insert_or_assign(std::string(info.name), std::string(info.equation));
    };
    for (const Weights& weights : circuit.weights)
        if (weights.rule) add(weights.rule->info());
    for (const EventProjection& projection : circuit.event_projections)
        if (projection.plastic.rule) add(projection.plastic.rule->info());
    if (!all.empty()) out << "\nRules:\n";
    for (const auto& [name, equation] : all) out << fmt::format("  {}: {}\n", name, equation);
    if (document.find("rule") == nullptr && document.find("neuron") == nullptr) return;
    out << "\nFunctions of expressions:\n  previous(COLUMN): a column as it was a step ago\n";
    for (const equations::Function& one : equations::functions()) out << fmt::format("  {}: {}\n", one.call, one.text);
}

template <class S>
void print(const std::string& file, const Experiment& experiment, const Simulation<S>& simulation, std::ostream& out) {
    const Circuit& circuit = simulation.circuit();
    const std::size_t width = width_of(circuit);
    const std::string what = experiment.is_free()
                                 ? fmt::format("{} for {}", circuit.name, with_unit(experiment.run.duration, "ms"))
                                 : fmt::format("{} on {}", circuit.name, experiment.data.name);
    out << fmt::format("{}: {}, {}, {} lane{}, {}\n", file, what, experiment.run.mode, experiment.run.lanes,
                       experiment.run.lanes == 1 ? "" : "s", experiment.run.precision);
    print_populations(circuit, width, out);
    if (experiment.mode() == Mode::spiking)
        print_event_projections(circuit, simulation.setup().clock.step, sizeof(S), out);
    if (experiment.mode() != Mode::spiking || !circuit.projections.empty()) {
        print_projections(circuit, out);
        print_weights(circuit, pathway_lines(simulation), width, out);
    }
    print_neurons(circuit, experiment.document, out);
    print_rules(circuit, experiment.document, out);
}

template <class S>
void print(const std::string& file, const Experiment& experiment, bool dot, std::ostream& out) {
    const auto pool = std::make_shared<ThreadPool>(1);
    const auto say = [&](const auto& simulation) {
        if (dot) print_graph(simulation.circuit(), out);
        else print<S>(file, experiment, simulation, out);
    };
    if (experiment.is_free()) say(simulation_of<S>(experiment, pool));
    else say(training_of<S>(experiment, *experiment.model, pool));
}

}  // namespace

void describe_any(const std::string& name, const std::vector<std::string>& changes, bool dot,
                  const Catalogue& catalogue, std::ostream& out) {
    if (!name.ends_with(".toml")) {
        if (dot)
            throw InputError(
                {{"command line", 0, 0}, "--dot", "a graph of '" + name + "'", "the TOML file of an experiment", ""});
        if (!changes.empty())
            throw InputError(
                {{"command line", 0, 0}, "--set", "a change of '" + name + "'", "the TOML file of an experiment", ""});
        return describe(name, catalogue, out);
    }
    Node document = parse_toml_file(name);
    for (const std::string& change : changes) set(document, change);
    const Experiment experiment = resolve(document, catalogue);
    if (experiment.run.precision == "float") print<float>(name, experiment, dot, out);
    else print<double>(name, experiment, dot, out);
}

}  // namespace apical
