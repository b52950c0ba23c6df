#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/circuit/event_projection.hpp"
#include "sim/core/archive.hpp"

namespace apical {

/// How much of their weights the spikes of a population carry along a projection with short-term plasticity: one number
/// a spike, which is made when the cell fires and used when the spike arrives. 24 B a source cell (float: 16), and one
/// S for every spike of the last steps.
template <class S>
class Efficacy {
   public:
    /// Of a projection with short-term plasticity, in steps of `step` ms; spikes are asked for up to `longest_delay`
    /// steps later. Throws std::invalid_argument, naming it, for numbers that make no sense.
    Efficacy(const EventProjection& projection, std::size_t source_cells, double step, std::size_t longest_delay);

    /// These have fired at the end of step `now`, ascending; steps count from 1.
    void push(std::span<const std::uint32_t> fired, std::uint64_t now);
    /// Of the spikes so many steps ago (1: the last), in the order in which they were pushed: u x.
    std::span<const S> ago(std::size_t steps) const {
        return used_[head_ >= steps ? head_ - steps : head_ + used_.size() - steps];
    }
    void rest();
    void save(ArchiveWriter& archive, const std::string& name) const;
    /// `lengths(steps)` is how many spikes there were so many steps ago. Throws InputError for what is no such state.
    template <class Lengths>
    void load(const ArchiveReader& archive, const std::string& name, const Lengths& lengths) {
        std::vector<std::size_t> counts;
        for (std::size_t steps = used_.size(); steps > 0; --steps) counts.push_back(lengths(steps));
        load_lists(archive, name, counts);
    }

   private:
    void load_lists(const ArchiveReader& archive, const std::string& name, const std::vector<std::size_t>& counts);

    double U_, f_, step_over_depression_, step_over_facilitation_;
    /// Of a source, after its last spike: resources, and u = h + U (1 - h).
    std::vector<S> h_, x_;
    std::vector<std::uint64_t> last_;   ///< step of its last spike; 0: none yet
    std::vector<std::vector<S>> used_;  ///< of the last steps, in a ring
    std::size_t head_ = 0;              ///< of the oldest, which the next takes the place of
};

extern template class Efficacy<float>;
extern template class Efficacy<double>;

}  // namespace apical
