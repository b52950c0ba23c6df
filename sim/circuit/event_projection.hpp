#pragma once
#include <optional>
#include <string>

#include "sim/circuit/connectivity.hpp"
#include "sim/circuit/id.hpp"
#include "sim/circuit/plastic.hpp"
#include "sim/circuit/quantity.hpp"
#include "sim/circuit/short_term.hpp"
#include "sim/circuit/tag.hpp"

namespace apical {

/// Synapses that carry the spikes of one population to a receptor of another: what arrives adds the weight to it.
///
///     circuit.add(EventProjection{.name = "E->I", .source = E, .target = I, .receptor = "excitatory",
///                                 .connectivity = Connectivity::in_degree(100), .weight = 87.8, .delay = 1.5});
struct EventProjection {
    std::string name{};  ///< also of the streams in which synapses, weights and delays are drawn
    PopulationId source{};
    PopulationId target{};
    std::string receptor{};     ///< of its cells, or a compartment or a state that follows its equation
    std::string event = spike;  ///< of the source; what arrives is its amplitude times the weight
    /// Drawn by postsynaptic cell. Synapses have the numbers in which Connectivity::draw lists them; those of a list,
    /// their places in it.
    Connectivity connectivity{};
    Quantity weight = 0;  ///< of a synapse, in the unit of the receptor
    /// ms: a whole number of steps, at least one. Drawn ones are rounded to whole steps, and up to one.
    Quantity delay = 0;
    Plastic plastic{};  ///< how weights change; every synapse then has its own
    std::optional<ShortTerm>
        short_term{};  ///< which part of its weights a spike carries; none: all. Not with `plastic`
};

}  // namespace apical
