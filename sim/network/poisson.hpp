#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/circuit/drive.hpp"
#include "sim/core/random.hpp"
#include "sim/network/running_drive.hpp"

namespace apical {

/// Poisson input: in every step each cell receives a number of events that is Poisson distributed (or one with that
/// probability: PoissonDrive::at_most_one), times a weight. The
/// number of cell c in step s is one 32-bit word at the address (stream "poisson/<name>", 16 (c / 64) + c % 16, s),
/// turned into it by inversion; so it depends on no other cell or step, nor on threads. The mean is exact to 1e-5 of
/// itself, and tails below 2^-32 are cut.
template <class S>
class Poisson final : public RunningDrive<S> {
   public:
    /// Cells that are drawn together: parts should begin at multiples of it.
    static constexpr std::size_t together = 4 * Random::together;
    /// Most events that a cell may expect in a step.
    static constexpr double most = 100;

    /// Steps of `step` ms. Throws std::invalid_argument, naming the drive, for a rate that is negative, NaN or more
    /// than `most` a step, and for a weight that is not finite in S.
    Poisson(const PoissonDrive& drive, std::size_t cells, double step, const Random& random);

    std::size_t cells() const { return cells_; }
    /// into[c] += weight times the number of events of cell c in a step.
    void add(std::uint64_t step, S* into) const { add(step, into, {0, cells_}); }
    void add(std::uint64_t step, S* into, Rows cells) const override;
    void prepare(std::uint64_t step) override;

   private:
    void set_thresholds(double factor);
    using Counts = std::array<std::int32_t, together>;
    template <std::size_t width>
    bool draw(std::uint64_t step, std::size_t block, Counts& counts) const;

    Random random_;
    std::uint32_t stream_, second_stream_;
    std::size_t cells_, width_;
    double step_;
    std::optional<TimeCourse> course_;
    bool at_most_one_;
    double factor_ = 1;          ///< by which means are multiplied in the thresholds
    std::vector<double> means_;  ///< events a step, of a cell, or one
    /// Lines of `width_` thresholds: one for all cells, or of each block of cells `together` ones, one a cell.
    std::vector<std::int32_t> thresholds_;
    std::vector<std::size_t> block_begin_;  ///< where the first line of a block stands
    std::vector<std::uint32_t> remainder_;  ///< of a cell, or one
    std::vector<S> weight_;                 ///< of a cell, or one
};

extern template class Poisson<float>;
extern template class Poisson<double>;

}  // namespace apical
