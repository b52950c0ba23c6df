#include "sim/app/directory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <sstream>
#include <utility>

#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/result_groups.hpp"
#include "sim/experiment/sections.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/steppers/stepper.hpp"

namespace apical {

std::vector<Entry> entries(const Catalogue& catalogue) {
    std::vector<Entry> list;
    const auto add = [&](const std::string& kind, const auto& things) {
        for (const auto& thing : things) list.push_back({kind, thing.name, thing.text});
    };
    add("models", catalogue.models);
    add("rules", catalogue.rules);
    add("neurons", catalogue.neurons);
    add("steppers", steppers());
    add("datasets", catalogue.data);
    add("metrics", scores());
    for (const MetricGroup group : metric_groups) add(name_of(group), metrics_of(catalogue, group));
    add("sections", sections());
    return list;
}

std::vector<Key> keys(const Catalogue& catalogue) {
    std::vector<Key> all;
    for (const Section& section : sections())
        for (const Descriptor& row : section.keys)
            all.push_back({title_of(section), "", with_names(section.name, row, catalogue)});
    for (const Model& model : catalogue.models) {
        for (const Descriptor& row : model.shared) all.push_back({"circuit", model.name, row});
        for (const Descriptor& row : model.own) all.push_back({model.name, "", row});
        for (const Section& section : model.sections)
            for (const Descriptor& row : section.keys) all.push_back({title_of(section), "", row});
    }
    for (const DataSource& source : catalogue.data)
        for (const Descriptor& row : source.parameters) all.push_back({"task", source.name, row});
    for (const auto* components : {&catalogue.neurons, &catalogue.rules})
        for (const Component& component : *components)
            for (const Descriptor& row : component.parameters) all.push_back({component.section, component.name, row});
    return all;
}

std::string title_of(const Section& section) { return section.named ? section.name + ".NAME" : section.name; }

/// Every key at its default. All circuits take this loss. One that is shown no samples has what the sections of an
/// experiment say, and without them nothing.
Circuit circuit_of(const Model& model) {
    if (!model.needs_task) return {};
    const Node experiment = parse_toml("[circuit]\nmodel = \"" + model.name + "\"\n", model.name);
    return model.build(experiment, {64, 10, Loss::squared_error, 1000});
}

namespace {

std::string range_of(const Descriptor& row) {
    if (!row.choices.empty()) return fmt::format("{}", fmt::join(row.choices, " | "));
    if (std::isinf(row.range.low) && std::isinf(row.range.high)) return "";
    const std::string low =
        std::isinf(row.range.low) ? "" : fmt::format("{} {}", row.range.low_open ? ">" : ">=", row.range.low);
    const std::string high =
        std::isinf(row.range.high) ? "" : fmt::format("{} {}", row.range.high_open ? "<" : "<=", row.range.high);
    return low + (low.empty() || high.empty() ? "" : ", ") + high;
}

void print_key(const std::string& name, const Descriptor& row, std::ostream& out) {
    out << name << " = " << (row.required ? "(required)" : value_node(row.standard, row).text());
    if (row.unit != "1") out << "   unit: " << row.unit;
    if (const std::string range = range_of(row); !range.empty()) out << "   " << range;
    out << "\n      " << row.text << "\n";
    std::string needs;
    for (const Condition& condition : row.needs) needs += (needs.empty() ? "" : ", and ") + text_of(condition);
    if (!needs.empty()) out << "      Has an effect only with " << needs << ".\n";
}

void print_keys(const std::string& section, const std::vector<Descriptor>& rows, std::ostream& out) {
    if (rows.empty()) return;
    out << "\n[" << section << "]\n";
    for (const Descriptor& row : rows) print_key("  " + row.name, row, out);
}

void print_reference(const std::string& reference, std::ostream& out) {
    if (!reference.empty()) out << "\nReference: " << reference << "\n";
}

/// Not local: what follows from other weights, or sends signals backwards through the same synapses.
std::string transport_in(const Circuit& circuit, WeightsId k) {
    if (const auto& derived = circuit.weights[k].derived)
        return (derived->as == Derived::As::transposed_signs ? "transport of signs: those of "
                                                             : "transport: pseudo-inverse of ") +
               circuit.weights[derived->from].name;
    for (const Projection& projection : circuit.projections)
        if (projection.weights == k && projection.transposed) return "transport: used transposed";
    return "";
}

void print_populations(const Circuit& circuit, std::ostream& out) {
    out << "\nPopulations, with what [trace.NAME] may record; [noise.NAME] may go into what stands before the bar:\n";
    for (const Population& population : circuit.populations) {
        std::vector<std::string> first = population.compartments, others;
        for (const NoiseCurrent& noise : population.noise) first.push_back(noise.column);
        for (const std::string& column : columns_of(population))
            if (std::find(first.begin(), first.end(), column) == first.end()) others.push_back(column);
        out << fmt::format("  {:<8} {} | {}\n", population.name, fmt::join(first, ", "), fmt::join(others, ", "));
    }
}

void print_weights(const Circuit& circuit, std::ostream& out) {
    out << "\nWeights with 64 inputs, 10 outputs and every key at its default:\n";
    for (WeightsId k{}; k < circuit.weights.size(); ++k) {
        const Weights& w = circuit.weights[k];
        const Population &post = circuit.populations[w.post], &pre = circuit.populations[w.pre];
        std::vector<std::string> notes{rule_of(w)};
        if (!w.connectivity.is_dense())
            notes.push_back(fmt::format("{} synapses", w.connectivity.expected_synapses(post.units, pre.units)));
        if (w.lower == 0) notes.emplace_back("excitatory");
        if (w.scaling != Scaling::none) notes.emplace_back("scaled");
        if (const std::string transport = transport_in(circuit, k); !transport.empty()) notes.push_back(transport);
        out << fmt::format("  {:<8} {} ({}) <- {} ({}): {}\n", w.name, post.name, post.units, pre.name, pre.units,
                           fmt::join(notes, ", "));
    }
}

void describe_model(const Model& model, std::ostream& out) {
    out << model.name << ": " << model.text << "\n";
    if (!model.equations.empty()) out << "\n" << model.equations << "\n";
    const Circuit circuit = circuit_of(model);
    if (model.needs_task) {
        print_weights(circuit, out);
        print_populations(circuit, out);
    } else {
        out << "\n`apical describe FILE.toml` shows what an experiment makes of it.\n";
    }
    print_keys("circuit", model.shared, out);
    print_keys(model.name, model.own, out);
    for (const Section& section : model.sections) {
        out << "\n" << section.text;
        print_keys(title_of(section), section.keys, out);
    }
    print_reference(model.reference, out);
}

void describe_component(const Component& component, std::ostream& out) {
    out << component.name << ": " << component.text << "\n";
    if (!component.equation.empty()) out << "\n" << component.equation << "\n";
    print_keys(component.section, component.parameters, out);
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
    static const std::vector<std::string> all{"models",  "rules",    "neurons", "steppers", "datasets", "metrics",
                                              "spectra", "sections", "columns", "keys",     "groups"};
    return all;
}

std::vector<Entry> entries_of(const std::string& kind, const Catalogue& catalogue) {
    std::vector<Entry> all;
    if (kind == "columns") {
        for (const ColumnKind& column : catalogue.columns) all.push_back({kind, column.name, column.text});
    } else if (kind == "groups") {
        for (const ResultGroup& group : result_groups()) all.push_back({kind, group.name, group.text});
    } else if (kind == "keys") {
        for (const Key& key : keys(catalogue)) {
            const std::string name = key.section + "." + key.row.name;
            if (std::ranges::find(all, name, &Entry::name) == all.end()) all.push_back({kind, name, key.row.text});
        }
    } else {
        all = entries(catalogue);
        std::erase_if(all, [&](const Entry& entry) { return entry.kind != kind; });
    }
    return all;
}

void list(const std::string& kind, const Catalogue& catalogue, std::ostream& out) {
    const std::vector<Entry> all = entries_of(kind, catalogue);
    std::size_t width = 0;
    for (const Entry& entry : all) width = std::max(width, entry.name.size());
    for (const Entry& entry : all) out << fmt::format("{:<{}}  {}\n", entry.name, width, entry.text);
}

namespace {

using Names = std::vector<std::string>;

/// What `apical list` lists. False if nothing has that name.
bool describe_listed(const std::string& name, const Catalogue& catalogue, std::ostream& out) {
    if (const Model* model = find_named(catalogue.models, name)) {
        describe_model(*model, out);
        return true;
    }
    const std::vector<Component> metrics = metrics_of(catalogue, MetricGroup::metrics),
                                 spectra = metrics_of(catalogue, MetricGroup::spectra);
    for (const auto* components : {&catalogue.rules, &catalogue.neurons, &scores(), &metrics, &spectra})
        if (const Component* component = find_named(*components, name)) {
            describe_component(*component, out);
            return true;
        }
    if (const StepperInfo* stepper = find_named(steppers(), name)) {
        describe_stepper(*stepper, out);
        print_reference(stepper->reference, out);
        return true;
    }
    if (const DataSource* source = find_named(catalogue.data, name)) {
        out << source->name << ": " << source->text << "\n";
        print_keys("task", source->parameters, out);
        print_reference(source->reference, out);
        return true;
    }
    if (const Section* section = find_named(sections(), name)) {
        out << section->name << ": " << section->text << "\n";
        std::vector<Descriptor> rows = section->keys;
        for (Descriptor& row : rows) row = with_names(section->name, row, catalogue);
        print_keys(title_of(*section), rows, out);
        return true;
    }
    if (const ResultGroup* group = find_named(result_groups(), name)) {
        out << group->name << ": " << group->text << "\n";
        return true;
    }
    return false;
}

/// "eta_W" or "circuit.eta_W": once for all models or data sets that explain it alike.
bool describe_key(const std::string& name, const Catalogue& catalogue, std::ostream& out) {
    std::vector<std::pair<std::string, Names>> found;  // what is printed, and whose it is
    for (const Key& key : keys(catalogue)) {
        const std::string dotted = key.section + "." + key.row.name;
        if (name != key.row.name && name != dotted) continue;
        std::ostringstream text;
        print_key(dotted, key.row, text);
        auto same = std::find_if(found.begin(), found.end(), [&](const auto& one) { return one.first == text.str(); });
        if (same == found.end()) same = found.insert(found.end(), {text.str(), {}});
        if (!key.of.empty()) same->second.push_back(key.of);
    }
    for (const auto& [text, owners] : found) {
        out << text;
        if (!owners.empty()) out << fmt::format("      Of {}.\n", fmt::join(owners, ", "));
    }
    return !found.empty();
}

/// Columns and populations, with the models whose circuits have them.
bool describe_part(const std::string& name, const Catalogue& catalogue, std::ostream& out) {
    Names populations, with_column;
    for (const Model& model : catalogue.models)
        for (const Population& population : circuit_of(model).populations) {
            const Names columns = columns_of(population);
            if (population.name == name)
                populations.push_back(fmt::format("  {}: {}", model.name, fmt::join(columns, ", ")));
            if (std::find(columns.begin(), columns.end(), name) != columns.end() &&
                (with_column.empty() || with_column.back() != model.name))
                with_column.push_back(model.name);
        }
    const ColumnKind* column = find_named(catalogue.columns, name);
    if (column != nullptr) {
        const char* unit = column->measure == ColumnKind::Measure::potential ? "; mV in pyramidal cells, else 1"
                           : column->measure == ColumnKind::Measure::flow    ? "; pA"
                                                                             : "; 1";
        out << fmt::format("{}: a column of populations, {}{}.\n", name, column->text, unit);
        out << fmt::format("Of {}.\n", with_column.empty() ? "circuits with other keys than the defaults"
                                                           : fmt::format("{}", fmt::join(with_column, ", ")));
    }
    if (!populations.empty())
        out << fmt::format("{}: a population, with these columns in the circuits of\n{}\n", name,
                           fmt::join(populations, "\n"));
    return column != nullptr || !populations.empty();
}

}  // namespace

std::string rule_of(const Weights& weights) {
    if (weights.derived) return "derived";
    if (!weights.rule) return "fixed";
    std::string text = "plastic";
    if (const std::string name(weights.rule->info().name); !name.empty()) text += " by " + name;
    if (const std::size_t terms = weights.rule->terms(); terms > 1) text += fmt::format(", {} terms", terms);
    if (const double tau = weights.rule->plasticity().low_pass; tau > 0)
        text += fmt::format(", low-passed {:.6g} ms", tau);
    return text;
}

void describe(const std::string& name, const Catalogue& catalogue, std::ostream& out) {
    bool found = false;
    for (const auto& in : {describe_listed, describe_key, describe_part}) {
        std::ostringstream text;
        if (!in(name, catalogue, text)) continue;
        out << (found ? "\n" : "") << text.str();
        found = true;
    }
    if (found) return;
    Names names;
    for (const Entry& entry : entries(catalogue)) names.push_back(entry.name);
    for (const Key& key : keys(catalogue))
        names.push_back(name.find('.') == std::string::npos ? key.row.name : key.section + "." + key.row.name);
    for (const ColumnKind& column : catalogue.columns) names.push_back(column.name);
    const std::string near = nearest(name, names);
    throw InputError({{"command line", 0, 0},
                      "",
                      "'" + name + "'",
                      "a name that `apical list` gives, a key, a column or a population",
                      near.empty() ? "" : "did you mean '" + near + "'?"});
}

}  // namespace apical
