#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/experiment/spike_statistics.hpp"
#include "sim/hdf5/file.hpp"

namespace apical {

/// The spikes in the file of a free run, /spikes/<population>, however many they are: they are read a block at a time.
class RecordedTrains {
   public:
    struct Population {
        std::string name;
        std::vector<std::uint32_t> cells;  ///< that were recorded, ascending
        std::size_t all = 0;               ///< cells that there are
        std::uint64_t spikes = 0;
    };

    /// Throws InputError if there are no spikes, or they are not those of the run that /config tells of. Keeps a
    /// reference to the file.
    explicit RecordedTrains(const hdf5::File& file);

    const std::vector<Population>& populations() const { return populations_; }
    double step() const { return window_.step; }  ///< ms
    /// What all spikes after the one step up to the other were recorded in: narrower than the run if that was asked
    /// for, or the run did not come to its end.
    std::uint64_t begin() const { return begin_; }
    std::uint64_t end() const { return end_; }
    /// That of the statistics of the run; not before `begin`.
    SpikeStatistics::Window window() const { return window_; }
    std::uint64_t seed() const { return seed_; }

    /// A population by its place, a step, and which of its recorded cells (by their places among these) fired then.
    using Each = std::function<void(std::size_t population, std::uint64_t step, std::span<const std::uint32_t> cells)>;
    /// All spikes after one step up to another, in the order of time. Throws InputError for a file in which they have
    /// another order, or cells are not among those that were recorded.
    void each(std::uint64_t after, std::uint64_t until, const Each& call) const;

   private:
    const hdf5::File& file_;
    std::vector<Population> populations_;
    std::uint64_t begin_ = 0, end_ = 0, seed_ = 0;
    SpikeStatistics::Window window_;
};

/// Whether the file has any group of spikes.
bool has_spikes(const hdf5::File& file);

}  // namespace apical
