#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/core/archive.hpp"

namespace apical {

/// Which cells of a population had an event of a kind in each of the last steps: as many as its longest delay, in a
/// ring.
class EventHistory {
   public:
    /// `steps` at least 1. Nobody has fired yet.
    explicit EventHistory(std::size_t steps, bool with_amplitudes = false)
        : lists_(steps), amplitudes_(with_amplitudes ? steps : 0) {}

    /// Cells that fired so many steps ago (1 to `steps()`; 1: in the last), ascending.
    std::span<const std::uint32_t> ago(std::size_t steps) const { return lists_[place(steps)]; }
    bool has_amplitudes() const { return !amplitudes_.empty(); }
    /// Theirs, where there are some; else all are 1.
    std::span<const double> amplitudes_ago(std::size_t steps) const { return amplitudes_[place(steps)]; }
    std::size_t steps() const { return lists_.size(); }
    /// Cells that fired in a step, mean over all of them.
    double mean() const { return static_cast<double>(events_) / static_cast<double>(lists_.size()); }
    /// A step is over in which these fired. Takes memory only where a list becomes longer than any before in its place.
    /// `column`: of the amplitudes of all cells, not read where there are none.
    template <class S>
    void push(std::span<const std::uint32_t> fired, const S* column) {
        if (has_amplitudes()) {
            amplitudes_[head_].clear();
            for (const std::uint32_t cell : fired) amplitudes_[head_].push_back(static_cast<double>(column[cell]));
        }
        push(fired);
    }
    void push(std::span<const std::uint32_t> fired);
    void rest();

    void save(ArchiveWriter& archive, const std::string& name) const;
    /// Throws InputError for what is no history of so many cells and steps.
    void load(const ArchiveReader& archive, const std::string& name, std::size_t cells);

   private:
    std::size_t place(std::size_t steps) const {
        return head_ >= steps ? head_ - steps : head_ + lists_.size() - steps;
    }

    std::vector<std::vector<std::uint32_t>> lists_;
    std::vector<std::vector<double>> amplitudes_;  ///< of the same cells
    std::size_t head_ = 0;                         ///< of the oldest, which the next takes the place of
    std::size_t events_ = 0;                       ///< in all of them
};

}  // namespace apical
