#pragma once
#include <string>
#include <vector>

#include "models/neurons/activation.hpp"
#include "models/neurons/leaky.hpp"
#include "sim/circuit/circuit.hpp"

namespace apical {

/// in -> cell1 -> cell2 -> ..., leaky cells with these time constants (ms), each driven by what the one before answers.
/// Nothing learns; projection k leads into cell k + 1.
inline Circuit chain(const std::vector<double>& taus, std::size_t units = 1) {
    Circuit circuit;
    circuit.open(ports::input, circuit.add(Population{.name = "in", .units = units, .clamped = {"rate"}}), "rate");
    circuit.open(ports::target, circuit.add(Population{.name = "target", .units = units, .clamped = {"rate"}}), "rate");
    PopulationId before = circuit.port(ports::input).population;
    for (std::size_t k = 0; k < taus.size(); ++k) {
        const PopulationId cell = circuit.add(Population{.name = "cell" + std::to_string(k + 1),
                                                         .units = units,
                                                         .compartments = {"basal"},
                                                         .neurons = {neuron(Leaky{taus[k]})},
                                                         .signals = {signal(RateIsSoma{})}});
        circuit.open(ports::answer, cell, "soma");
        circuit.add(Projection{.source = before, .signal = rate, .target = cell, .compartment = basal});
        before = cell;
    }
    return circuit;
}

}  // namespace apical
