#pragma once
#include <string_view>

#include "sim/circuit/circuit.hpp"
#include "sim/circuit/event_neuron.hpp"

namespace apical {

/// A parameter of a cell that fires, or has events, by name; one that is drawn is that of a simulation with this seed.
/// 0 if none of its neurons knows it.
inline double cell_parameter(const Population& population, std::string_view name, std::size_t cell = 0,
                             std::uint64_t seed = 0) {
    const Random random(seed);
    const CellNumbers numbers{population.name, population.parameters, population.initial, random};
    for (const auto& neuron : event_neurons_of(population))
        for (const CellParameter& one : neuron->parameters())
            if (one.name == name) return numbers.parameter(one, cell);
    return 0;
}

}  // namespace apical
