#pragma once
#include <map>

#include "analysis/registry.hpp"
#include "models/baselines/baselines.hpp"
#include "models/burst_ccn/circuit.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/core/named.hpp"
#include "sim/experiment/instrument.hpp"
#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/training.hpp"

namespace apical::test {

/// A circuit with its instruments, and a fixed batch to look at it with: layers of different sizes, so that a wrong
/// transpose does not fit.
template <class S>
struct Observed {
    static constexpr std::size_t lanes = 24;

    explicit Observed(Circuit circuit, std::uint64_t seed = 3)
        : Observed(std::move(circuit), Setup{.lanes = lanes, .seed = seed}) {}
    /// With `lanes` lanes.
    Observed(Circuit circuit, const Setup& setup)
        : simulation(std::move(circuit), setup), evaluator(simulation, lanes) {
        for (MetricGroup group : metric_groups) instruments.push_back(make_instrument(simulation.circuit(), group));
        const Anatomy& anatomy = simulation.circuit().anatomy;
        const Random random(setup.seed);
        for (std::size_t k = 0; k < anatomy.sizes.front() * lanes; ++k)
            inputs.push_back(static_cast<S>(random.normal(1, static_cast<std::uint32_t>(k))));
        const std::size_t d_L = anatomy.sizes.back();
        targets.assign(d_L * lanes, 0);
        for (std::size_t lane = 0; lane < lanes; ++lane) targets[lane % d_L * lanes + lane] = 1;
    }

    void evaluate() { evaluator.evaluate(inputs.data(), targets.data()); }

    /// What the instruments measure, by name.
    std::map<std::string, std::vector<double>> measure() {
        evaluate();
        std::map<std::string, std::vector<double>> result;
        for (const auto& instrument : instruments) {
            std::vector<double> row;
            instrument->measure(MetricContext<S>{simulation, evaluator, inputs.data(), targets.data()}, row);
            auto next = row.begin();
            const std::vector<Axis> axes = instrument->axes();
            for (const Variable& variable : instrument->variables()) {
                std::size_t count = 1;
                for (const std::string& name : variable.axes) count *= find_named(axes, name)->values.size();
                const auto end = next + static_cast<std::ptrdiff_t>(count);
                result[variable.name] = {next, end};
                next = end;
            }
            if (next != row.end()) return {};  // more numbers than the variables announce
        }
        return result;
    }

    /// Names of what a group has.
    std::vector<std::string> names(MetricGroup group) const {
        std::vector<std::string> result;
        for (const Variable& variable : instruments[static_cast<std::size_t>(group)]->variables())
            result.push_back(variable.name);
        return result;
    }

    Training<S> simulation;
    Evaluator<S> evaluator;
    std::vector<std::unique_ptr<Instrument>> instruments;  ///< one a group
    std::vector<S> inputs, targets;
};

/// 6-5-4-3, ReLU unless changed.
inline Upstream small_network() {
    Upstream upstream;
    upstream.hidden = {5, 4};
    return upstream;
}
inline TaskShape small_task(Loss loss = Loss::softmax_cross_entropy) { return {6, 3, loss, 1}; }

/// The topographic motif, two downstream cells a partner, V and Vbar independent and excitatory, not scaled.
inline self_assembly::Parameters independent_motif() {
    self_assembly::Parameters parameters;
    parameters.scaling = false;
    return parameters;
}

}  // namespace apical::test
