#include "sim/app/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "sim/app/directory.hpp"
#include "sim/circuit/circuit.hpp"

namespace apical {
namespace {

const char* const excitatory = "#0072b2";
const char* const inhibitory = "#d55e00";
const char* const mixed = "#555555";

/// Text in quotes, lines apart.
std::string quoted(const std::vector<std::string>& lines) {
    std::string text = "\"";
    for (std::size_t k = 0; k < lines.size(); ++k) {
        if (k > 0) text += "\\n";
        for (const char c : lines[k]) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
    }
    return text + "\"";
}

/// How an arrow looks that carries numbers between these.
std::string look(double lowest, double highest) {
    if (lowest >= 0 && highest > 0) return fmt::format("color=\"{}\"", excitatory);
    if (highest <= 0 && lowest < 0) return fmt::format("color=\"{}\", arrowhead=tee", inhibitory);
    return fmt::format("color=\"{}\"", mixed);
}

/// Of what a drive adds to its cells, or holds there.
template <class D>
Interval range_of(const D& drive) {
    if constexpr (requires { drive.weight; }) return drive.weight.range();
    else if constexpr (requires { drive.amplitude; }) return drive.amplitude.range();
    else return {-1, 1};  // noise has both signs
}

}  // namespace

void print_graph(const Circuit& circuit, std::ostream& out) {
    const auto name = [&](PopulationId p) { return quoted({circuit.populations[p].name}); };
    out << "digraph " << quoted({circuit.name}) << " {\n"
        << "  graph [rankdir=LR, bgcolor=transparent];\n"
        << "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#f4f4f4\", color=\"#555555\", "
           "fontname=\"sans-serif\"];\n"
        << "  edge [fontname=\"sans-serif\", fontsize=9];\n";
    for (const Population& population : circuit.populations)
        out << fmt::format(
            "  {} [label={}];\n", quoted({population.name}),
            quoted({population.name, fmt::format("{} cell{}", population.units, population.units == 1 ? "" : "s")}));
    for (const Projection& projection : circuit.projections) {
        std::vector<std::string> lines;
        double lowest = projection.scale, highest = projection.scale;
        if (projection.weights) {
            const Weights& w = circuit.weights[*projection.weights];
            lines.push_back(projection.transposed ? w.name + " transposed" : w.name);
            lines.push_back(rule_of(w));
            lowest = w.lower * projection.scale;
            highest = w.upper * projection.scale;
            if (lowest > highest) std::swap(lowest, highest);
        } else {
            lines.emplace_back("one to one");
        }
        lines.push_back(projection.signal + " to " + projection.compartment);
        out << fmt::format("  {} -> {} [label={}, {}];\n", name(projection.source), name(projection.target),
                           quoted(lines), look(lowest, highest));
    }
    for (const EventProjection& projection : circuit.event_projections) {
        const std::uint64_t synapses = projection.connectivity.expected_synapses(
            circuit.populations[projection.target].units, circuit.populations[projection.source].units);
        const Interval weights = projection.weight.range();
        const bool inhibits = projection.receptor.find("inhibitory") != std::string::npos;
        out << fmt::format("  {} -> {} [label={}, {}];\n", name(projection.source), name(projection.target),
                           quoted({projection.name, fmt::format("{} synapses", synapses), "to " + projection.receptor}),
                           inhibits ? look(-1, 0) : look(weights.lower, weights.upper));
    }
    for (const Drive& drive : circuit.drives) {
        const DriveTarget to = target_of(drive);
        const std::string kind(kind_of(drive)), from = quoted({kind + " " + to.name});
        const Interval range = std::visit([](const auto& of) { return range_of(of); }, drive);
        out << fmt::format("  {} [label={}, shape=ellipse, style=dashed];\n", from, quoted({to.name, kind}));
        out << fmt::format("  {} -> {} [label={}, {}];\n", from, name(to.population), quoted({"to " + to.receptor}),
                           look(range.lower, range.upper));
    }
    out << "}\n";
}

}  // namespace apical
