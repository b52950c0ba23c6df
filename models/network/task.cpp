#include "models/network/task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/graded.hpp"
#include "models/network/names.hpp"
#include "models/network/quantities.hpp"
#include "models/network/sections.hpp"
#include "models/roles.hpp"
#include "models/upstream.hpp"

namespace apical::network {
namespace {

bool has_task(const Node& experiment) { return experiment.find("task") != nullptr; }

void require_units(const Circuit& circuit, const Node& ports, const char* key, std::size_t units, const char* what) {
    const Population& population = circuit.populations[circuit.port(key).population];
    if (population.units != units)
        refuse(ports, key, fmt::format("{} cells of '{}'", population.units, population.name),
               fmt::format("{}, as many as the data has {}", units, what));
}

void open_ports(Circuit& circuit, const Node& experiment, const TaskShape& task) {
    const Node table = own_section(experiment, "ports");
    const PortsSection section = ports_table().read(table);
    const auto open = [&](std::string_view port, const std::string& text, bool is_set) {
        if (text.empty()) return;
        const std::string key(port);
        const auto [population, column] = column_named(circuit, table, key, text);
        const Population& cells = circuit.populations[population];
        require_column(cells, table, key, column);
        if (is_set && (std::ranges::find(cells.clamped, column) == cells.clamped.end() || cells.constant))
            refuse(table, key, "'" + text + "'", "the rate of cells that are clamped, and not constant");
        circuit.open(port, population, column);
    };
    open(ports::input, section.input, true);
    open(ports::target, section.target, true);
    open(ports::answer, section.answer, false);
    if (!has_task(experiment)) return;
    if (!section.input.empty()) require_units(circuit, table, "input", task.inputs, "features");
    if (!section.target.empty()) require_units(circuit, table, "target", task.outputs, "outputs");
    if (!section.answer.empty()) require_units(circuit, table, "answer", task.outputs, "outputs");
}

void add_teacher(Circuit& circuit, const Node& table, Loss loss) {
    const TeacherSection section = teacher_table().read(table);
    const auto column = [&](const char* key, const std::string& text, std::string_view port) -> ColumnName {
        if (text.empty()) {
            const auto opened = std::ranges::find(circuit.ports, port, &Port::name);
            if (opened == circuit.ports.end())
                refuse(table, key, "nothing", fmt::format("a column, or ports.{} with one", port));
            return {opened->population, opened->column};
        }
        ColumnName name = column_named(circuit, table, key, text);
        require_column(circuit.populations[name.population], table, key, name.column);
        return name;
    };
    const ColumnName readout = column("readout", section.readout, ports::answer),
                     target = column("target", section.target, ports::target);
    ColumnName error = column_named(circuit, table, "error", section.error);
    const Population& cells = circuit.populations[error.population];
    error.column = compartment_named(cells, table, "error", error.column);
    const std::size_t units = circuit.populations[readout.population].units;
    for (const auto& [key, other] : {std::pair{"target", target.population}, {"error", error.population}})
        if (circuit.populations[other].units != units)
            refuse(table, key,
                   fmt::format("{} cells of '{}'", circuit.populations[other].units, circuit.populations[other].name),
                   fmt::format("{}, as many as the readout has", units));
    const auto into_same = [&](PopulationId population, const std::string& compartment) {
        return population == error.population && compartment == error.column;
    };
    const bool is_taken =
        std::ranges::any_of(circuit.projections,
                            [&](const Projection& p) { return into_same(p.target, p.compartment); }) ||
        std::ranges::any_of(circuit.teachers, [&](const Teacher& t) { return into_same(t.error, t.compartment); }) ||
        std::ranges::any_of(circuit.event_projections,
                            [&](const EventProjection& p) { return into_same(p.target, p.receptor); });
    if (is_taken)
        refuse(table, "error", fmt::format("'{}', which something else reaches", section.error),
               "a compartment of the teacher alone, such as the rate of cells that relay it");
    circuit.add(Teacher{.loss = loss,
                        .readout = readout.population,
                        .signal = readout.column,
                        .target = target.population,
                        .target_column = target.column,
                        .error = error.population,
                        .compartment = error.column});
}

/// That of a population's section, or its neuron's default; "" where it has no such key.
std::string activation_of(const Node& experiment, const std::string& population, double& leak) {
    const Node& table = *experiment.find("population")->find(population);
    const GradedCells* cells = graded_named(graded_cells(), std::get<std::string>(table.find("neuron")->value));
    if (cells == nullptr) return "";
    const auto value = [&](const char* key) -> std::optional<Value> {
        const Descriptor* row = find_named(cells->parameters, key);
        if (row == nullptr) return {};
        const Node* node = table.find(key);
        return node == nullptr ? row->standard : read_value(*node, *row);
    };
    const std::optional<Value> name = value("activation");
    if (!name) return "";
    leak = std::get<double>(*value("leak"));
    return std::get<std::string>(*name);
}

/// Says of a feed-forward network in the circuit what instruments may know.
class Layers {
   public:
    Layers(Circuit& circuit, const Node& experiment) : circuit_(circuit), experiment_(experiment) {}

    void add(const Node& table) {
        const LayerSection section = layer_table().read(table);
        std::vector<std::size_t>& sizes = circuit_.anatomy.sizes;
        std::vector<Anatomy::Layer>& layers = circuit_.anatomy.layers;
        const PopulationId cells = population_named(circuit_, table, "population", section.population);
        for (const char* column : {"soma", "rate"})
            require_column(circuit_.populations[cells], table, "population", column);
        const PopulationId below = layers.empty() ? weights(table, "weights", section.weights).pre : cells_.back();
        if (layers.empty()) sizes.push_back(circuit_.populations[below].units);
        sizes.push_back(circuit_.populations[cells].units);
        require_path(table, "weights", section.weights, below, cells);
        Anatomy::Layer layer{.population = section.population, .weights = section.weights, .bias = section.bias};
        if (!section.bias.empty() && weights(table, "bias", section.bias).post != cells)
            refuse(table, "bias", "'" + section.bias + "'", "a projection to the cells of the layer");
        PopulationId downstream{};
        if (!section.downstream.empty()) {
            downstream = population_named(circuit_, table, "downstream", section.downstream);
            require_column(circuit_.populations[downstream], table, "downstream", "rate");
            layer.companions.assign(roles::downstream, section.downstream);
            for (const auto& [key, name] : {std::pair{"across", section.across}, {"back_across", section.back_across}})
                if (name.empty()) refuse(table, key, "nothing", "a projection, as the layer has downstream cells");
            require_path(table, "across", section.across, cells, downstream);
            require_path(table, "back_across", section.back_across, downstream, cells);
        }
        if (!section.down.empty()) {
            if (layers.empty() || !layers.back().companions.has(roles::downstream))
                refuse(table, "down", "'" + section.down + "'", "none: the layer below has no downstream cells");
            const PopulationId from =
                section.downstream.empty() ? weights(table, "down", section.down).pre : downstream;
            require_path(table, "down", section.down, from, downstream_.back());
        }
        if (!section.feedback.empty()) require_path(table, "feedback", section.feedback, cells, below);
        for (const auto& [role, name] : {std::pair{roles::across, section.across},
                                         {roles::back_across, section.back_across},
                                         {roles::down, section.down},
                                         {roles::feedback, section.feedback}}) {
            if (name.empty()) continue;
            if ((role == roles::across || role == roles::back_across) && section.downstream.empty())
                refuse(table, "downstream", "nothing",
                       fmt::format("the downstream cells, as there is a projection '{}'", name));
            layer.further.assign(role, name);
        }
        layers.push_back(std::move(layer));
        cells_.push_back(cells);
        downstream_.push_back(downstream);
        tables_.push_back(&table);
    }

    /// What takes all of them: where layers are not alike, metrics have nothing to compare them by.
    void finish() {
        Anatomy& anatomy = circuit_.anatomy;
        const std::vector<Anatomy::Layer>& layers = anatomy.layers;
        if (layers.empty()) return;
        const std::size_t L = layers.size();
        const auto alike = [&](std::size_t first, std::size_t end, const char* key, const auto& has_it) {
            for (std::size_t l = first; l < end; ++l)
                if (has_it(layers[l]) != has_it(layers[first]))
                    refuse(*tables_[l], key, has_it(layers[l]) ? "a name" : "nothing",
                           fmt::format("{} as in the layer '{}'", has_it(layers[l]) ? "nothing" : "a name",
                                       tables_[first]->key.substr(6)));
        };
        alike(0, L, "bias", [](const auto& layer) { return !layer.bias.empty(); });
        alike(0, L - 1, "downstream", [](const auto& layer) { return layer.companions.has(roles::downstream); });
        alike(1, L, "down", [](const auto& layer) { return layer.further.has(roles::down); });
        alike(1, L, "feedback", [](const auto& layer) { return layer.further.has(roles::feedback); });
        if (layers.front().further.has(roles::feedback))
            refuse(*tables_.front(), "feedback", "a name", "nothing: there is no layer below");
        if (layers.back().companions.has(roles::downstream))
            refuse(*tables_.back(), "downstream", "a name", "nothing: the error takes their place in the last layer");
        if (L > 1 && layers.front().companions.has(roles::downstream) && !circuit_.teachers.empty() &&
            circuit_.teachers.front().compartment != "rate")
            refuse(*tables_.front(), "downstream", "downstream cells beside an error that is no rate",
                   "a teacher whose error is the rate of cells that relay it");
        // Metrics that compare with a gradient take one activation in all hidden layers, and a linear output.
        anatomy.activation = "linear";
        for (std::size_t l = 0; l + 1 < L; ++l) {
            double its = 0;
            const std::string name = activation_of(experiment_, layers[l].population, its);
            if (l > 0 && (name != anatomy.activation || its != anatomy.leak)) {
                anatomy.activation.clear();
                return;
            }
            anatomy.activation = name;
            anatomy.leak = its;
        }
        double none = 0;
        if (activation_of(experiment_, layers.back().population, none) != "linear") anatomy.activation.clear();
    }

   private:
    const Weights& weights(const Node& table, const char* key, const std::string& name) const {
        return circuit_.weights[weights_named(circuit_, table, key, name)];
    }
    void require_path(const Node& table, const char* key, const std::string& name, PopulationId from,
                      PopulationId to) const {
        const Weights& w = weights(table, key, name);
        if (w.pre == from && w.post == to) return;
        const auto& all = circuit_.populations;
        refuse(table, key, fmt::format("'{}' from '{}' to '{}'", name, all[w.pre].name, all[w.post].name),
               fmt::format("a projection from '{}' to '{}'", all[from].name, all[to].name));
    }

    Circuit& circuit_;
    const Node& experiment_;
    std::vector<PopulationId> cells_, downstream_;
    std::vector<const Node*> tables_;
};

void set_rates(ModelCircuit& circuit, const Node& experiment, const TaskShape& task) {
    const Upstream upstream = read_upstream(experiment, "network", {});
    if (!has_task(experiment)) {
        const Node section = own_section(experiment, "circuit");
        const Upstream standard;
        if (upstream.rate_factor != standard.rate_factor || upstream.warm_up != standard.warm_up)
            refuse(section, upstream.warm_up != standard.warm_up ? "warm_up" : "rate_factor", "a change over samples",
                   "none without a section [task]");
    }
    const auto period =
        static_cast<std::uint64_t>(std::llround(upstream.rate_period * static_cast<double>(task.epoch)));
    circuit.rates = {static_cast<std::uint64_t>(upstream.warm_up), upstream.rate_factor,
                     upstream.rate_factor == 1 ? 0 : period};
}

}  // namespace

void add_task(ModelCircuit& circuit, const Node& experiment, const TaskShape& task) {
    set_rates(circuit, experiment, task);
    open_ports(circuit, experiment, task);
    const Loss loss = has_task(experiment) ? task.loss : Loss::squared_error;
    for_each(experiment, "teacher", [&](const auto&, const Node& table) { add_teacher(circuit, table, loss); });
    Layers layers(circuit, experiment);
    for_each(experiment, "layer", [&](const auto&, const Node& table) { layers.add(table); });
    layers.finish();
}

std::vector<Descriptor> keys_of_rates() {
    std::vector<Descriptor> rows;
    for (const char* key : {"warm_up", "rate_factor", "rate_period"})
        rows.push_back(*find_named(upstream_table().descriptors(), key));
    return rows;
}

}  // namespace apical::network
