#include "sim/experiment/recorded_weights.hpp"

#include <algorithm>
#include <numeric>

#include "sim/core/matrix.hpp"
#include "sim/synapses/weight_state.hpp"

namespace apical {
namespace {

constexpr std::uint64_t most_numbers = 1 << 20;

Axis cells_of(const Population& population) {
    Axis axis{population.name, "1", "cell of " + population.name, std::vector<double>(population.units)};
    std::iota(axis.values.begin(), axis.values.end(), 0.0);
    return axis;
}

/// Where the synapses of one Weights stand in their matrix.
class Addresses final : public SynapseVisitor {
   public:
    Addresses(std::size_t columns, std::vector<std::uint64_t>& to) : columns_(columns), to_(to) {}
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
               std::span<const double>) override {
        for (std::size_t k = 0; k < post.size(); ++k) to_.push_back(std::uint64_t{post[k]} * columns_ + pre[k]);
    }

   private:
    std::size_t columns_;
    std::vector<std::uint64_t>& to_;
};

class Numbers final : public SynapseVisitor {
   public:
    explicit Numbers(std::vector<double>& to) : to_(to) {}
    void visit(std::span<const std::uint32_t>, std::span<const std::uint32_t>,
               std::span<const double> values) override {
        to_.insert(to_.end(), values.begin(), values.end());
    }

   private:
    std::vector<double>& to_;
};

template <class S>
bool is_recorded(const Simulation<S>& simulation, WeightsId k) {
    return !is_gathered(simulation.circuit(), k) || simulation.weights()[k].synapses() > 0;
}

template <class S>
std::vector<Axis> axes_of(const Simulation<S>& simulation, WeightsId k) {
    const Circuit& circuit = simulation.circuit();
    const Weights& w = circuit.weights[k];
    std::vector<Axis> axes{cells_of(circuit.populations[w.post])};
    if (w.pre != w.post) axes.push_back(cells_of(circuit.populations[w.pre]));
    if (!is_gathered(circuit, k)) return axes;
    const WeightState<S>& state = simulation.weights()[k];
    Axis synapses{w.name + "_synapse", "1", "synapse of " + w.name + ", by its place in the matrix (post, pre)", {}};
    synapses.gathered = {circuit.populations[w.post].name, circuit.populations[w.pre].name};
    synapses.addresses.reserve(state.synapses());
    Addresses addresses(state.columns(), synapses.addresses);
    state.visit(addresses);
    axes.push_back(std::move(synapses));
    return axes;
}

Variable variable_of(const Circuit& circuit, WeightsId k) {
    const Weights& w = circuit.weights[k];
    const std::string& post = circuit.populations[w.post].name;
    const std::string& pre = circuit.populations[w.pre].name;
    Variable variable{w.name, "1", "synapses " + w.name + " from " + pre + " to " + post, {post, pre}};
    if (is_gathered(circuit, k)) variable.axes = {w.name + "_synapse"};
    return variable;
}

template <class S>
Field field_of(const Simulation<S>& simulation, WeightsId k, const std::string& group, Storage storage) {
    return {group, axes_of(simulation, k), variable_of(simulation.circuit(), k), {}, storage};
}

/// Adds the numbers of one Weights, as a file has them.
template <class S>
void add_numbers(const Simulation<S>& simulation, WeightsId k, std::vector<double>& to) {
    const WeightState<S>& state = simulation.weights()[k];
    if (is_gathered(simulation.circuit(), k)) {
        Numbers numbers(to);
        state.visit(numbers);
    } else {
        const Matrix<double> values = state.matrix();
        to.insert(to.end(), values.data(), values.data() + values.size());
    }
}

}  // namespace

bool is_gathered(const Circuit& circuit, WeightsId weights) {
    const Weights& w = circuit.weights[weights];
    const std::uint64_t pairs = std::uint64_t{circuit.populations[w.post].units} * circuit.populations[w.pre].units;
    return !w.connectivity.is_dense() && pairs > most_numbers;
}

Variable recorded_time() {
    return {"time", "1", "presented samples; before the first, events of spontaneous activity count backwards", {}};
}

template <class S>
Series weight_snapshots(const Simulation<S>& simulation, Storage storage, std::uint64_t expected_rows) {
    Series series{"/weights", recorded_time(), {}, {}, storage, expected_rows};
    for (WeightsId k{}; k < simulation.circuit().weights.size(); ++k) {
        if (!is_recorded(simulation, k)) continue;
        for (Axis& axis : axes_of(simulation, k)) {
            const auto same = [&](const Axis& known) { return known.name == axis.name; };
            if (std::none_of(series.axes.begin(), series.axes.end(), same)) series.axes.push_back(std::move(axis));
        }
        series.variables.push_back(variable_of(simulation.circuit(), k));
    }
    return series;
}

template <class S>
std::vector<double> weights_now(const Simulation<S>& simulation) {
    std::vector<double> row;
    for (WeightsId k{}; k < simulation.circuit().weights.size(); ++k) add_numbers(simulation, k, row);
    return row;
}

template <class S>
std::vector<Field> weight_fields(const Simulation<S>& simulation, const std::string& group, Storage storage) {
    std::vector<Field> fields;
    for (WeightsId k{}; k < simulation.circuit().weights.size(); ++k)
        if (is_recorded(simulation, k)) fields.push_back(field_of(simulation, k, group, storage));
    return fields;
}

template <class S>
void write_weights(const Simulation<S>& simulation, const std::string& group, Storage storage, Sink& sink) {
    for (WeightsId k{}; k < simulation.circuit().weights.size(); ++k) {
        if (!is_recorded(simulation, k)) continue;
        Field field = field_of(simulation, k, group, storage);
        add_numbers(simulation, k, field.values);
        sink.write(field);
    }
}

#define APICAL_SCALAR(S)                                                                          \
    template Series weight_snapshots(const Simulation<S>&, Storage, std::uint64_t);               \
    template std::vector<double> weights_now(const Simulation<S>&);                               \
    template std::vector<Field> weight_fields(const Simulation<S>&, const std::string&, Storage); \
    template void write_weights(const Simulation<S>&, const std::string&, Storage, Sink&);
APICAL_SCALAR(float)
APICAL_SCALAR(double)
#undef APICAL_SCALAR

}  // namespace apical
