#pragma once
#include <string>
#include <vector>

#include "models/baselines/baselines.hpp"
#include "models/neurons/leaky.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/self_assembly/circuit.hpp"
#include "tests/bench/networks.hpp"

namespace apical::bench {

// What is timed in continuous dynamics: forward Euler, 0.5 ms, leaky cells of 10 ms, float.

enum class Source {
    held,    ///< the input stands still for a presentation
    moving,  ///< it is another one in every step
};

/// Feed-forward circuits of these sizes, everything plastic: "feedback_alignment" or "topographic" (self_assembly).
inline Circuit feed_forward(const std::string& kind, const std::vector<std::int64_t>& sizes) {
    Upstream upstream;
    upstream.hidden = {sizes.begin() + 1, sizes.end() - 1};
    upstream.eta_W = eta;
    upstream.gamma_W = decay;
    const TaskShape task{static_cast<std::size_t>(sizes.front()), static_cast<std::size_t>(sizes.back()),
                         Loss::softmax_cross_entropy, 60000};
    if (kind == "feedback_alignment") return feedback_circuit(upstream, 1, false, task);
    return self_assembly::circuit(upstream, {}, task);
}

/// in -> W -> cells, steered by an apical drive that stands still; no teacher.
inline Circuit one_projection(std::size_t rows, std::size_t columns) {
    Circuit circuit;
    circuit.name = "one_projection";
    circuit.open(ports::input, circuit.add(Population{.name = "in", .units = columns, .clamped = {"rate"}}), "rate");
    const PopulationId steering =
        circuit.add(Population{.name = "steering", .units = rows, .clamped = {"rate"}, .constant = 0.1});
    circuit.open(
        ports::answer,
        circuit.add(Population{
            .name = "cells", .units = rows, .compartments = {"basal", "apical"}, .neurons = {neuron(Leaky{10})}}),
        "soma");
    const WeightsId W = circuit.add(Weights{.name = "W",
                                            .post = circuit.port(ports::answer).population,
                                            .pre = circuit.port(ports::input).population,
                                            .rule = rule(ApicalSteered{eta, decay}),
                                            .initial = normal(0.01)});
    circuit.projections = {
        {W, circuit.port(ports::input).population, "rate", circuit.port(ports::answer).population, "basal"},
        {std::nullopt, steering, "rate", circuit.port(ports::answer).population, "apical"}};
    return circuit;
}

inline Circuit frozen(Circuit circuit) {
    for (Weights& w : circuit.weights) w.rule = nullptr;
    return circuit;
}

/// A circuit with `count` lanes that is shown two inputs in turn, for `steps` steps each.
class InTime {
   public:
    InTime(Circuit circuit, std::size_t count, std::uint64_t steps, Source source)
        : simulation_(std::move(circuit), setup(count, steps, source)) {
        const Circuit& c = simulation_.circuit();
        const auto columns = static_cast<Eigen::Index>(count);
        const auto units = [&](PopulationId p) { return static_cast<Eigen::Index>(c.populations[p].units); };
        for (M& x : inputs_) x = M::Random(units(c.port(ports::input).population), columns);
        if (!c.teachers.empty()) targets_ = M::Identity(units(c.port(ports::target).population), columns);
    }

    void present() {
        turn_ = 1 - turn_;
        simulation_.present(inputs_[turn_].data(), targets_.size() == 0 ? nullptr : targets_.data());
    }
    const Training<float>& simulation() const { return simulation_; }
    double synapses() const {
        double count = 0;
        for (const auto& w : simulation_.weights()) count += static_cast<double>(w.values().size());
        return count;
    }
    /// Synapses x lanes x steps of a presentation.
    double work() const {
        return synapses() * static_cast<double>(simulation_.setup().lanes * simulation_.setup().clock.steps());
    }

   private:
    static Setup setup(std::size_t count, std::uint64_t steps, Source source) {
        Setup setup;
        setup.mode = Mode::continuous;
        setup.lanes = count;
        setup.clock.stepper = "euler";
        setup.clock.step = 0.5;
        setup.clock.presentation = 0.5 * static_cast<double>(steps);
        if (source == Source::moving) setup.clock.ramp = setup.clock.presentation - setup.clock.step;
        return setup;
    }

    Training<float> simulation_;
    M inputs_[2], targets_;
    std::size_t turn_ = 0;
};

}  // namespace apical::bench
