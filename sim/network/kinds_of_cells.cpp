#include "sim/network/kinds_of_cells.hpp"

#include <stdexcept>

namespace apical {

void require_firing(const Circuit& circuit) {
    for (const Population& p : circuit.populations)
        if (p.cells == nullptr || !p.compartments.empty() || !p.clamped.empty() || !p.neurons.empty() ||
            !p.noise.empty() || !p.signals.empty())
            throw std::invalid_argument("population '" + p.name +
                                        "' has graded cells or columns, and spiking dynamics take cells that fire");
    if (!circuit.weights.empty() || !circuit.projections.empty() || !circuit.teachers.empty())
        throw std::invalid_argument(
            "the circuit has graded projections, weights or teachers, and spiking dynamics "
            "take event projections");
}

void require_graded(const Circuit& circuit) {
    for (const Population& p : circuit.populations)
        if (!columns_of_events(p).empty())
            throw std::invalid_argument("population '" + p.name + "' has cells that fire, which take spiking dynamics");
}

}  // namespace apical
