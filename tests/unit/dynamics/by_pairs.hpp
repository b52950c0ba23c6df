#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "sim/circuit/event_rule.hpp"
#include "sim/circuit/plastic.hpp"

namespace apical {

/// A rule of events once more, as sums over all events before: no traces that are stepped, nothing that waits.
struct ByPairs {
    using Change = std::function<double(double w, const std::vector<double>& pre, const std::vector<double>& post)>;
    std::vector<TimedTrace> pre{}, post{};
    Change at_post{}, at_pre{};
    double lower = -std::numeric_limits<double>::infinity(), upper = std::numeric_limits<double>::infinity();

    using Times = std::vector<std::uint32_t>;  ///< steps, ascending

    static double trace(const TimedTrace& trace, const Times& times, std::uint32_t now, double step) {
        double sum = 0;
        for (const std::uint32_t time : times) {
            if (time >= now) break;
            const double one = std::exp(-step * (now - time) / trace.tau);
            sum = trace.pairing == Pairing::all ? sum + one : one;
        }
        return sum;
    }

    /// One synapse: its weight after step `end`. Adds what it has transmitted by then; `meanwhile`
    /// is what happens to it up to an event.
    double weight(double w, Times pre_times, Times post_times, std::uint32_t delay, Attribution attribution,
                  std::uint32_t end, double step, double* transmitted = nullptr,
                  const std::function<double(double, std::uint32_t)>& meanwhile = {}) const {
        const bool dendritic = attribution == Attribution::dendritic;
        for (std::uint32_t& time : pre_times) time += delay;
        for (std::uint32_t& time : post_times) time += dendritic ? 2 * delay : 0;
        const auto traces = [&](const std::vector<TimedTrace>& of, const Times& times, std::uint32_t now) {
            std::vector<double> values;
            values.reserve(of.size());
            for (const TimedTrace& one : of) values.push_back(trace(one, times, now, step));
            return values;
        };
        const auto change = [&](const Change& by, const Times& when, std::uint32_t now) {
            if (!by || !std::ranges::binary_search(when, now)) return;
            if (meanwhile) w = meanwhile(w, now);
            w = std::clamp(w + by(w, traces(pre, pre_times, now), traces(post, post_times, now)), lower, upper);
        };
        for (std::uint32_t now = 1; now <= end; ++now) {
            if (dendritic) change(at_post, post_times, now);
            change(at_pre, pre_times, now);
            if (transmitted != nullptr && std::ranges::binary_search(pre_times, now)) *transmitted += w;
            if (!dendritic) change(at_post, post_times, now);
        }
        return w;
    }
};

}  // namespace apical
