#pragma once
#include <string>

#include "sim/circuit/circuit.hpp"
#include "sim/circuit/mode.hpp"
#include "sim/synapses/weight_state.hpp"

namespace apical {

/// What is given: how long inputs stand still, and which update strategies are wanted.
struct PathwayOptions {
    Mode mode = Mode::continuous;
    bool learns = true;  ///< no: a network that looks at weights of another
    bool static_sources = true;
    bool deferred_updates = true;
    bool inputs_stand_still = true;  ///< from the beginning to the end of a presentation
    bool repeats = true;             ///< a presentation has more than one step

    static PathwayOptions settled() { return {.mode = Mode::settled, .repeats = false}; }
};

/// Why these weights cannot be read once a presentation; "" if they can. The same for every number of lanes.
std::string why_not_static_source(const Circuit& circuit, WeightsId weights, const PathwayOptions& options);
/// Why updates of these weights cannot wait for the next transmission; "" if they can.
std::string why_not_deferred(const Circuit& circuit, WeightsId weights, std::size_t lanes,
                             const PathwayOptions& options);

/// How a Weights is stored, read and updated in one network.
enum class Strategy { dense, dense_static_source, dense_deferred, dense_by_columns, sparse_pairs, sparse_rows };

/// From so few presynaptic cells on a column-major copy is worth it.
constexpr std::size_t most_columns_of_a_copy = 64;

struct Choice {
    Strategy strategy;
    std::string reason;  ///< "dense; static source: read once a presentation"
};

/// The one place where this is decided, for weights that are stored so.
Choice choose(const Circuit& circuit, WeightsId weights, SynapseStorage storage, std::size_t lanes,
              const PathwayOptions& options);

}  // namespace apical
