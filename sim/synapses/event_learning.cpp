#include "sim/synapses/event_learning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace apical {

namespace {

template <class S>
std::vector<StepTrace<S>> in_steps(const std::vector<TimedTrace>& traces, double step) {
    std::vector<StepTrace<S>> all;
    for (const TimedTrace& trace : traces) all.push_back({static_cast<S>(-step / trace.tau), trace.pairing});
    return all;
}

}  // namespace

template <class S>
EventLearning<S>::EventLearning(const EventProjection& projection, EventSynapses<S>& synapses, std::size_t source_cells,
                                std::size_t target_cells, double step)
    : is_dendritic_(projection.plastic.delay == Attribution::dendritic),
      sources_(source_cells),
      delays_(synapses.delays().size()),
      tiles_(synapses.parts()),
      lags_{0},
      logs_(target_cells) {
    const EventRule& rule = *projection.plastic.rule;
    const RuleNumbers numbers{projection.name, projection.plastic.parameters};
    rule.bind(numbers, rule_);
    has_at_post_ = rule.has_at_post();
    has_at_pre_ = rule.has_at_pre();
    bounds_ = rule.bounds(numbers);
    pre_ = in_steps<S>(rule.pre_traces(numbers), step);
    post_ = in_steps<S>(rule.post_traces(numbers), step);
    at_post_sees_ = rule.at_post_sees();
    at_pre_sees_ = rule.at_pre_sees();
    if (std::max(at_post_sees_.size(), at_pre_sees_.size()) > most_seen)
        throw std::logic_error(fmt::format("a rule of events sees at most {} traces at once", most_seen));
    synapses.own_weights();
    check_bounds(projection, synapses);
    if (is_dendritic_)
        for (const std::uint32_t delay : synapses.delays()) lags_.push_back(2 * delay);
    // With many delays the newest events of every cell, of which there are copies for each, are not to take more memory
    // than the synapses.
    const std::size_t depth = lags_.size() > 4 ? 2 : most_depth;
    for (std::size_t k = 0; k < lags_.size(); ++k) events_.emplace_back(target_cells, depth, post_);
    for (std::size_t k = 0; k < tiles_.count; ++k) {
        const Part& part = synapses.part(k);
        Learned& learned = learned_.emplace_back();
        learned.time.resize(part.numbers());
        learned.before.resize(learned.time.size() * pre_.size());
        learned.scratch = std::make_unique<Block>();
    }
    rest(synapses, 0);
}

template <class S>
void EventLearning<S>::check_bounds(const EventProjection& projection, const EventSynapses<S>& synapses) const {
    for (std::size_t k = 0; k < tiles_.count; ++k)
        for (const S weight : synapses.part(k).weight)
            if (!(weight >= static_cast<S>(bounds_.lower) && weight <= static_cast<S>(bounds_.upper)))
                throw std::invalid_argument(
                    fmt::format("projection '{}': a weight of {}, expected {} to {}, as {} has them", projection.name,
                                weight, bounds_.lower, bounds_.upper, projection.plastic.rule->info().name));
}

template <class S>
void EventLearning<S>::rest(EventSynapses<S>& synapses, std::uint32_t now) {
    for (std::size_t k = 0; k < tiles_.count; ++k) {
        settle(synapses, now + 1, k);
        Learned& learned = learned_[k];
        std::ranges::fill(learned.time, std::uint32_t{0} - oldest_event);
        std::ranges::fill(learned.before, S(-1));
        learned.met_before = 0;
        learned.logged = 0;
    }
    for (PostEvents<S>& events : events_) events.rest();
    for (Log& log : logs_) log = {};
}

template <class S>
std::span<const std::uint32_t> EventLearning<S>::within(std::span<const std::uint32_t> cells, std::size_t part) const {
    if (tiles_.count == 1) return cells;
    const auto first = std::ranges::lower_bound(cells, tiles_.begin(part));
    return {first, std::ranges::lower_bound(first, cells.end(), tiles_.begin(part + 1))};
}

template <class S>
void EventLearning<S>::meet(std::size_t lag, std::span<const std::uint32_t> fired, std::uint32_t now,
                            std::size_t part) {
    events_[lag].take(within(fired, part), now);
}

template <class S>
void EventLearning<S>::end(std::span<const std::uint32_t> fired, std::uint32_t now) {
    for (std::size_t part = 0; part < tiles_.count; ++part) {
        const auto cells = within(fired, part);
        events_[0].take(cells, now);
        for (const std::uint32_t cell : cells) {
            logs_[cell].time.push_back(now);
            for (std::size_t trace = 0; trace < post_.size(); ++trace)
                logs_[cell].before.push_back(events_[0].before(0, trace)[cell]);
        }
        learned_[part].logged += cells.size();
    }
}

/// Keeps the logs short, and times within what 32 bits can tell apart.
template <class S>
void EventLearning<S>::tidy(EventSynapses<S>& synapses, std::uint32_t now, std::size_t part) {
    constexpr std::size_t synapses_an_event = 16;  // so that logs are small beside synapses, and this is rare
    Learned& learned = learned_[part];
    if (learned.logged <= synapses.part(part).target.size() / synapses_an_event &&
        now - learned.met_before < oldest_event / 2)
        return;
    settle(synapses, is_dendritic_ ? now + 1 : now, part);
    const Rows cells{tiles_.begin(part), tiles_.begin(part + 1)};
    const std::uint32_t oldest = learned.met_before - lags_.back();
    learned.logged = 0;
    for (std::size_t cell = cells.first; cell < cells.end; ++cell) {
        Log& log = logs_[cell];
        const auto kept =
            std::ranges::find_if(log.time, [&](std::uint32_t time) { return steps_between(oldest, time) >= 0; });
        const auto gone = kept - log.time.begin();
        log.time.erase(log.time.begin(), kept);
        log.before.erase(log.before.begin(), log.before.begin() + gone * static_cast<std::ptrdiff_t>(post_.size()));
        learned.logged += log.time.size();
    }
    for (PostEvents<S>& events : events_) events.renew(cells, now);
    for (std::uint32_t& time : learned.time)
        if (now - time > oldest_event) time = now - oldest_event;
}

template <class S>
template <class Time, class Before>
void EventLearning<S>::at_post(std::span<const std::uint16_t> chosen, const Time& time, const Before& before,
                               const Arrived& arrived, Block& b) const {
    using P = Pack<S>;
    const std::size_t n = chosen.size();
    for (std::size_t q = 0; q < n; ++q) {
        b.chosen[q] = b.weight[chosen[q]];
        b.elapsed[q] = static_cast<S>(steps_between(arrived.time, time(q)));
    }
    std::array<const S*, most_seen> seen{};
    for (std::size_t c = 0; c < at_post_sees_.size(); ++c) {
        const auto [is_pre, trace] = at_post_sees_[c];
        S* const into = b.seen[c];
        seen[c] = into;
        if (is_pre)
            for (std::size_t q = 0; q < n; q += P::size)
                trace_value(P::load(b.elapsed + q), P(arrived.before[trace]), pre_[trace]).store(into + q);
        else
            for (std::size_t q = 0; q < n; ++q) into[q] = before(q, trace);
    }
    rule_->at_post(n, b.chosen, seen.data());
    for (std::size_t q = 0; q < n; ++q) b.weight[chosen[q]] = b.chosen[q];
}

template <class S>
void EventLearning<S>::catch_up(const Part& part, std::size_t delay, std::uint64_t first, std::size_t n,
                                const Arrived& arrived, Block& b) const {
    const std::uint32_t* const target = part.target.data() + first;
    std::copy_n(part.weight.data() + first, n, b.weight);
    if (!has_at_post_) return;
    const PostEvents<S>& events = events_[frame_of(delay)];
    // Those whose newest event waits; of these, those whose event before it does; and so on.
    std::array<std::size_t, most_depth> count{};
    const auto filter = [&](std::size_t d, std::size_t of, const auto& candidate) {
        const std::uint32_t* const time = events.time(d);
        std::uint16_t* const list = b.pending[d];
        std::size_t found = 0;
        for (std::size_t q = 0; q < of; ++q) {
            const auto k = static_cast<std::uint16_t>(candidate(q));
            list[found] = k;
            found += steps_between(arrived.from, time[target[k]]) >= 0 ? 1 : 0;
        }
        count[d] = found;
    };
    filter(0, n, [](std::size_t q) { return q; });
    std::size_t depth = 1;
    for (; depth < events.depth() && count[depth - 1] > 0; ++depth)
        filter(depth, count[depth - 1], [&](std::size_t q) { return b.pending[depth - 1][q]; });
    if (count[depth - 1] > 0 && depth == events.depth())
        catch_up_logged(target, delay, {b.pending[depth - 1], count[depth - 1]}, arrived, b);
    for (std::size_t d = depth; d-- > 0;) {
        if (count[d] == 0) continue;
        const std::uint16_t* const list = b.pending[d];
        at_post(
            {list, count[d]}, [&, time = events.time(d)](std::size_t q) { return time[target[list[q]]]; },
            [&](std::size_t q, std::size_t trace) { return events.before(d, trace)[target[list[q]]]; }, arrived, b);
    }
}

/// What waits for these synapses beyond the newest events.
template <class S>
void EventLearning<S>::catch_up_logged(const std::uint32_t* target, std::size_t delay,
                                       std::span<const std::uint16_t> chosen, const Arrived& arrived, Block& b) const {
    const PostEvents<S>& events = events_[frame_of(delay)];
    const std::uint32_t lag = lags_[frame_of(delay)];
    const std::uint32_t* const oldest = events.time(events.depth() - 1);
    std::array<std::uint32_t, block> next, end;  // in the log of every chosen one
    std::size_t most = 0;
    for (std::size_t q = 0; q < chosen.size(); ++q) {
        const std::uint32_t cell = target[chosen[q]];
        const std::vector<std::uint32_t>& time = logs_[cell].time;
        const auto before = [&](std::uint32_t limit) {  // how many are met before this step
            return static_cast<std::uint32_t>(
                std::ranges::partition_point(time, [&](std::uint32_t t) { return steps_between(limit, t + lag) < 0; }) -
                time.begin());
        };
        next[q] = before(arrived.from);
        end[q] = before(oldest[cell]);
        most = std::max<std::size_t>(most, end[q] - std::min(next[q], end[q]));
    }
    std::array<std::uint16_t, block> now, whose;
    for (std::size_t turn = 0; turn < most; ++turn) {
        std::size_t n = 0;
        for (std::size_t q = 0; q < chosen.size(); ++q)
            if (next[q] + turn < end[q]) {
                whose[n] = static_cast<std::uint16_t>(q);
                now[n++] = chosen[q];
            }
        const auto log = [&](std::size_t q) -> const Log& { return logs_[target[now[q]]]; };
        at_post(
            {now.data(), n}, [&](std::size_t q) { return log(q).time[next[whose[q]] + turn] + lag; },
            [&](std::size_t q, std::size_t trace) {
                return log(q).before[(next[whose[q]] + turn) * post_.size() + trace];
            },
            arrived, b);
    }
}

template <class S>
void EventLearning<S>::at_pre(const std::uint32_t* target, std::size_t delay, std::size_t n, const Arrived& arrived,
                              std::uint32_t now, Block& b) const {
    using P = Pack<S>;
    const PostEvents<S>& events = events_[frame_of(delay)];
    const S since = static_cast<S>(steps_between(arrived.time, now));
    const std::uint32_t* const time = events.time(0);
    for (std::size_t q = 0; q < n; ++q) b.elapsed[q] = static_cast<S>(steps_between(time[target[q]], now));
    std::array<const S*, most_seen> seen{};
    for (std::size_t c = 0; c < at_pre_sees_.size(); ++c) {
        const auto [is_pre, trace] = at_pre_sees_[c];
        S* const into = b.seen[c];
        seen[c] = into;
        if (is_pre) {
            std::fill_n(into, n, trace_value(since, arrived.before[trace], pre_[trace]));
            continue;
        }
        const S* const before = events.before(0, trace);
        for (std::size_t q = 0; q < n; ++q) b.before[q] = before[target[q]];
        for (std::size_t q = 0; q < n; q += P::size)
            trace_value(P::load(b.elapsed + q), P::load(b.before + q), post_[trace]).store(into + q);
    }
    rule_->at_pre(n, b.weight, seen.data());
}

template <class S>
void EventLearning<S>::deliver(EventSynapses<S>& synapses, std::span<const std::uint32_t> sources, std::size_t k,
                               std::uint32_t now, S* into, std::size_t part) {
    Part& of = synapses.part(part);
    Learned& learned = learned_[part];
    Block& b = *learned.scratch;
    for (const std::uint32_t source : sources) {
        const Range range = EventSynapses<S>::with_delay(of, source, k, delays_);
        if (range.first >= range.end) continue;
        const Arrived last = arrived(learned, range.segment);
        each_block(of, k, range, last, b, [&](std::uint64_t first, std::size_t n) {
            const std::uint32_t* const target = of.target.data() + first;
            if (has_at_pre_) at_pre(target, k, n, last, now, b);
            std::copy_n(b.weight, n, of.weight.data() + first);
            for (std::size_t q = 0; q < n; ++q) into[target[q]] += b.weight[q];
        });
        S* const before = learned.before.data() + range.segment * pre_.size();
        const S since = static_cast<S>(steps_between(last.time, now));
        for (std::size_t trace = 0; trace < pre_.size(); ++trace)
            before[trace] = trace_value(since, before[trace], pre_[trace]);
        learned.time[range.segment] = now;
    }
}

template <class S>
void EventLearning<S>::settle(EventSynapses<S>& synapses, std::uint32_t met_before, std::size_t part) {
    Part& of = synapses.part(part);
    Learned& learned = learned_[part];
    Block& b = *learned.scratch;
    for (std::size_t source = 0; source < sources_; ++source)
        for (std::size_t delay = 0; delay < delays_; ++delay) {
            const Range range = EventSynapses<S>::with_delay(of, source, delay, delays_);
            if (range.first >= range.end) continue;
            each_block(of, delay, range, arrived(learned, range.segment), b,
                       [&](std::uint64_t first, std::size_t n) { std::copy_n(b.weight, n, of.weight.data() + first); });
        }
    learned.met_before = met_before;
}

template class EventLearning<float>;
template class EventLearning<double>;

}  // namespace apical
