#include "sim/app/directory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "sim/core/data_source.hpp"
#include "sim/dynamics/stepper.hpp"
#include "sim/run/instrument.hpp"
#include "sim/run/learner.hpp"
#include "sim/run/model.hpp"
#include "sim/run/sections.hpp"

namespace apical {
namespace {

struct Entry {
    std::string kind, name, text;
};

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all = [] {
        std::vector<Entry> list;
        const auto add = [&](const std::string& kind, const auto& things) {
            for (const auto& thing : things) list.push_back({kind, thing.name, thing.text});
        };
        add("models", models());
        add("rules", rules());
        add("neurons", neurons());
        add("steppers", steppers());
        add("datasets", data_sources());
        add("metrics", scores());
        for (Panel panel : panels) add(name_of(panel), measurements(panel));
        add("sections", sections());
        return list;
    }();
    return all;
}

template <class Named>
const Named* find(const std::vector<Named>& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
    return found == list.end() ? nullptr : &*found;
}

std::string range_of(const Descriptor& row) {
    if (!row.choices.empty()) return fmt::format("{}", fmt::join(row.choices, " | "));
    if (std::isinf(row.range.low) && std::isinf(row.range.high)) return "";
    const std::string low =
        std::isinf(row.range.low) ? "" : fmt::format("{} {}", row.range.low_open ? ">" : ">=", row.range.low);
    const std::string high =
        std::isinf(row.range.high) ? "" : fmt::format("{} {}", row.range.high_open ? "<" : "<=", row.range.high);
    return low + (low.empty() || high.empty() ? "" : ", ") + high;
}

void print_keys(const std::string& section, const std::vector<Descriptor>& rows, std::ostream& out) {
    if (rows.empty()) return;
    out << "\n[" << section << "]\n";
    for (const Descriptor& row : rows) {
        out << "  " << row.name << " = " << (row.required ? "(required)" : value_node(row.standard, row).text());
        if (row.unit != "1") out << "   unit: " << row.unit;
        if (const std::string range = range_of(row); !range.empty()) out << "   " << range;
        out << "\n      " << row.text << "\n";
    }
}

void print_reference(const std::string& reference, std::ostream& out) {
    if (!reference.empty()) out << "\nReference: " << reference << "\n";
}

/// Not local: what follows from other weights, or sends signals backwards through the same synapses.
std::string transport_in(const Circuit& circuit, WeightsId k) {
    if (const auto& derived = circuit.weights[k].derived)
        return "transport: pseudo-inverse of " + circuit.weights[derived->from].name;
    for (const Projection& projection : circuit.projections)
        if (projection.weights == k && projection.transposed) return "transport: used transposed";
    return "";
}

void print_weights(const Model& model, std::ostream& out) {
    const Node experiment = parse_toml("[circuit]\nmodel = \"" + model.name + "\"\n", model.name);
    const Circuit circuit = model.build(experiment, {64, 10, Loss::softmax_cross_entropy, 1000});
    out << "\nWeights with 64 inputs, 10 outputs and every key at its default:\n";
    for (WeightsId k = 0; k < circuit.weights.size(); ++k) {
        const Weights& w = circuit.weights[k];
        const Population &post = circuit.populations[w.post], &pre = circuit.populations[w.pre];
        std::vector<std::string> notes{w.rule ? "plastic" : "fixed"};
        if (!w.support.dense()) notes.push_back(fmt::format("{} synapses", w.support.post.size()));
        if (w.lower == 0) notes.emplace_back("excitatory");
        if (w.scaling != Scaling::none) notes.emplace_back("scaled");
        if (const std::string transport = transport_in(circuit, k); !transport.empty()) notes.push_back(transport);
        out << fmt::format("  {:<8} {} ({}) <- {} ({}): {}\n", w.name, post.name, post.units, pre.name, pre.units,
                           fmt::join(notes, ", "));
    }
}

void describe_model(const Model& model, std::ostream& out) {
    out << model.name << ": " << model.text << "\n\n" << model.equations << "\n";
    print_weights(model, out);
    print_keys("circuit", model.shared, out);
    print_keys(model.name, model.own, out);
    print_reference(model.reference, out);
}

void describe_component(const Component& component, std::ostream& out) {
    out << component.name << ": " << component.text << "\n";
    if (!component.equation.empty()) out << "\n" << component.equation << "\n";
    print_reference(component.reference, out);
}

void describe_stepper(const StepperInfo& stepper, std::ostream& out) {
    out << stepper.name << ": " << stepper.text << "\n\nOrder " << stepper.order << ". ";
    if (stepper.controlled) out << "Any step: it is cut as the tolerance asks.\n";
    else if (std::isinf(stepper.largest_step)) out << "Any step, as far as leaks are concerned.\n";
    else out << fmt::format("The step may be at most {} / leak.\n", stepper.largest_step);
    out << (stepper.takes_noise ? "Takes noise." : "Takes no noise: " + stepper.why_no_noise + ".") << "\n";
}

}  // namespace

const std::vector<std::string>& kinds() {
    static const std::vector<std::string> all{"models",   "rules",   "neurons", "steppers",
                                              "datasets", "metrics", "spectra", "sections"};
    return all;
}

void list(const std::string& kind, std::ostream& out) {
    std::size_t width = 0;
    for (const Entry& entry : entries())
        if (entry.kind == kind) width = std::max(width, entry.name.size());
    for (const Entry& entry : entries())
        if (entry.kind == kind) out << fmt::format("{:<{}}  {}\n", entry.name, width, entry.text);
}

void describe(const std::string& name, std::ostream& out) {
    if (const Model* model = find(models(), name)) return describe_model(*model, out);
    for (const auto* components :
         {&rules(), &neurons(), &scores(), &measurements(Panel::metrics), &measurements(Panel::spectra)})
        if (const Component* component = find(*components, name)) return describe_component(*component, out);
    if (const StepperInfo* stepper = find(steppers(), name)) {
        describe_stepper(*stepper, out);
        return print_reference(stepper->reference, out);
    }
    if (const DataSource* source = find(data_sources(), name)) {
        out << source->name << ": " << source->text << "\n";
        print_keys("task", source->parameters, out);
        return print_reference(source->reference, out);
    }
    if (const Section* section = find(sections(), name)) {
        out << section->name << ": " << section->text << "\n";
        return print_keys(section->name, section->keys, out);
    }
    std::vector<std::string> names;
    for (const Entry& entry : entries()) names.push_back(entry.name);
    const std::string near = nearest(name, names);
    throw InputError({{"command line", 0, 0},
                      "",
                      "'" + name + "'",
                      "a name that `apical list` gives",
                      near.empty() ? "" : "did you mean '" + near + "'?"});
}

}  // namespace apical
