#pragma once
#include <cstdint>
#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/core/archive.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// Cells whose spikes are counted.
struct CountedCells {
    std::string population;
    std::size_t cells = 0;
};

/// Statistics of spike trains that are known once the spikes have gone by, and need none of them kept: of every
/// population and of all cells together. They are the same numbers whenever they are asked for, and whether the spikes
/// come from a simulation or from a file.
///
/// `rate` is the spikes of a cell and second; `cv_isi` the standard deviation of a cell's inter-spike intervals (n - 1)
/// over their mean, averaged over cells that have ten; `fano_factor` the variance of the number of spikes in a bin over
/// its mean (n), that of all cells together; `synchrony` the chi of Golomb and Rinzel (1994, Physica D 72:259) of the
/// counts: the square root of the variance of their mean over cells over the mean of their variances, 1 where all cells
/// do the same and 1/sqrt(cells) where they have nothing in common; `correlation` the mean over pairs of a hundred
/// drawn cells of Pearson's correlation of their counts. NaN where there is nothing to be said.
class SpikeStatistics {
   public:
    struct Window {
        double step = 0.1;       ///< ms
        std::uint64_t from = 0;  ///< step after which spikes count, and bins begin
        std::uint64_t bin = 50;  ///< steps
    };
    /// Cells are drawn for the correlation by the seed and the names of populations.
    SpikeStatistics(const std::vector<CountedCells>& populations, Window window, std::uint64_t seed);

    /// Cells of a population, by its place, that fired at this step; steps do not descend.
    void add(std::size_t population, std::uint64_t step, std::span<const std::uint32_t> cells);

    /// All of them, `rate` first, each of all cells together ("rate") and of the populations ("rate_E").
    std::vector<Variable> variables() const;
    /// Their values after this step, which ends what `recent_rate` is of. Bins that are not over do not count.
    std::vector<double> row(std::uint64_t now);

    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix);

   private:
    /// Of numbers that come one after the other (Welford 1962): no difference of large sums.
    struct Moments {
        double mean = 0, squares = 0;  ///< squares of the differences from the mean
        void take(double x, double count) {
            const double difference = x - mean;
            mean += difference / count;
            squares += difference * (x - mean);
        }
    };
    struct Cell {
        std::uint64_t last = 0;  ///< step of its last spike
        std::uint32_t spikes = 0;
        std::uint32_t in_bin = 0;  ///< those in the bin of the last
        Moments intervals;
    };
    /// A population, or all.
    struct Group {
        std::string suffix;  ///< of names of variables
        std::size_t first = 0, cells = 0;
        std::uint64_t spikes = 0, spikes_before = 0;              ///< until now, and when `row` was last asked for
        std::uint64_t in_bin = 0;                                 ///< spikes in the bin that is not over
        std::uint64_t squares = 0, squares_in_bin = 0;            ///< of the counts of single cells, summed
        Moments counts;                                           ///< in bins that are over
        std::vector<std::uint32_t> drawn;                         ///< ascending
        std::vector<std::uint64_t> drawn_in_bin, sums, products;  ///< products of counts of two: upper triangle
    };

    std::uint64_t bin_of(std::uint64_t step) const { return (step - window_.from - 1) / window_.bin; }
    void draw(Group& group, std::uint64_t seed);
    void count(Group& group, std::uint64_t step, std::uint32_t cell, std::uint64_t more_squares);
    /// Ends all bins before this one.
    void end_bins(std::uint64_t bin);
    double cv_isi(const Group& group) const;
    double synchrony(const Group& group) const;
    double correlation(const Group& group) const;

    Window window_;
    std::vector<Group> groups_;  ///< all, then the populations
    std::vector<Cell> cells_;
    std::vector<bool> is_drawn_;  ///< in any group
    std::uint64_t bins_ = 0;      ///< that are over
    std::uint64_t asked_ = 0;     ///< step of the last `row`
};

/// What the statistics are called and mean, for `list` and `describe`.
std::vector<Component> spike_statistics();

/// A table of statistics by the names of their variables, a line a population; "-" for what is NaN, or not among them.
void print_statistics(const std::map<std::string, double>& statistics, std::ostream& out);

}  // namespace apical
