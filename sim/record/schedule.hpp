#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace apical {

/// What a schedule counts, and how other units convert to that.
struct Ticks {
    std::uint64_t end = 0;    ///< last tick of the run
    std::uint64_t epoch = 0;  ///< samples in an epoch; 0: ticks are no samples, or the data set is endless
    double step = 0;          ///< ms in a tick; 0: ticks are samples
};

/// When to record, in whole ticks (presented samples, or steps of the integration). Pure arithmetic on integers: the
/// k-th instant of a period p is ceil(k p), p an exact fraction, so nothing drifts.
class Schedule {
   public:
    Schedule() = default;  ///< never
    static Schedule every(std::uint64_t ticks) { return Schedule(ticks, 1); }
    static Schedule at(std::vector<std::uint64_t> instants);

    /// "never"; "start and end"; a period: "100 samples", "1 epoch", "0.5 epochs", "10 ms", and if the end shall not be
    /// missed "2 epochs and end"; instants: "at 0, 10, 1000 samples". Throws InputError (with `place` and `key`) for
    /// anything else, for units that the ticks do not have, for a period of zero, and for ms that are no whole number
    /// of steps.
    static Schedule parse(const std::string& text, const Ticks& ticks, const Place& place = {},
                          const std::string& key = {});

    /// Whether to record before the first step. A period has an instant at 0.
    bool at_start() const;
    /// Whether an instant lies in (previous, now]. Several that do count as one.
    bool due(std::uint64_t previous, std::uint64_t now) const;
    /// How often `due` holds going from begin to end in strides (the last one may be shorter): exact.
    std::uint64_t rows_between(std::uint64_t begin, std::uint64_t end, std::uint64_t stride = 1) const;
    /// The same for what begins instead of what has happened: whether an instant lies in [begin, end), so that a period
    /// has the same phase from the first stretch on. An instant at the end of the run, where nothing begins any more,
    /// belongs to the last stretch if it was asked for by name ("and end", "at 1000 samples").
    bool due_at_onset(std::uint64_t begin, std::uint64_t end) const;
    /// How often `due_at_onset` holds going from 0 to end in strides: exact.
    std::uint64_t onsets(std::uint64_t end, std::uint64_t stride = 1) const;
    /// The first listed instant after the end of the run, which nothing will reach; 0 if there is none.
    std::uint64_t beyond_the_end() const;
    /// All rows of a run: those and the one at the start.
    std::uint64_t rows(std::uint64_t end, std::uint64_t stride = 1) const {
        return rows_between(0, end, stride) + (at_start() ? 1 : 0);
    }

   private:
    Schedule(std::uint64_t numerator, std::uint64_t denominator) : numerator_(numerator), denominator_(denominator) {}
    std::uint64_t periods(std::uint64_t tick) const;
    bool periodic_due(std::uint64_t previous, std::uint64_t now) const { return periods(now) > periods(previous); }

    std::uint64_t numerator_ = 0;  ///< period = numerator / denominator; 0: instants instead
    std::uint64_t denominator_ = 1;
    std::uint64_t end_ = 0;                ///< of a period: one more instant, unless it is 0
    std::vector<std::uint64_t> instants_;  ///< ascending, different
    std::uint64_t run_ends_ = 0;           ///< as `parse` was told; 0: unknown
};

}  // namespace apical
