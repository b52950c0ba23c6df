#include "sim/synapses/event_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "sim/core/memory_limit.hpp"

namespace apical {

EventMemory memory_of(const Circuit& circuit, const EventProjection& projection, double step,
                      std::size_t number_bytes) {
    const std::uint64_t sources = circuit.populations.at(projection.source).units;
    const std::uint64_t targets = circuit.populations.at(projection.target).units;
    constexpr std::uint64_t cell_bytes = 4, place_bytes = 8, delay_bytes = 2;
    EventMemory memory;
    memory.synapses = projection.connectivity.expected_synapses(targets, sources);
    const bool own_weights = !projection.weight.is_number() || projection.plastic.rule != nullptr;
    memory.bytes = memory.synapses * (cell_bytes + (own_weights ? number_bytes : 0)) + place_bytes * (sources + 1);
    memory.drawing = memory.synapses * cell_bytes + place_bytes * (targets + 1);
    if (projection.delay.is_number()) return memory;
    std::set<double> differ;  // in steps
    for (std::uint64_t k = 0; k < std::min<std::uint64_t>(memory.synapses, 1000); ++k)
        differ.insert(std::round(projection.delay.at(Random(1), Random::stream("delay/" + projection.name), k) / step));
    // The places of all delays in a table, or of those that occur where that takes less.
    const std::uint64_t segments = std::min<std::uint64_t>(memory.synapses, sources * differ.size()),
                        table = sources * (differ.size() + 1);
    memory.bytes += table <= 4 * segments ? 4 * table : place_bytes * (segments + sources + 1);
    memory.drawing += memory.synapses * delay_bytes;
    return memory;
}

void require_room(const Circuit& circuit, double step, std::size_t number_bytes) {
    EventMemory all;
    for (const EventProjection& projection : circuit.event_projections) {
        const EventMemory one = memory_of(circuit, projection, step, number_bytes);
        all.synapses += one.synapses;
        all.bytes += one.bytes;
        all.drawing = std::max(all.drawing, one.drawing);  // one projection after the other
    }
    const std::uint64_t limit = memory_limit();
    constexpr double GB = 1e9;
    if (all.bytes + all.drawing > limit)
        throw std::invalid_argument(
            fmt::format("{} synapses take {:.3g} GB, and {:.3g} GB more while they are drawn, of {:.3g} GB of memory",
                        all.synapses, static_cast<double>(all.bytes) / GB, static_cast<double>(all.drawing) / GB,
                        static_cast<double>(limit) / GB));
}

}  // namespace apical
