#pragma once
#include <cstdint>
#include <vector>

#include "sim/record/schedule.hpp"
#include "sim/record/sink.hpp"
#include "sim/run/experiment.hpp"
#include "sim/run/simulation.hpp"

namespace apical {

/// What section [trace.NAME] asks for: a column of a population, in some of its units and lanes, at some moments of
/// some presentations. Written to /trace/NAME as (time, unit, lane).
class Trace {
   public:
    /// Throws InputError for what the circuit does not have.
    Trace(const Experiment& experiment, const TraceSection& section, const Circuit& circuit);

    Series series() const;
    /// Whether the presentation that brings the count of samples from `previous` to `now` is recorded.
    bool due(std::uint64_t previous, std::uint64_t now) const;
    /// Whether step k of it is.
    bool due_step(std::uint64_t k) const;
    /// One row, of the columns as they are.
    template <class S>
    std::vector<double> row(const Simulation<S>& simulation) const;

   private:
    std::string name_, column_;
    PopulationId population_;
    std::vector<std::size_t> units_, lanes_;
    bool settled_;
    std::uint64_t steps_of_presentation_, end_, stride_;
    std::uint64_t first_step_ = 0, last_step_ = 0, every_ = 1;
    std::vector<std::uint64_t> listed_;  ///< steps; empty: first, every, last
    Schedule when_;
    Storage storage_;
};

}  // namespace apical
