#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "python/binding/values.hpp"
#include "sim/app/directory.hpp"
#include "sim/circuit/event_rule.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/build_info.hpp"
#include "sim/experiment/pathway_lines.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/steppers/stepper.hpp"
#include "sim/synapses/event_memory.hpp"

namespace apical::python {
namespace {

nb::dict named(const std::string& kind, const std::string& name, const std::string& text) {
    nb::dict result;
    result["kind"] = kind;
    result["name"] = name;
    result["text"] = text;
    return result;
}

nb::list rows_of(const std::string& section, const std::vector<Descriptor>& rows) {
    nb::list list;
    for (const Descriptor& row : rows) list.append(to_python(section, row));
    return list;
}

/// With how many cells is said where these are those of an experiment.
nb::list populations_of(const Circuit& circuit, bool with_cells) {
    nb::list list;
    for (const Population& population : circuit.populations) {
        nb::dict entry;
        entry["name"] = population.name;
        if (with_cells) entry["cells"] = population.units;
        entry["columns"] = columns_of(population);
        list.append(entry);
    }
    return list;
}

nb::dict describe_model(const Model& model) {
    nb::dict result = named("model", model.name, model.text);
    result["equations"] = model.equations;
    result["reference"] = model.reference;
    nb::list keys = rows_of("circuit", model.shared);
    for (const Descriptor& row : model.own) keys.append(to_python(model.name, row));
    for (const Section& section : model.sections)
        for (const Descriptor& row : section.keys) keys.append(to_python(title_of(section), row));
    result["keys"] = keys;
    const Circuit circuit = circuit_of(model);
    result["populations"] = populations_of(circuit, false);
    nb::list weights;
    for (const Weights& w : circuit.weights) {
        nb::dict entry;
        entry["name"] = w.name;
        entry["post"] = circuit.populations[w.post].name;
        entry["pre"] = circuit.populations[w.pre].name;
        entry["rule"] = rule_of(w);
        weights.append(entry);
    }
    result["weights"] = weights;
    return result;
}

nb::dict describe_component(const std::string& kind, const Component& component) {
    nb::dict result = named(kind, component.name, component.text);
    result["equation"] = component.equation;
    result["reference"] = component.reference;
    result["keys"] = rows_of(component.section, component.parameters);
    return result;
}

/// What `apical list` lists under this name; kinds in the singular.
nb::list describe_listed(const std::string& name) {
    const Catalogue& all = catalogue();
    nb::list found;
    if (const Model* model = find_named(all.models, name)) found.append(describe_model(*model));
    const std::vector<Component> metrics = metrics_of(all, MetricGroup::metrics),
                                 spectra = metrics_of(all, MetricGroup::spectra);
    const std::vector<std::pair<std::string, const std::vector<Component>*>> kinds{{"rule", &all.rules},
                                                                                   {"neuron", &all.neurons},
                                                                                   {"metric", &scores()},
                                                                                   {"metric", &metrics},
                                                                                   {"metric", &spectra}};
    for (const auto& [kind, components] : kinds)
        if (const Component* component = find_named(*components, name))
            found.append(describe_component(kind, *component));
    if (const StepperInfo* stepper = find_named(steppers(), name)) {
        nb::dict entry = named("stepper", stepper->name, stepper->text);
        entry["order"] = stepper->order;
        entry["takes_noise"] = stepper->takes_noise;
        entry["reference"] = stepper->reference;
        found.append(entry);
    }
    if (const DataSource* source = find_named(all.data, name)) {
        nb::dict entry = named("dataset", source->name, source->text);
        entry["reference"] = source->reference;
        entry["keys"] = rows_of("task", source->parameters);
        found.append(entry);
    }
    const auto add_section = [&](const Section& section) {
        if (section.name != name && title_of(section) != name) return;
        nb::dict entry = named("section", section.name, section.text);
        std::vector<Descriptor> rows = section.keys;
        for (Descriptor& row : rows) row = with_names(section.name, row, all);
        entry["named"] = section.named;
        entry["keys"] = rows_of(title_of(section), rows);
        found.append(entry);
    };
    for (const Section& section : sections()) add_section(section);
    for (const Model& model : all.models)
        for (const Section& section : model.sections) add_section(section);
    return found;
}

/// Every meaning of a name: of what is listed, of keys ("eta_W", "circuit.eta_W"), of columns.
nb::list describe_name(const std::string& name) {
    const Catalogue& all = catalogue();
    nb::list found = describe_listed(name);
    std::vector<std::string> names;
    for (const Entry& entry : entries(all)) names.push_back(entry.name);
    for (const Key& key : keys(all)) {
        const std::string dotted = key.section + "." + key.row.name;
        names.push_back(name.find('.') == std::string::npos ? key.row.name : dotted);
        if (name != key.row.name && name != dotted) continue;
        nb::dict entry = to_python(key.section, key.row);
        entry["of"] = key.of;
        found.append(entry);
    }
    for (const ColumnKind& column : all.columns) {
        names.push_back(column.name);
        if (column.name == name) found.append(named("column", column.name, column.text));
    }
    if (nb::len(found) == 0) {
        const std::string near = nearest(name, names);
        throw InputError({{},
                          "name",
                          "'" + name + "'",
                          "a name of a model, rule, neuron, key, column, data set, metric",
                          near.empty() ? "" : "did you mean '" + near + "'?"});
    }
    return found;
}

template <class S>
nb::dict describe_simulation(const Experiment& experiment, const Simulation<S>& simulation) {
    const Circuit& circuit = simulation.circuit();
    nb::dict result;
    result["kind"] = "experiment";
    result["model"] = circuit.name;
    result["mode"] = experiment.run.mode;
    result["lanes"] = experiment.run.lanes;
    result["precision"] = experiment.run.precision;
    result["end"] = experiment.end;
    result["unit_of_end"] = experiment.is_free() ? "steps" : "samples";
    result["data"] = experiment.data.name;
    result["populations"] = populations_of(circuit, true);
    nb::list projections, event_projections, drives, weights;
    for (const Projection& projection : circuit.projections) {
        nb::dict entry;
        entry["source"] = circuit.populations[projection.source].name;
        entry["signal"] = projection.signal;
        entry["target"] = circuit.populations[projection.target].name;
        entry["compartment"] = projection.compartment;
        entry["weights"] = projection.weights ? nb::object(nb::cast(circuit.weights[*projection.weights].name))
                                              : nb::object(nb::none());
        entry["transposed"] = projection.transposed;
        entry["scale"] = projection.scale;
        entry["delay"] = projection.delay;
        projections.append(entry);
    }
    for (const EventProjection& projection : circuit.event_projections) {
        const EventMemory takes = memory_of(circuit, projection, simulation.setup().clock.step, sizeof(S));
        nb::dict entry;
        entry["name"] = projection.name;
        entry["source"] = circuit.populations[projection.source].name;
        entry["target"] = circuit.populations[projection.target].name;
        entry["receptor"] = projection.receptor;
        const auto& rule = projection.plastic.rule;
        entry["rule"] = rule ? std::string(rule->info().name) : std::string("fixed");
        entry["synapses"] = takes.synapses;
        entry["bytes"] = takes.bytes;
        event_projections.append(entry);
    }
    for (const Drive& drive : circuit.drives) {
        const DriveTarget to = target_of(drive);
        nb::dict entry;
        entry["name"] = to.name;
        entry["kind"] = std::string(kind_of(drive));
        entry["target"] = circuit.populations[to.population].name;
        entry["receptor"] = to.receptor;
        drives.append(entry);
    }
    for (const PathwayLine& line : pathway_lines(simulation)) {
        const Weights& w = circuit.weights[line.weights];
        nb::dict entry;
        entry["name"] = w.name;
        entry["post"] = circuit.populations[w.post].name;
        entry["pre"] = circuit.populations[w.pre].name;
        entry["rule"] = rule_of(w);
        entry["synapses"] = line.synapses;
        entry["bytes"] = line.bytes;
        entry["storage"] = line.reason;
        weights.append(entry);
    }
    result["projections"] = projections;
    result["event_projections"] = event_projections;
    result["inputs"] = drives;
    result["weights"] = weights;
    return result;
}

template <class S>
nb::dict describe_as(const Experiment& experiment) {
    const auto pool = std::make_shared<ThreadPool>(1);
    if (experiment.is_free()) return describe_simulation(experiment, simulation_of<S>(experiment, pool));
    return describe_simulation<S>(experiment, training_of<S>(experiment, *experiment.model, pool));
}

nb::dict describe_experiment(nb::handle source, const nb::dict& changes) {
    const Node document = read(source, changes).document;
    const Turn turn;
    const Experiment experiment = resolve(document, catalogue());
    nb::dict result =
        experiment.run.precision == "float" ? describe_as<float>(experiment) : describe_as<double>(experiment);
    result["config"] = to_python(experiment.document);
    return result;
}

/// Names and sentences of one kind ("models").
nb::dict list_kind(const std::string& kind) {
    if (std::ranges::find(kinds(), kind) == kinds().end()) {
        std::string all;
        for (const std::string& one : kinds()) all += (all.empty() ? "" : ", ") + one;
        throw InputError({{}, "kind", "'" + kind + "'", "one of " + all, ""});
    }
    nb::dict found;
    for (const Entry& entry : entries_of(kind, catalogue())) found[entry.name.c_str()] = entry.text;
    return found;
}

}  // namespace

void bind_descriptions(nb::module_& module) {
    module.def("describe_name", describe_name);
    module.def("describe_experiment", describe_experiment, nb::arg("source").none(), nb::arg("changes"));
    module.def("list_kind", list_kind);
    module.def(
        "to_toml", [](nb::handle document) { return to_toml(to_node(document)); }, nb::arg("document").none());
    module.def("parse_toml", [](const std::string& text) { return to_python(parse_toml(text, "text")); });
    module.def("read",
               [](nb::handle source, const nb::dict& changes) { return to_python(read(source, changes).document); });
    module.def("build_info", [] {
        nb::dict result;
        for (const auto& [name, value] : build_info()) result[name.c_str()] = value;
        return result;
    });
}

}  // namespace apical::python
