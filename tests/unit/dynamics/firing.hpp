#pragma once
#include <string>
#include <utility>
#include <vector>

#include "models/neurons/lif.hpp"
#include "sim/circuit/circuit.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"

namespace apical {

inline Setup spiking(double step = 0.1) {
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = step;
    return setup;
}

/// `units` cells that fire in the first step, all of them, and never again.
inline Population once(std::size_t units = 1) {
    return {.name = "once",
            .units = units,
            .cells = event_neuron(lif::Delta{}),
            .parameters = {{lif::t_ref, 10000.0}},
            .initial = {{lif::V, 0.0}}};
}

/// One cell that never fires, reached by one synapse; the source fires at the end of the first step.
template <class N>
Circuit one_synapse(N neuron, std::map<std::string, Quantity> parameters, const std::string& receptor, double weight,
                    double delay) {
    Circuit circuit;
    const PopulationId source = circuit.add(once());
    parameters.insert({{lif::E_L, 0.0}, {lif::V_th, 1000.0}, {lif::V_reset, 0.0}});
    const PopulationId target = circuit.add(
        Population{.name = "cell", .units = 1, .cells = event_neuron(neuron), .parameters = std::move(parameters)});
    circuit.add(EventProjection{
        .name = "synapse", .source = source, .target = target, .receptor = receptor, .weight = weight, .delay = delay});
    return circuit;
}

/// A column of the only cell "cell" at the ends of the next steps.
template <class S>
std::vector<double> trace(Simulation<S>& simulation, std::size_t steps, const std::string& column = "V") {
    std::vector<double> values;
    for (std::size_t k = 0; k < steps; ++k) {
        simulation.advance(1);
        values.push_back(static_cast<double>(simulation.column("cell", column)[0]));
    }
    return values;
}

}  // namespace apical
