#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/info.hpp"
#include "sim/circuit/tag.hpp"
#include "sim/core/whole_steps.hpp"

/// What the spikes of a cell say: events and bursts (Greedy et al. 2022, and all published code). A spike after a long
/// interval is an event; the first after it that comes soon makes a burst of that event; further ones say nothing. So
/// bursts are events, too, and their share is the burst probability. For cells of any kind that have spikes:
///
///     population.events = {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})};
namespace apical::bursts {

inline constexpr EventTag<"event"> event;  ///< a burst, or a spike alone: at its first spike
inline constexpr EventTag<"burst"> burst;  ///< at its second spike

inline constexpr Tag<"burst_interval"> burst_interval;
inline constexpr Tag<"tie_bursts"> tie_bursts;
inline constexpr Tag<"tau_burst_share"> tau_burst_share;
inline constexpr Tag<"burst_share_initially"> burst_share_initially;

inline constexpr Tag<"soon"> soon;            ///< steps in which a further spike would belong to the same burst
inline constexpr Tag<"is_event"> is_event;    ///< 1 in the step of an event
inline constexpr Tag<"may_burst"> may_burst;  ///< 1 from an event to the next spike
inline constexpr Tag<"is_burst"> is_burst;    ///< 1 in the step of a burst
inline constexpr Tag<"event_trace"> event_trace;
inline constexpr Tag<"burst_trace"> burst_trace;
inline constexpr Tag<"burst_share"> burst_share;  ///< of late, as it was before the events of this step

inline constexpr Tag<"longest"> longest;
inline constexpr Tag<"decay"> decay;

/// A spike that no other of its cell precedes closely. Intervals are whole steps: one of exactly `burst_interval` is
/// short if `tie_bursts` is 1 (the authors write <= 16 ms), long if it is 0 (the paper writes < 16 ms).
struct Event {
    static constexpr Info info{"event", "A spike alone, or the first of a burst.",
                               "a spike whose interval to the one before is above burst_interval",
                               "Greedy et al. 2022"};
    static constexpr std::tuple parameters{
        parameter(burst_interval, 16, "ms", "longest interval between spikes of a burst"),
        parameter(tie_bursts, 1, "1", "1: an interval of just that length is within a burst; 0: it is not")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(soon, "1", "steps in which a spike would belong to the last burst"),
                                       column(is_event, "1", "1 in the step of an event")};
    static constexpr auto sees = tags(spike);
    static constexpr auto emits = event;
    static constexpr auto coefficients_are = tags(longest);
    template <class P>
    static std::array<double, 1> coefficients(const P& p, double dt) {
        if (const std::optional<std::uint64_t> whole = whole_steps(p[burst_interval], dt))
            return {std::max(static_cast<double>(*whole) - (p[tie_bursts] == 1 ? 0 : 1), 0.0)};
        return {std::floor(p[burst_interval] / dt)};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto fires = c[spike] != 0;
        return std::tuple{select(fires, k[longest], max(c[soon] - 1, 0)), select(fires && c[soon] <= 0, 1, 0)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[is_event] > 0;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[soon], c[is_event]};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {0, 0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (!(p[burst_interval] >= 0))
            return fmt::format("burst_interval is {} ms, expected 0 or more", p[burst_interval]);
        return p[tie_bursts] == 0 || p[tie_bursts] == 1
                   ? ""
                   : fmt::format("tie_bursts is {}, expected 0 or 1", p[tie_bursts]);
    }
    template <class P>
    static std::string refuse_step(const P& p, double dt) {
        constexpr double most = 1 << 24;  // floats count so far
        return p[burst_interval] / dt <= most
                   ? ""
                   : fmt::format("burst_interval is {} ms, expected at most 2^24 steps of {} ms", p[burst_interval],
                                 dt);
    }
};

/// The second spike of a burst; and which share of the events of late have become bursts, for rules that compare with
/// it: a ratio of two traces, at most 1.
struct Burst {
    static constexpr Info info{"burst", "The second spike of a burst, where it is known to be one.",
                               "the first spike after an event that is not an event itself", "Greedy et al. 2022"};
    static constexpr std::tuple parameters{
        parameter(tau_burst_share, 2000, "ms", "over which the share of bursts is taken"),
        parameter(burst_share_initially, 0.5, "1", "the share of bursts before the first event")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{
        column(may_burst, "1", "1 from an event to the next spike"), column(is_burst, "1", "1 in the step of a burst"),
        column(event_trace, "1", "trace of events"), column(burst_trace, "1", "trace of bursts"),
        column(burst_share, "1", "share of bursts in events before this step")};
    static constexpr auto sees = tags(spike, event);
    static constexpr auto emits = burst;
    static constexpr auto coefficients_are = tags(decay, burst_share_initially);
    template <class P>
    static std::array<double, 2> coefficients(const P& p, double dt) {
        return {std::exp(-dt / p[tau_burst_share]), p[burst_share_initially]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto fires = c[spike] != 0, begins = c[event] != 0;
        const auto bursts = select(fires && !begins, c[may_burst], 0);
        const auto events_before = k[decay] * c[event_trace], bursts_before = k[decay] * c[burst_trace];
        constexpr double forgotten = 1e-6;  // of an event; far above subnormal numbers
        const auto known = events_before > forgotten;
        const auto share =
            select(known, min(bursts_before / select(known, events_before, 1), 1), k[burst_share_initially]);
        return std::tuple{select(begins, 1, select(fires, 0, c[may_burst])), bursts,
                          select(known, events_before, 0) + select(begins, 1, 0),
                          select(known, bursts_before, 0) + bursts, share};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[is_burst] > 0;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[may_burst], c[is_burst], c[event_trace], c[burst_trace], c[burst_share]};
    }
    template <class P>
    static std::array<double, 5> initial(const P& p) {
        return {0, 0, 0, 0, p[burst_share_initially]};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (!(p[tau_burst_share] > 0))
            return fmt::format("tau_burst_share is {} ms, expected more than 0", p[tau_burst_share]);
        const double share = p[burst_share_initially];
        return share >= 0 && share <= 1 ? "" : fmt::format("burst_share_initially is {}, expected from 0 to 1", share);
    }
};

}  // namespace apical::bursts
