#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/circuit/circuit.hpp"

namespace apical {

// What a model adds to a circuit for its training. The engine knows none of it: protocols do (sim/protocol).

/// How the rates of learning and decay change over presented samples; one factor for all weights.
struct RateSchedule {
    std::uint64_t warm_up = 0;  ///< samples over which the rates rise linearly from 0
    double factor = 1;          ///< after every `period` samples the rates are multiplied by this
    std::uint64_t period = 0;   ///< samples; 0: never
    /// Factor for the update that brings the count of presented samples to `samples`.
    double at(std::uint64_t samples) const;
};

/// Spontaneous activity in a clamped column, drawn anew for every event (a lane of a step).
struct Spontaneous {
    enum class Law {
        sparse,  ///< `parameter` cells, drawn with replacement, have the value 1, all others 0
        normal,  ///< N(0, parameter^2), each cell on its own
        all,     ///< every cell has the value `parameter`
        waning,  ///< every cell has the value parameter (1 - t)^2 after the part t of all events
    };
    PopulationId population{};
    std::string column;
    Law law = Law::normal;
    double parameter = 1;
    std::size_t turn = 0;  ///< populations take turns: the column is silent (0) in step k unless k % 2 == turn
};

/// What spontaneous activity does to the weights: a circuit of the same populations and weights, driven by it instead
/// of inputs and teachers, with rules of its own. Gains and decays of these rules are per event. An event is one
/// settled step; or, of cells that fire, `duration` of spiking dynamics, for which the drawn columns stand still, and
/// whose cells go on from event to event, but for columns that begin `anew`.
struct Development {
    std::uint64_t events = 0;  ///< in all before the first sample, or after every presentation
    Circuit circuit;
    std::vector<Spontaneous> activity;
    std::string draws = "spontaneous";  ///< what names the random numbers
    double step = 0, duration = 0;      ///< of an event of cells that fire, ms, whole steps; 0: settled
};

/// Backpropagation through time, for comparison: what no synapse can know. Layers of leaky cells that fire, the trace
/// of each layer driving the next within a step,
///     u <- k_u u + g_u W a,  z = (u >= threshold), which takes the threshold away,  a <- k_a a + g_a z,
/// and E = 1/2 sum over steps |error|^2 with error = target - a of the last layer. After every presentation
/// W <- (1 - decay) W - gain dE/dW, a mean over lanes, of the spikes that were, backwards through all of its steps,
/// with 1 / (1 + beta |u - threshold|)^2 in place of the slope of a spike, and the threshold that it takes away as it
/// came.
struct ThroughTime {
    /// Dense, without rule or bounds, from the input on; the cells of one are those below the next.
    std::vector<WeightsId> layers;
    std::string trace, potential, spike;  ///< columns of these cells: a, u after, and z
    PopulationId error{};                 ///< of the last layer; where there is no teacher it is 0
    std::string of_error;
    double keep_potential = 0, potential_of_input = 1;  ///< k_u, g_u
    double keep_trace = 0, trace_of_a_spike = 1;        ///< k_a, g_a
    double threshold = 1, beta = 2;
    double gain = 0, decay = 0;  ///< per presentation; both follow `rates`
};

/// What a model builds: a circuit, and how it is trained besides being shown samples.
struct ModelCircuit : Circuit {
    ModelCircuit() = default;
    ModelCircuit(Circuit circuit) : Circuit(std::move(circuit)) {}  // a circuit alone learns at constant rates
    RateSchedule rates{};
    std::shared_ptr<const Development> development{};   ///< none: the first sample meets the initial weights
    std::shared_ptr<const Development> between{};       ///< goes on after every presentation; its gains follow `rates`
    std::shared_ptr<const ThroughTime> through_time{};  ///< beside the rules of the circuit; none: these alone
    std::vector<WeightsId> redrawn{};  ///< fixed weights, drawn anew before every presentation, as "<name>/<number>"
};

}  // namespace apical
