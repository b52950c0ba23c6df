#include "sim/synapses/event_learning.hpp"

#include <algorithm>

namespace apical {

template <class S>
void EventLearning<S>::rest(EventSynapses<S>& synapses) {
    for (std::size_t k = 0; k < tiles_.count; ++k) {
        settle(synapses, now_ + 1, k);
        Learned& learned = learned_[k];
        std::ranges::fill(learned.time, std::uint32_t{0} - oldest_event);
        std::ranges::fill(learned.before, S(-1));
        std::ranges::fill(learned.eligibility, S(0));
        std::ranges::fill(learned.changed, 0);
        learned.met_before = 0;
        learned.logged = 0;
    }
    events_.rest();
    for (Log& log : logs_) log = {};
    now_ = 0;
}

template <class S>
void EventLearning<S>::take(std::size_t kind, std::span<const std::uint32_t> fired, std::uint32_t now) {
    events_.take(fired, now, marks_[kind]);
    std::size_t part = 0;
    for (const std::uint32_t cell : fired) {
        while (cell >= tiles_.begin(part + 1)) ++part;
        ++learned_[part].logged;
        logs_[cell].time.push_back(now);
        for (std::size_t column = 0; column < kept(); ++column)
            logs_[cell].before.push_back(events_.before(0, column)[cell]);
    }
}

/// How many events of a log are needed by no synapse that has met what there is to meet by the end of this step: not
/// those that are on their way, nor the one before, from which traces go on.
template <class S>
std::size_t EventLearning<S>::needless(const Log& log, std::uint32_t now) const {
    const std::uint32_t reached = now - lags_.back();
    const auto later =
        std::ranges::partition_point(log.time, [&](std::uint32_t t) { return steps_between(t, reached) >= 0; });
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(later - log.time.begin() - 1, 0));
}

/// Keeps the logs short, and times within what 32 bits can tell apart.
template <class S>
void EventLearning<S>::begin(EventSynapses<S>& synapses, std::uint32_t now, std::size_t part) {
    constexpr std::size_t synapses_an_event = 16;  // so that logs are small beside synapses, and this is rare
    Learned& learned = learned_[part];
    const std::size_t enough = synapses.part(part).target.size() / synapses_an_event;
    if (learned.logged <= std::max(enough, 2 * learned.left) && now - learned.met_before < oldest_event / 2) return;
    settle(synapses, now, part);
    const Rows cells{tiles_.begin(part), tiles_.begin(part + 1)};
    learned.logged = 0;
    for (std::size_t cell = cells.first; cell < cells.end; ++cell) {
        Log& log = logs_[cell];
        const std::size_t gone = needless(log, now - 1);
        log.time.erase(log.time.begin(), log.time.begin() + static_cast<std::ptrdiff_t>(gone));
        log.before.erase(log.before.begin(), log.before.begin() + static_cast<std::ptrdiff_t>(gone * kept()));
        learned.logged += log.time.size();
    }
    learned.left = learned.logged;
    events_.renew(cells, now);
    for (std::uint32_t& time : learned.time)
        if (now - time > oldest_event) time = now - oldest_event;
    for (std::uint32_t& time : learned.changed)
        if (now - time > oldest_event && steps_between(time, now) > 0) time = now - oldest_event;
}

template <class S>
void EventLearning<S>::decay(S* eligibility, std::size_t n, const Block& b) const {
    using P = Pack<S>;
    for (std::size_t q = 0; q < n; q += P::size)
        (P::load(eligibility + q) * exp(P::load(b.idle + q) * P(idle_exponent_))).store(eligibility + q);
}

template <class S>
void EventLearning<S>::put_back(Part& part, Learned& learned, std::uint64_t first, std::size_t n,
                                const Block& b) const {
    if (idle_exponent_ == 0) {
        std::copy_n(b.weight, n, part.weight.data() + first);
        return;
    }
    std::copy_n(b.weight, n, learned.eligibility.data() + first);
    std::copy_n(b.changed, n, learned.changed.data() + first);
}

template <class S>
void EventLearning<S>::modulate(EventSynapses<S>& synapses, S reward) {
    const S lower = static_cast<S>(bounds_.lower), upper = static_cast<S>(bounds_.upper);
    for (std::size_t k = 0; k < tiles_.count; ++k) {
        settle(synapses, now_ + 1, k);
        Part& part = synapses.part(k);
        Learned& learned = learned_[k];
        Block& b = *learned.scratch;
        for (std::size_t source = 0; source < sources_; ++source)
            for (std::size_t delay = 0; delay < delays_; ++delay) {
                const Range range = EventSynapses<S>::with_delay(part, source, delay, delays_);
                for (std::uint64_t first = range.first; first < range.end; first += block) {
                    const std::size_t n = std::min<std::uint64_t>(block, range.end - first);
                    for (std::size_t q = 0; q < n; ++q) {
                        b.weight[q] = learned.eligibility[first + q];
                        b.idle[q] = static_cast<S>(steps_between(learned.changed[first + q], now_ - lags_[delay]));
                    }
                    decay(b.weight, n, b);
                    S* const weight = part.weight.data() + first;
                    for (std::size_t q = 0; q < n; ++q)
                        weight[q] = std::clamp(weight[q] + reward * b.weight[q], lower, upper);
                }
            }
    }
}

template <class S>
template <class Time, class Kept>
void EventLearning<S>::at_post(std::uint16_t* list, std::size_t listed, const Time& time, const Kept& kept,
                               const Arrived& arrived, Block& b) const {
    using P = Pack<S>;
    std::size_t n = 0;  // that it has reached
    for (std::size_t q = 0; q < listed; ++q) {
        const std::uint16_t k = list[q];
        const std::uint32_t when = time(q);
        list[n] = k;
        b.chosen[n] = b.weight[k];
        b.elapsed[n] = static_cast<S>(steps_between(arrived.time, when));
        if (idle_exponent_ != 0) b.idle[n] = static_cast<S>(steps_between(b.changed[k], when));
        n += steps_between(when, arrived.until) >= 0 ? 1 : 0;
    }
    if (n == 0) return;
    if (idle_exponent_ != 0) {
        decay(b.chosen, n, b);
        for (std::size_t q = 0; q < n; ++q) b.changed[list[q]] = time(q);
    }
    std::array<const S*, most_seen> seen{};
    for (std::size_t c = 0; c < at_post_sees_.size(); ++c) {
        const auto [from, index] = at_post_sees_[c];
        S* const into = b.seen[c];
        seen[c] = into;
        if (from == Source::From::pre)
            for (std::size_t q = 0; q < n; q += P::size)
                trace_value(P::load(b.elapsed + q), P(arrived.before[index]), pre_[index]).store(into + q);
        else
            for (std::size_t q = 0; q < n; ++q) into[q] = kept(q, index);
    }
    rule_->at_post(n, b.chosen, seen.data());
    for (std::size_t q = 0; q < n; ++q) b.weight[list[q]] = b.chosen[q];
}

template <class S>
void EventLearning<S>::catch_up(const Part& part, const Learned& learned, std::uint64_t first, std::size_t n,
                                const Arrived& arrived, Block& b) const {
    const std::uint32_t* const target = part.target.data() + first;
    const bool is_eligibility = idle_exponent_ != 0;
    std::copy_n((is_eligibility ? learned.eligibility : part.weight).data() + first, n, b.weight);
    if (is_eligibility) std::copy_n(learned.changed.data() + first, n, b.changed);
    if (!has_at_post_) return;
    // Those whose newest event has not been met; of these, those whose event before it has not been; and so on.
    std::array<std::size_t, depth> count{};
    const auto filter = [&](std::size_t d, std::size_t of, const auto& candidate) {
        const std::uint32_t* const time = events_.time(d);
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
    std::size_t deepest = 1;
    for (; deepest < depth && count[deepest - 1] > 0; ++deepest)
        filter(deepest, count[deepest - 1], [&](std::size_t q) { return b.pending[deepest - 1][q]; });
    if (deepest == depth && count[depth - 1] > 0)
        catch_up_logged(target, {b.pending[depth - 1], count[depth - 1]}, arrived, b);
    for (std::size_t d = deepest; d-- > 0;) {
        const std::uint32_t* const time = events_.time(d);
        std::uint16_t* const list = b.pending[d];
        at_post(
            list, count[d], [&](std::size_t q) { return time[target[list[q]]]; },
            [&](std::size_t q, std::size_t column) { return events_.before(d, column)[target[list[q]]]; }, arrived, b);
    }
}

/// What waits for these synapses beyond the newest events.
template <class S>
void EventLearning<S>::catch_up_logged(const std::uint32_t* target, std::span<const std::uint16_t> chosen,
                                       const Arrived& arrived, Block& b) const {
    std::array<std::uint32_t, block> next, end;  // in the log of every chosen one
    std::uint32_t most = 0;
    for (std::size_t q = 0; q < chosen.size(); ++q) {
        const std::vector<std::uint32_t>& time = logs_[target[chosen[q]]].time;
        const auto before = [&](std::uint32_t step) {  // how many there are before it
            return static_cast<std::uint32_t>(
                std::ranges::partition_point(time, [&](std::uint32_t t) { return steps_between(step, t) < 0; }) -
                time.begin());
        };
        next[q] = before(arrived.from);
        end[q] = std::min(before(arrived.until + 1), static_cast<std::uint32_t>(time.size() - depth));
        end[q] = std::max(end[q], next[q]);
        most = std::max(most, end[q] - next[q]);
    }
    std::array<std::uint16_t, block> now, whose;
    for (std::uint32_t turn = 0; turn < most; ++turn) {
        std::size_t n = 0;
        for (std::size_t q = 0; q < chosen.size(); ++q)
            if (next[q] + turn < end[q]) {
                whose[n] = static_cast<std::uint16_t>(q);
                now[n++] = chosen[q];
            }
        const auto log = [&](std::size_t q) -> const Log& { return logs_[target[now[q]]]; };
        at_post(
            now.data(), n, [&](std::size_t q) { return log(q).time[next[whose[q]] + turn]; },
            [&](std::size_t q, std::size_t column) { return log(q).before[(next[whose[q]] + turn) * kept() + column]; },
            arrived, b);
    }
}

template <class S>
S EventLearning<S>::older_value(std::uint32_t cell, std::size_t trace, std::uint32_t until) const {
    std::size_t d = 1;
    while (d < depth && steps_between(events_.time(d)[cell], until) < 0) ++d;
    if (d < depth)
        return trace_value(static_cast<S>(steps_between(events_.time(d)[cell], until)), events_.before(d, trace)[cell],
                           post_[trace]);
    const Log& log = logs_[cell];
    const auto later =
        std::ranges::partition_point(log.time, [&](std::uint32_t t) { return steps_between(t, until) >= 0; });
    if (later == log.time.begin()) return 0;
    const auto last = static_cast<std::size_t>(later - log.time.begin()) - 1;
    return trace_value(static_cast<S>(steps_between(log.time[last], until)), log.before[last * kept() + trace],
                       post_[trace]);
}

template <class S>
void EventLearning<S>::at_pre(const std::uint32_t* target, std::size_t n, const Arrived& arrived, Block& b) const {
    using P = Pack<S>;
    const std::uint32_t* const time = events_.time(0);
    // Of cells whose newest event has not reached these synapses yet, an older one counts.
    std::uint16_t* const list = b.pending[0];
    std::size_t others = 0;
    for (std::size_t q = 0; q < n; ++q) {
        const std::int32_t elapsed = steps_between(time[target[q]], arrived.until);
        b.elapsed[q] = static_cast<S>(elapsed);
        list[others] = static_cast<std::uint16_t>(q);
        others += elapsed < 0 ? 1 : 0;
    }
    std::array<const S*, most_seen> seen{};
    for (std::size_t c = 0; c < at_pre_sees_.size(); ++c) {
        const auto [from, index] = at_pre_sees_[c];
        S* const into = b.seen[c];
        seen[c] = into;
        if (from == Source::From::pre) {
            const S since = static_cast<S>(steps_between(arrived.time, arrived.until));
            std::fill_n(into, n, trace_value(since, arrived.before[index], pre_[index]));
            continue;
        }
        const S* const column = from == Source::From::column ? columns_[index].data() : events_.before(0, index);
        for (std::size_t q = 0; q < n; ++q) into[q] = column[target[q]];
        if (from == Source::From::column) continue;
        for (std::size_t q = 0; q < n; q += P::size)
            trace_value(P::load(b.elapsed + q), P::load(into + q), post_[index]).store(into + q);
        for (std::size_t q = 0; q < others; ++q) into[list[q]] = older_value(target[list[q]], index, arrived.until);
    }
    if (idle_exponent_ != 0) {
        for (std::size_t q = 0; q < n; ++q) {
            b.idle[q] = static_cast<S>(steps_between(b.changed[q], arrived.until));
            b.changed[q] = arrived.until;
        }
        decay(b.weight, n, b);
    }
    rule_->at_pre(n, b.weight, seen.data());
}

template <class S>
void EventLearning<S>::deliver(EventSynapses<S>& synapses, std::span<const std::uint32_t> sources, std::size_t k,
                               std::uint32_t now, S* into, std::size_t part) {
    if (sources.empty()) return;
    Part& of = synapses.part(part);
    Learned& learned = learned_[part];
    Block& b = *learned.scratch;
    Range next = EventSynapses<S>::with_delay(of, sources.front(), k, delays_);
    for (std::size_t j = 0; j < sources.size(); ++j) {
        const Range range = next;
        if (j + 1 < sources.size()) next = EventSynapses<S>::with_delay(of, sources[j + 1], k, delays_);
        if (range.first >= range.end) continue;
        const Arrived last = arrived(learned, k, range.segment, now);
        each_block(of, learned, range, last, b, [&](std::uint64_t first, std::size_t n) {
            const std::uint32_t* const target = of.target.data() + first;
            constexpr std::size_t line = 16;  // the next row is asked for at the pace of this one
            for (std::uint64_t at = next.first + (first - range.first), l = 0; l < n && at < next.end;
                 l += line, at += line) {
                __builtin_prefetch(of.target.data() + at);
                __builtin_prefetch(of.weight.data() + at);
            }
            if (has_at_pre_) at_pre(target, n, last, b);
            put_back(of, learned, first, n, b);
            const S* const weight = of.weight.data() + first;
            for (std::size_t q = 0; q < n; ++q) into[target[q]] += sign_ * weight[q];
        });
        S* const before = learned.before.data() + range.segment * pre_.size();
        const S since = static_cast<S>(steps_between(last.time, last.until));
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
            each_block(of, learned, range, arrived(learned, delay, range.segment, met_before - 1), b,
                       [&](std::uint64_t first, std::size_t n) { put_back(of, learned, first, n, b); });
        }
    learned.met_before = met_before;
}

template class EventLearning<float>;
template class EventLearning<double>;

}  // namespace apical
