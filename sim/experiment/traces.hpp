#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/dynamics/simulation.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/record/schedule.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What section [trace.NAME] asks for: a column of a population, in some of its units and lanes, at some moments of
/// some presentations. Written to /trace/NAME as (time, unit, lane); which sample each lane was shown, and its class,
/// stand beside it as (onset, lane).
class Trace {
   public:
    /// Throws InputError for what the circuit does not have, and for moments that never come.
    Trace(const Experiment& experiment, const TraceSection& section, const Circuit& circuit);

    Series series() const;
    /// Of samples, which a circuit that runs freely has none of: then `due_step` counts from the beginning of the run.
    /// One row a recorded presentation: float64, since a sample's index may be large.
    Series presentations() const;
    /// What a reader must know beside the numbers: name and text of attributes of the group.
    std::vector<std::pair<std::string, std::string>> attributes() const;
    /// Whether the presentation that brings the count of samples from `previous` to `now` is recorded.
    bool due(std::uint64_t previous, std::uint64_t now) const;
    /// Whether step k of it is.
    bool due_step(std::uint64_t k) const;
    /// A row of `presentations`: the samples of all lanes, in the order of the training part.
    std::vector<double> shown(std::span<const std::uint64_t> samples) const;
    /// One row, of the columns as they are.
    template <class S>
    std::vector<double> row(const Simulation<S>& simulation) const;

   private:
    std::uint64_t presentations_recorded() const;
    std::uint64_t steps_recorded() const;
    Axis lane_axis() const;

    std::string name_, column_, population_name_, unit_, text_, shown_for_;
    bool is_free_;  ///< the run is one presentation, of nothing
    std::shared_ptr<const Samples> samples_;
    bool classes_;
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
