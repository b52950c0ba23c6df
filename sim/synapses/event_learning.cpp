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
        (P::load(eligibility + q) * power_of_two(P::load(b.idle + q) * P(idle_exponent_))).store(eligibility + q);
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
template <class At, class Kept>
void EventLearning<S>::at_post(std::size_t n, const At& at, const Kept& kept, const Arrived& arrived, Block& b) const {
    using P = Pack<S>;
    for (std::size_t q = 0; q < n; ++q) b.chosen[q] = b.weight[at(q)];
    for (std::size_t q = 0; q < n; ++q)
        b.elapsed[q] = static_cast<S>(std::max(steps_between(arrived.time, b.when[q]), 0));
    if (idle_exponent_ != 0) {
        for (std::size_t q = 0; q < n; ++q)
            b.idle[q] = static_cast<S>(std::max(steps_between(b.changed[at(q)], b.when[q]), 0));
        decay(b.chosen, n, b);
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
    // Without a branch, so that the compiler makes vectors of it.
    const std::uint32_t first = arrived.from, waiting = arrived.until - arrived.from + 1;
    for (std::size_t q = 0; q < n; ++q) {
        const S before = b.weight[at(q)], after = b.chosen[q];
        b.weight[at(q)] = b.when[q] - first < waiting ? after : before;
    }
    if (idle_exponent_ != 0)
        for (std::size_t q = 0; q < n; ++q) {
            const std::uint32_t before = b.changed[at(q)], after = b.when[q];
            b.changed[at(q)] = after - first < waiting ? after : before;
        }
}

template <class S>
void EventLearning<S>::catch_up(const Part& part, const Learned& learned, std::uint64_t first, std::size_t n,
                                const Arrived& arrived, Block& b) const {
    const std::uint32_t* const target = part.target.data() + first;
    const bool is_eligibility = idle_exponent_ != 0;
    std::copy_n((is_eligibility ? learned.eligibility : part.weight).data() + first, n, b.weight);
    if (is_eligibility) std::copy_n(learned.changed.data() + first, n, b.changed);
    if (!has_at_post_) return;
    // How many have not met the newest event of their cell, and which of them not the one before it, and so on.
    const std::uint32_t from = arrived.from;
    const auto waits = [from](std::uint32_t time) { return static_cast<std::size_t>(~(time - from) >> 31); };
    std::array<std::size_t, depth> count{};
    const auto filter = [&](std::size_t d, std::size_t of, const auto& candidate) {
        const std::uint32_t* const time = events_.time(d);
        std::uint16_t* const list = b.pending[d];
        std::size_t found = 0;
        for (std::size_t q = 0; q < of; ++q) {
            const auto k = static_cast<std::uint16_t>(candidate(q));
            list[found] = k;
            found += waits(time[target[k]]);
        }
        count[d] = found;
    };
    const auto all = [](std::size_t q) { return q; };
    const std::uint32_t* const newest = events_.time(0);
    for (std::size_t q = 0; q < n; ++q) b.newest[q] = newest[target[q]];
    std::uint32_t waiting = 0;
    for (std::size_t q = 0; q < n; ++q) waiting += ~(b.newest[q] - from) >> 31;
    if (waiting == 0) return;
    const bool most = 3 * waiting > 2 * n;
    count[0] = waiting;
    if (most) filter(1, n, all);
    else {
        filter(0, n, all);
        filter(1, count[0], [&](std::size_t q) { return b.pending[0][q]; });
    }
    std::size_t deepest = 2;
    for (; deepest < depth && count[deepest - 1] > 0; ++deepest)
        filter(deepest, count[deepest - 1], [&](std::size_t q) { return b.pending[deepest - 1][q]; });
    if (deepest == depth && count[depth - 1] > 0)
        catch_up_logged(target, {b.pending[depth - 1], count[depth - 1]}, arrived, b);
    for (std::size_t d = deepest; d-- > 0;) {
        if (count[d] == 0) continue;
        const std::uint32_t* const time = events_.time(d);
        const auto meet = [&](std::size_t of, const auto& at) {
            at_post(
                of, at, [&](std::size_t q, std::size_t column) { return events_.before(d, column)[target[at(q)]]; },
                arrived, b);
        };
        if (d == 0 && most) {  // all of them side by side
            std::copy_n(b.newest, n, b.when);
            meet(n, all);
        } else {
            const std::uint16_t* const list = b.pending[d];
            for (std::size_t q = 0; q < count[d]; ++q) b.when[q] = time[target[list[q]]];
            meet(count[d], [list](std::size_t q) { return list[q]; });
        }
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
        for (std::size_t q = 0; q < n; ++q) b.when[q] = log(q).time[next[whose[q]] + turn];
        at_post(
            n, [&](std::size_t q) { return now[q]; },
            [&](std::size_t q, std::size_t column) { return log(q).before[(next[whose[q]] + turn) * kept() + column]; },
            arrived, b);
    }
}

template <class S>
std::pair<std::uint32_t, S> EventLearning<S>::last_event(std::uint32_t cell, std::size_t trace,
                                                         std::uint32_t until) const {
    for (std::size_t d = 0; d < depth; ++d)
        if (const std::uint32_t time = events_.time(d)[cell]; steps_between(time, until) >= 0)
            return {time, events_.before(d, trace)[cell]};
    const Log& log = logs_[cell];
    const auto later =
        std::ranges::partition_point(log.time, [&](std::uint32_t t) { return steps_between(t, until) >= 0; });
    if (later == log.time.begin()) return {until - oldest_event, S(-1)};
    const auto last = static_cast<std::size_t>(later - log.time.begin()) - 1;
    return {log.time[last], log.before[last * kept() + trace]};
}

template <class S>
template <class Cell>
void EventLearning<S>::post_trace(std::size_t n, const Cell& cell, std::size_t trace, std::uint32_t until, S* into,
                                  Block& b) const {
    using P = Pack<S>;
    const std::uint32_t* const time = events_.time(0);
    const S* const before = events_.before(0, trace);
    for (std::size_t q = 0; q < n; ++q) into[q] = before[cell(q)];
    for (std::size_t q = 0; q < n; ++q) b.when[q] = time[cell(q)];
    for (std::size_t q = 0; q < n; ++q) b.elapsed[q] = static_cast<S>(steps_between(b.when[q], until));
    // Of cells whose newest event has not reached these synapses yet, an older one counts.
    std::uint16_t* const list = b.pending[0];
    std::size_t others = 0;
    for (std::size_t q = 0; q < n; ++q) {
        list[others] = static_cast<std::uint16_t>(q);
        others += b.elapsed[q] < 0 ? 1 : 0;
    }
    for (std::size_t k = 0; k < others; ++k) {
        const std::size_t q = list[k];
        const auto [when, value] = last_event(cell(q), trace, until);
        b.elapsed[q] = static_cast<S>(steps_between(when, until));
        into[q] = value;
    }
    for (std::size_t q = 0; q < n; q += P::size)
        trace_value(P::load(b.elapsed + q), P::load(into + q), post_[trace]).store(into + q);
}

template <class S>
void EventLearning<S>::meet(Learned& learned, Rows cells, std::uint32_t until) const {
    const std::size_t size = cells.end - cells.first;
    Block& b = *learned.scratch;
    learned.met.resize(at_pre_sees_.size() * size);
    for (std::size_t c = 0; c < at_pre_sees_.size(); ++c) {
        if (at_pre_sees_[c].from != Source::From::kept) continue;
        for (std::size_t first = 0; first < size; first += block) {
            const std::size_t n = std::min(block, size - first);
            const auto cell = [begin = static_cast<std::uint32_t>(cells.first + first)](std::size_t q) {
                return begin + static_cast<std::uint32_t>(q);
            };
            post_trace(n, cell, at_pre_sees_[c].index, until, b.seen[c], b);
            std::copy_n(b.seen[c], n, learned.met.data() + c * size + first);
        }
    }
}

template <class S>
void EventLearning<S>::at_pre(const std::uint32_t* target, std::size_t n, const Arrived& arrived, const S* met,
                              std::uint32_t first, std::size_t cells, Block& b) const {
    std::array<const S*, most_seen> seen{};
    for (std::size_t c = 0; c < at_pre_sees_.size(); ++c) {
        const auto [from, index] = at_pre_sees_[c];
        S* const into = b.seen[c];
        seen[c] = into;
        if (from == Source::From::pre) {
            const S since = static_cast<S>(steps_between(arrived.time, arrived.until));
            std::fill_n(into, n, trace_value(since, arrived.before[index], pre_[index]));
        } else if (from == Source::From::column) {
            const S* const column = columns_[index].data();
            for (std::size_t q = 0; q < n; ++q) into[q] = column[target[q]];
        } else if (met != nullptr) {
            const S* const column = met + c * cells;
            for (std::size_t q = 0; q < n; ++q) into[q] = column[target[q] - first];
        } else
            post_trace(
                n, [&](std::size_t q) { return target[q]; }, index, arrived.until, into, b);
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
    const Rows cells{tiles_.begin(part), tiles_.begin(part + 1)};
    const std::size_t size = cells.end - cells.first;
    // What each cell has is worked out once where more synapses than cells ask for it.
    const bool meets = has_at_pre_ && sources.size() * of.target.size() > size * sources_ * delays_;
    if (meets) meet(learned, cells, now - lags_[k]);
    const S* const met = meets ? learned.met.data() : nullptr;
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
            if (has_at_pre_) at_pre(target, n, last, met, static_cast<std::uint32_t>(cells.first), size, b);
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
