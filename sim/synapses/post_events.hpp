#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/circuit/event_rule.hpp"
#include "sim/circuit/layout.hpp"
#include "sim/circuit/powers.hpp"
#include "sim/core/archive.hpp"
#include "sim/synapses/pathway.hpp"

namespace apical {

/// A trace in steps: 2^exponent is what a step leaves of it.
template <class S>
struct StepTrace {
    S exponent;
    Pairing pairing;
};

/// A trace is kept by the last event of its cell: when that was, and what it was just before. -1 before the first
/// event. V is a number or a pack of them; `elapsed` are steps since the event, at 0 the event itself is not seen.
template <class V, class S>
V trace_value(const V& elapsed, const V& before, const StepTrace<S>& trace) {
    const V after = trace.pairing == Pairing::all ? before + 1.0 : select(before < V(0), V(0), V(1));
    return select(elapsed == V(0), before, after * power_of_two(elapsed * V(trace.exponent)));
}

/// From one step to a later one. Times are steps modulo 2^32, those of events at most 2^30 old.
inline std::int32_t steps_between(std::uint32_t from, std::uint32_t to) { return static_cast<std::int32_t>(to - from); }
inline constexpr std::uint32_t oldest_event = 1U << 30;

/// What is kept of an event besides traces: a number of the cell that has it, or the same for all.
template <class S>
struct Mark {
    Ref<S> column{};  ///< none: the number
    S number = 0;
    S of(std::size_t cell) const { return column.base == nullptr ? number : column.data()[cell]; }
};

/// The last events of every postsynaptic cell as synapses of one delay meet them: when, what the traces of the cell
/// were just before, and marks. Column by column, the newest first, since one event is met by all synapses of a cell.
template <class S>
class PostEvents {
   public:
    PostEvents(std::size_t cells, std::size_t depth, std::span<const StepTrace<S>> traces, std::size_t marks);

    std::size_t depth() const { return depth_; }
    /// Of the newest (0) to the oldest (depth - 1) event of every cell.
    const std::uint32_t* time(std::size_t d) const { return times_.data() + d * cells_; }
    /// A trace, or behind all traces a mark.
    const S* before(std::size_t d, std::size_t column) const {
        return before_.data() + (d * columns_ + column) * cells_;
    }
    /// What a trace of a cell is just before this step.
    S value(std::size_t cell, std::size_t trace, std::uint32_t now) const {
        return trace_value(static_cast<S>(steps_between(time(0)[cell], now)), before(0, trace)[cell], traces_[trace]);
    }
    /// These cells have an event now.
    void take(std::span<const std::uint32_t> fired, std::uint32_t now, std::span<const Mark<S>> marks);
    /// Events that are older than `oldest_event` become as old as that: nothing is left of their traces.
    void renew(Rows cells, std::uint32_t now);
    void rest();

    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix);
    std::size_t bytes() const { return times_.capacity() * sizeof(std::uint32_t) + before_.capacity() * sizeof(S); }

   private:
    std::size_t cells_, depth_, columns_;
    std::vector<StepTrace<S>> traces_;
    std::vector<std::uint32_t> times_;  ///< depth x cells
    std::vector<S> before_;             ///< depth x (traces and marks) x cells
};

extern template class PostEvents<float>;
extern template class PostEvents<double>;

}  // namespace apical
