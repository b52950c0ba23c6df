#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/dynamics/simulation.hpp"
#include "sim/synapses/pathways.hpp"

namespace apical {

/// How one Weights of a simulation is stored, read and updated.
struct PathwayLine {
    WeightsId weights;
    std::uint64_t synapses, bytes;
    std::string reason;  ///< as `Pathway::reason`
};

/// Of every Weights, in the order of the circuit.
template <class S>
std::vector<PathwayLine> pathway_lines(const Simulation<S>& simulation) {
    std::vector<PathwayLine> lines;
    for (WeightsId k{}; k < simulation.weights().size(); ++k)
        lines.push_back({k, simulation.weights()[k].synapses(), simulation.weights()[k].bytes(),
                         simulation.pathways().of(k).reason()});
    return lines;
}

/// The same in one line, weights with the same reason together.
std::string text_of(const std::vector<PathwayLine>& lines, const Circuit& circuit);

}  // namespace apical
