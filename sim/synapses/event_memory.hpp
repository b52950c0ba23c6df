#pragma once
#include <cstddef>
#include <cstdint>

#include "sim/circuit/circuit.hpp"

namespace apical {

/// What the synapses of event projections take, as EventSynapses stores them.
struct EventMemory {
    std::uint64_t synapses = 0;  ///< of random rules, the mean
    std::uint64_t bytes = 0;
    std::uint64_t drawing = 0;  ///< bytes besides, while they are drawn
};

/// Of one projection, in steps of `step` ms and numbers of so many bytes. How many delays differ is estimated from a
/// thousand.
EventMemory memory_of(const Circuit& circuit, const EventProjection& projection, double step, std::size_t number_bytes);

/// Throws std::invalid_argument with the estimate if the synapses do not fit into the memory that this process may use.
void require_room(const Circuit& circuit, double step, std::size_t number_bytes);

}  // namespace apical
