#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/circuit/tiles.hpp"

namespace apical {

/// Cells of a population that threads add up what arrives for at the same time: one part for every thread where there
/// is much of it, one in all where cutting the rows of synapses would cost more than it gains. The sum of a cell does
/// not depend on it.
class ArrivalTiles {
   public:
    /// Of a circuit that spikes. Throws std::out_of_range for a population that it does not have.
    ArrivalTiles(const Circuit& circuit, std::size_t threads);

    Tiles at(PopulationId population, const std::string& receptor) const;

   private:
    std::vector<std::size_t> units_;
    std::map<std::pair<PopulationId, std::string>, double> work_;  ///< what reaches a receptor, as Op::work
    double all_ = 0;
    std::size_t threads_;
};

}  // namespace apical
