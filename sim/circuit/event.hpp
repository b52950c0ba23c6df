#pragma once
#include <string>

#include "sim/circuit/tag.hpp"

namespace apical {

/// A trace of events, a column of the cells that have them: it decays exponentially, exactly, and then takes in the
/// events of the step. So in the step of an event it holds the event, too: what was before is trace - gain event with
/// `all` pairings. What is left of an event of amplitude 1 after 16 tau (36 tau in double precision), less than the
/// rounding error of one, is 0: products of traces skip such cells, and meet no subnormal numbers, which are slow.
///
///     population.traces = {{.column = "calcium", .tau = 20}};
struct EventTrace {
    enum class Pairing {
        all,      ///< every event adds gain times its amplitude
        nearest,  ///< an event sets it to that, whatever was before
    };
    std::string column{};
    std::string event = spike;  ///< of the same population
    double tau = 0;             ///< ms; infinite: it counts
    Pairing pairing = Pairing::all;
    double gain = 1;  ///< (1 - exp(-dt / tau)) / dt: the trace is a rate, whose mean is that of the events
};

/// A column of the same cells, low-passed at every step, exactly for one that is held over it: x <- k x + (1 - k) of,
/// k = exp(-dt / tau), with what `of` is in this step. Of events it is a trace with the gain 1 - k. It begins at what
/// `of` is before the first step, of a filter that stands before it, too.
///
///     population.filters = {{.column = "rate", .of = spike, .tau = 3}, {.column = "slow", .of = "rate", .tau = 20}};
struct ColumnFilter {
    std::string column{};
    std::string of{};
    double tau = 0;  ///< ms
};

}  // namespace apical
