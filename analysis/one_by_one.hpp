#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/dynamics/running_network.hpp"
#include "sim/experiment/instrument.hpp"
#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/presentation.hpp"

namespace apical {

/// A circuit with the weights of a simulation and cells of its own that lives through the evaluation batch, sample by
/// sample: what no spike has carried yet goes on to the next, as it does while the circuit learns.
template <class S>
class OneByOne {
   public:
    using Column = Eigen::Map<const Eigen::Matrix<S, Eigen::Dynamic, 1>>;

    /// Copies the circuit, keeps a reference to the weights of the simulation.
    OneByOne(const Circuit& circuit, const Simulation<S>& simulation)
        : circuit_(circuit),
          running_(circuit_, simulation.weights(), simulation.setup(), 1, "evaluation"),
          presentation_(running_) {}

    const Circuit& circuit() const { return circuit_; }
    std::size_t steps() const { return running_.setup().clock.steps(); }

    /// From rest, after the whole batch has been shown once: look(step, sample) after every step of a presentation.
    template <class Look>
    void live(const MetricContext<S>& context, const Look& look) {
        const auto& sizes = circuit_.anatomy.sizes;
        const std::size_t samples = context.evaluator.lanes();
        running_.rest();
        const auto show = [&](std::size_t sample, const Observer& observe) {
            const auto one = [&](const S* values, std::size_t units) {
                std::vector<S> its(units);
                for (std::size_t i = 0; i < units; ++i) its[i] = values[i * samples + sample];
                return its;
            };
            presentation_.show(one(context.inputs, sizes.front()).data(), one(context.targets, sizes.back()).data(),
                               observe);
        };
        for (std::size_t sample = 0; sample < samples; ++sample) show(sample, {});
        for (std::size_t sample = 0; sample < samples; ++sample) {
            show(sample, [&](std::uint64_t step) {
                if (step > 0) look(step - 1, sample);  // columns are those of the step before
            });
            look(steps() - 1, sample);
        }
    }
    Column column(PopulationId population, const std::string& name) const {
        return {running_.network().column(population, name), index(circuit_.populations[population].units)};
    }

   private:
    const Circuit circuit_;
    RunningNetwork<S> running_;
    Presentation<S> presentation_;
};

}  // namespace apical
