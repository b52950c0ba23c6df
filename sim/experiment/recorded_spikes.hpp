#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// Which spikes of a population go into the file: what its section [spikes.POPULATION] asks for, or record.spikes.
class RecordedSpikes {
   public:
    /// Throws InputError for cells that the population does not have, and for times that never come.
    RecordedSpikes(const Experiment& experiment, const Population& population);

    const std::string& population() const { return population_; }
    bool any() const { return any_; }
    Series series() const;
    /// Names and texts of attributes of the group: how many cells there are, and which are recorded.
    std::vector<std::pair<std::string, std::string>> attributes() const;
    /// "of the first 100 cells".
    const std::string& text() const { return text_; }
    std::size_t cells() const { return cells_; }

    /// Of the cells that fired at this step those that are recorded; valid until the next call.
    std::span<const std::uint32_t> of(std::uint64_t step, std::span<const std::uint32_t> cells);

   private:
    std::string population_, text_;
    std::size_t all_, cells_;  ///< how many there are, and are recorded
    bool any_ = true;
    std::uint64_t from_ = 0, until_;
    std::vector<bool> chosen_;  ///< empty: all
    std::vector<std::uint32_t> those_;
};

/// Cells of a population of so many that the section chooses, ascending. Throws InputError, of `document`, for those
/// that there are not.
std::vector<std::uint32_t> chosen_cells(const SpikesSection& section, std::size_t cells, const Node& document);

/// Throws InputError for a section [spikes.NAME] without a population of cells that fire.
void check_recorded_spikes(const Experiment& experiment, const Circuit& circuit);

}  // namespace apical
