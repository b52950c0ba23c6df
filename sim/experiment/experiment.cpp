#include "sim/experiment/experiment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>

#include "sim/circuit/graph.hpp"
#include "sim/core/name.hpp"
#include "sim/core/toml_text.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/free_experiment.hpp"
#include "sim/experiment/input_paths.hpp"
#include "sim/experiment/noise.hpp"
#include "sim/protocol/input_as_target.hpp"

namespace apical {
namespace {

constexpr std::array<std::pair<Mode, std::string_view>, 3> names_of_modes{
    {{Mode::settled, "settled"}, {Mode::continuous, "continuous"}, {Mode::spiking, "spiking"}}};

/// A section of the document; an empty table where there is none.
Node section_of(const Node& document, const std::string& name) {
    if (const Node* section = document.find(name)) {
        section->members();
        return *section;
    }
    return {Node::Members{}, document.place, name};
}

/// Sections and keys with this key, dotted: "circuit.eta_W". Where many models share it, it stands in [circuit].
std::vector<std::string> keys_named(const std::string& key, const Catalogue& catalogue) {
    std::vector<std::string> found;
    const auto look = [&](const std::string& section, const std::vector<Descriptor>& rows) {
        const std::string dotted = section + "." + key;
        const bool there =
            std::any_of(rows.begin(), rows.end(), [&](const Descriptor& row) { return row.name == key; });
        if (there && std::find(found.begin(), found.end(), dotted) == found.end()) found.push_back(dotted);
    };
    for (const Section& section : sections()) look(section.named ? section.name + ".NAME" : section.name, section.keys);
    for (const Model& model : catalogue.models) look("circuit", model.shared);
    for (const Model& model : catalogue.models) look(model.name, model.own);
    for (const DataSource& source : catalogue.data) look("task", source.parameters);
    return found;
}

/// Every name at the top must be that of a section or of a model.
void refuse_unknown_sections(const Node& document, const Catalogue& catalogue) {
    std::vector<std::string> known;
    for (const Section& section : sections()) known.push_back(section.name);
    for (const Model& model : catalogue.models) {
        known.push_back(model.name);
        for (const Section& section : model.sections) known.push_back(section.name);
    }
    for (const auto& [name, node] : document.members()) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        std::string near = nearest(name, known);
        if (near.empty()) near = fmt::format("{}", fmt::join(keys_named(name, catalogue), "' or '"));
        std::string hint = near.empty() ? "" : "did you mean '" + near + "'?";
        if (name.find('.') != std::string::npos) hint = "in quotes this is one name: " + name + " without them?";
        throw InputError({node.place, node.key, (node.is_table() ? "section '" : "key '") + name + "'",
                          fmt::format("one of the sections {}", fmt::join(known, ", ")), hint});
    }
}

/// A model's own section is checked whether the model is in use or not: a comparison is one line away.
void check_model_section(const Node& document, const Model& model) {
    const Node section = section_of(document, model.name);
    std::vector<Descriptor> rows = model.own;
    rows.insert(rows.end(), model.shared.begin(), model.shared.end());
    refuse_unknown_keys(section, rows);
    for (const auto& [name, node] : section.members()) read_value(node, *find_named(rows, name));
}

void fill_in(Node& section, const std::vector<Descriptor>& rows) {
    auto& members = std::get<Node::Members>(section.value);
    for (const Descriptor& row : rows) {
        if (row.required || section.find(row.name) != nullptr) continue;
        Node value = value_node(row.standard, row);
        value.place = section.place;
        value.key = section.key + "." + row.name;
        members.emplace_back(row.name, std::move(value));
    }
}

Loss loss_of(const Node& document, const TaskSection& task, bool classes) {
    if (task.loss == "by data") return classes ? Loss::softmax_cross_entropy : Loss::squared_error;
    if (task.loss == "squared_error") return Loss::squared_error;
    if (!classes)
        refuse(document, "task", "loss", "softmax_cross_entropy for a data set without classes", "squared_error");
    return Loss::softmax_cross_entropy;
}

std::uint64_t end_of(const RunSection& run, std::uint64_t epoch) {
    const auto samples = run.samples > 0
                             ? static_cast<std::uint64_t>(run.samples)
                             : static_cast<std::uint64_t>(std::llround(run.epochs * static_cast<double>(epoch)));
    const auto lanes = static_cast<std::uint64_t>(run.lanes);
    return std::max<std::uint64_t>(1, (samples + lanes - 1) / lanes) * lanes;
}

Schedule schedule_of(const Experiment& experiment, const std::string& key, const std::string& text) {
    const Node* node = experiment.document.find("record")->find(key);
    const Ticks ticks{experiment.end, experiment.shape.epoch, experiment.is_free() ? experiment.run.step : 0};
    return Schedule::parse(text, ticks, node->place, node->key);
}

/// Reads an experiment section by section and keeps what it read, defaults filled in.
class Resolver {
   public:
    Resolver(const Node& document, const Catalogue& catalogue) : document_(document), catalogue_(catalogue) {
        kept_.place = document.place;
    }

    template <class T>
    T read(const std::string& name, const Table<T>& table) {
        return read(section_of(document_, name), table);
    }

    template <class T>
    T read(Node section, const Table<T>& table) {
        T values = table.read(section);
        fill_in(section, table.descriptors());
        keep(std::move(section));
        return values;
    }

    /// Tables inside a section, with any name that a group can have but for `taken`.
    template <class T>
    std::vector<T> read_named(const std::string& name, const Table<T>& table, const std::string& taken = {}) {
        Node section = section_of(document_, name);
        std::vector<T> all;
        for (auto& [key, node] : std::get<Node::Members>(section.value)) {
            if (!node.is_table())
                throw InputError({node.place, name + "." + key, "a value", "a table: [" + name + "." + key + "]", ""});
            require_name(key, node, taken);
            all.push_back(table.read(node));
            all.back().name = key;
            fill_in(node, table.descriptors());
        }
        if (!all.empty()) keep(std::move(section));
        return all;
    }

    const DataSource& read_task(TaskSection& values) {
        Node section = section_of(document_, "task");
        const std::string name = choice(section, *find_named(task_rows_, "dataset"));
        if (catalogue_.data.empty())
            throw InputError({section.find("dataset")->place, "task.dataset", "'" + name + "'",
                              "no task: this program knows no data", ""});
        const DataSource& source = *find_named(catalogue_.data, name);
        values = task_table().read(section, names_of(source.parameters));
        fill_in(section, task_rows_);
        fill_in(section, source.parameters);
        make_paths_absolute(section, source.parameters);
        keep(std::move(section));
        return source;
    }

    std::vector<const Model*> baselines() const {
        const Node& run = *kept_.find("run");
        std::vector<const Model*> found;
        const std::vector<Descriptor> rows = run_table().descriptors();
        const Descriptor row = with_names("run", *find_named(rows, "baselines"), catalogue_);
        const Value names = read_value(*run.find(row.name), row);
        for (const std::string& name : std::get<std::vector<std::string>>(names))
            found.push_back(find_named(catalogue_.models, name));
        return found;
    }

    const Model& read_circuit() {
        Node section = section_of(document_, "circuit");
        const Model& model = *find_named(catalogue_.models, choice(section, circuit_rows_.front()));
        circuit_table().read(section, names_of(model.shared));
        fill_in(section, model.shared);
        keep(std::move(section));
        return model;
    }

    void read_models(const std::vector<const Model*>& used) {
        for (const Model& model : catalogue_.models) {
            check_model_section(document_, model);
            Node section = section_of(document_, model.name);
            const bool is_used = std::find(used.begin(), used.end(), &model) != used.end();
            if (is_used) fill_in(section, model.own);
            if (!section.members().empty()) keep(std::move(section));
            for (const Section& other : model.sections) {
                const Node* its = document_.find(other.name);
                if (its == nullptr) continue;
                if (!is_used)
                    throw InputError({its->place, its->key, "a section of another circuit", "",
                                      fmt::format("circuit.model = \"{}\" has it", model.name)});
                keep(section_of(document_, other.name));
                make_files_absolute(last());
            }
        }
    }

    Node& last() { return std::get<Node::Members>(kept_.value).back().second; }
    Node document() { return std::move(kept_); }

   private:
    /// The name under a key that must be given, read before the keys that depend on it.
    std::string choice(const Node& section, const Descriptor& any) const {
        const Descriptor row = with_names(section.key, any, catalogue_);
        const Node* value = section.find(row.name);
        if (value == nullptr)
            throw InputError({section.place, section.key + "." + row.name, "nothing",
                              fmt::format("one of {}", fmt::join(row.choices, ", ")), "this key has no default"});
        return std::get<std::string>(read_value(*value, row));
    }
    void keep(Node section) {
        const std::string name = section.key;
        std::get<Node::Members>(kept_.value).emplace_back(name, std::move(section));
    }

    const Node& document_;
    const Catalogue& catalogue_;
    Node kept_{Node::Members{}, {}, ""};
    std::vector<Descriptor> task_rows_ = task_table().descriptors();
    std::vector<Descriptor> circuit_rows_ = circuit_table().descriptors();
};

void check_combinations(const Experiment& e) {
    for (const Model* each : e.baselines)
        if (each == e.model || std::count(e.baselines.begin(), e.baselines.end(), each) > 1)
            refuse(e.document, "run", "baselines", "'" + each->name + "' twice in one run", "different models");
    if (e.mode() == Mode::settled || (e.mode() == Mode::spiking && e.is_free())) return;
    try {
        e.clock().check();
    } catch (const ClockError& error) {
        refuse(e.document, "run", error.key(), error.found(), error.expected());
    }
}

void load_data(Experiment& e) {
    e.data = e.source->load(*e.document.find("task"), Random(static_cast<std::uint64_t>(e.run.seed)));
    if (e.task.answer == "input") {
        for (auto* part : {&e.data.train, &e.data.validation, &e.data.test})
            if (*part) *part = std::make_shared<const InputAsTarget>(*part);
        e.data.classes = false;
        e.data.class_names.clear();
    }
    const std::size_t size = e.data.train->size();
    e.shape = {e.data.train->features(), e.data.train->outputs(), loss_of(e.document, e.task, e.data.classes),
               size > 0 ? size : static_cast<std::uint64_t>(e.run.epoch_size)};
    if (e.run.samples == 0 && e.run.epochs * static_cast<double>(e.shape.epoch) > 1e15)
        refuse(e.document, "run", "epochs", fmt::format("{} epochs of {} samples", e.run.epochs, e.shape.epoch),
               "at most 1e15 samples in a run");
}

}  // namespace

Clock Experiment::clock() const {
    const std::map<std::string, Splitting> splittings{
        {"lie", Splitting::lie}, {"strang", Splitting::strang}, {"coupled", Splitting::coupled}};
    return {run.step,
            run.presentation,
            run.ramp,
            run.error_onset,
            run.stepper,
            run.tolerance,
            splittings.at(run.splitting),
            run.held_sources,
            run.one_pass,
            run.settling,
            run.plasticity == "exact"};
}

Mode Experiment::mode() const {
    return std::ranges::find(names_of_modes, run.mode, &std::pair<Mode, std::string_view>::second)->first;
}

std::uint64_t Experiment::steps_until(std::uint64_t now) const {
    if (is_free()) return now;
    return mode() == Mode::settled ? 0 : now / static_cast<std::uint64_t>(run.lanes) * clock().steps();
}

void refuse(const Node& document, const std::string& section, const std::string& key, const std::string& found,
            const std::string& expected, const std::string& hint) {
    const std::size_t dot = section.find('.');
    const Node* table = document.find(section.substr(0, dot));
    if (dot != std::string::npos && table != nullptr) table = table->find(section.substr(dot + 1));
    const Node* value = table == nullptr ? nullptr : table->find(key);
    const Place& place = value != nullptr ? value->place : table != nullptr ? table->place : document.place;
    throw InputError({place, section + "." + key, found, expected, hint});
}

void refuse(const Node& document, const Unusable& part) {
    const Node* kind = document.find(part.kind());
    const Node* section = kind == nullptr ? nullptr : kind->find(part.name());
    if (section == nullptr) throw InputError({document.find("circuit")->place, "circuit", part.what(), "", ""});
    const Node* key = part.key().empty() ? nullptr : section->find(part.key());
    const Node& at = key == nullptr ? *section : *key;
    throw InputError({at.place, at.key, part.why(), "", ""});
}

Experiment read_experiment(const Node& document, const Catalogue& catalogue) {
    refuse_unknown_sections(document, catalogue);
    Experiment e;
    e.catalogue = &catalogue;
    e.given = document;
    Resolver resolver(document, catalogue);
    const bool is_free = free_model(document, catalogue) != nullptr;
    e.run = resolver.read(run_section(section_of(document, "run"), is_free), run_table());
    e.baselines = resolver.baselines();
    if (!is_free) e.source = &resolver.read_task(e.task);
    e.model = &resolver.read_circuit();
    std::vector<const Model*> used = e.baselines;
    used.push_back(e.model);
    resolver.read_models(used);
    const bool fires = is_free && e.mode() == Mode::spiking;
    e.record = resolver.read(record_section(section_of(document, "record"), e.run, fires), record_table());
    e.checkpoint = resolver.read("checkpoint", checkpoint_table());
    resolver.read("init", init_table());
    make_paths_absolute(resolver.last(), init_table().descriptors());
    e.init = init_table().read(resolver.last());
    e.guard = resolver.read("guard", guard_table());
    e.traces = resolver.read_named("trace", trace_table(), "time");  // by which readers know a series
    e.spikes = resolver.read_named("spikes", spikes_table());
    e.noise = resolver.read_named("noise", noise_table());
    if (!e.noise.empty()) make_noise_paths_absolute(resolver.last(), e.noise);
    e.document = resolver.document();

    if (is_free) check_free(e);
    check_combinations(e);
    return e;
}

Experiment resolve(const Node& document, const Catalogue& catalogue) {
    Experiment e = read_experiment(document, catalogue);
    const FilesFound found;
    if (!e.is_free()) load_data(e);
    e.inputs = inputs_of(e, found.all());
    e.end = e.is_free() ? end_of_free_run(e) : end_of(e.run, e.shape.epoch);
    if (!e.is_free() || e.mode() == Mode::spiking) e.metrics = schedule_of(e, "metrics", e.record.metrics);
    if (!e.is_free()) e.spectra = schedule_of(e, "spectra", e.record.spectra);
    if (e.is_free()) read_statistics(e);
    e.weights = schedule_of(e, "weights", e.record.weights);
    if (e.mode() == Mode::spiking)
        e.weight_distributions = schedule_of(e, "weight_distributions", e.record.weight_distributions);
    return e;
}

namespace {

/// What samples go into, and where the answer comes from.
void require_ports(const Circuit& circuit, const Experiment& experiment) {
    for (const std::string_view port : {ports::input, ports::target, ports::answer})
        if (std::ranges::find(circuit.ports, port, &Port::name) == circuit.ports.end())
            throw InputError({experiment.document.find("task")->place, "task",
                              fmt::format("a task for '{}', which has no port '{}'", circuit.name, port),
                              "a circuit with the ports input, target and answer", ""});
}

}  // namespace

ModelCircuit build_circuit(const Experiment& experiment, const Model& model) {
    if (std::find(model.modes.begin(), model.modes.end(), experiment.mode()) == model.modes.end()) {
        std::vector<std::string_view> modes;
        for (const auto& [mode, name] : names_of_modes)
            if (std::ranges::find(model.modes, mode) != model.modes.end()) modes.push_back(name);
        refuse(experiment.document, "run", "mode", "'" + experiment.run.mode + "'",
               fmt::format("one of {}, which '{}' can be run in", fmt::join(modes, ", "), model.name));
    }
    try {
        ModelCircuit circuit = model.build(experiment.document, experiment.shape);
        if (!experiment.is_free()) require_ports(circuit, experiment);
        add_noise(circuit, experiment, &model == experiment.model);
        return circuit;
    } catch (const Unusable& part) {
        refuse(experiment.document, part);
    } catch (const std::invalid_argument& error) {
        throw InputError({experiment.document.find("circuit")->place, "circuit", "", "", error.what()});
    }
}

}  // namespace apical
