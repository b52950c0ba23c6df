// What the synapses of an EventLearning are, for who looks at them, and in checkpoints.
#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/synapses/event_learning.hpp"

namespace apical {

template <class S>
void EventLearning<S>::visit(const EventSynapses<S>& synapses, SynapseVisitor& visitor) const {
    const auto b = std::make_unique<Block>();
    std::vector<std::uint32_t> pre;
    std::vector<double> values;
    each_range(synapses, [&](std::size_t source, std::size_t delay, std::size_t part, Range range) {
        const Part& of = synapses.part(part);
        pre.assign(range.end - range.first, static_cast<std::uint32_t>(source));
        values.clear();
        each_block(of, delay, range, arrived(learned_[part], range.segment), *b,
                   [&](std::uint64_t, std::size_t n) { values.insert(values.end(), b->weight, b->weight + n); });
        visitor.visit({of.target.data() + range.first, pre.size()}, pre, values);
    });
}

template <class S>
void EventLearning<S>::save(const EventSynapses<S>& synapses, std::uint32_t now, ArchiveWriter& archive,
                            const std::string& prefix) const {
    const auto b = std::make_unique<Block>();
    std::vector<S> weights, before;
    std::vector<std::uint64_t> times;
    weights.reserve(synapses.synapses());
    std::size_t source_before = sources_, delay_before = delays_;
    each_range(synapses, [&](std::size_t source, std::size_t delay, std::size_t part, Range range) {
        const Arrived last = arrived(learned_[part], range.segment);
        each_block(synapses.part(part), delay, range, last, *b,
                   [&](std::uint64_t, std::size_t n) { weights.insert(weights.end(), b->weight, b->weight + n); });
        if (source == source_before && delay == delay_before) return;  // the same in every part
        source_before = source, delay_before = delay;
        times.push_back(last.time);
        before.insert(before.end(), last.before, last.before + pre_.size());
    });
    archive.put(prefix + "/weights", std::span<const S>(weights));
    archive.put(prefix + "/pre/times", std::span<const std::uint64_t>(times));
    archive.put(prefix + "/pre/before", std::span<const S>(before));
    for (std::size_t k = 0; k < events_.size(); ++k) events_[k].save(archive, fmt::format("{}/post/{}", prefix, k));
    // What some synapse has not met yet.
    std::vector<std::uint64_t> logged;
    std::vector<S> met;
    for (const Log& log : logs_) {
        const std::size_t count_at = logged.size();
        logged.push_back(0);
        for (std::size_t k = 0; k < log.time.size(); ++k) {
            if (steps_between(now, log.time[k] + lags_.back()) <= 0) continue;
            ++logged[count_at];
            logged.push_back(log.time[k]);
            met.insert(met.end(), log.before.begin() + static_cast<std::ptrdiff_t>(k * post_.size()),
                       log.before.begin() + static_cast<std::ptrdiff_t>((k + 1) * post_.size()));
        }
    }
    archive.put(prefix + "/post/log", std::span<const std::uint64_t>(logged));
    archive.put(prefix + "/post/log_before", std::span<const S>(met));
}

template <class S>
void EventLearning<S>::load(EventSynapses<S>& synapses, std::uint32_t now, const ArchiveReader& archive,
                            const std::string& prefix) {
    std::vector<S> weights(synapses.synapses());
    archive.take(prefix + "/weights", std::span<S>(weights));
    const std::vector<std::uint64_t> times = archive.numbers(prefix + "/pre/times");
    std::vector<S> before(times.size() * pre_.size());
    archive.take(prefix + "/pre/before", std::span<S>(before));
    std::size_t weight = 0, row = 0, source_before = sources_, delay_before = delays_;
    each_range(synapses, [&](std::size_t source, std::size_t delay, std::size_t part, Range range) {
        const std::size_t n = range.end - range.first;
        std::copy_n(weights.data() + weight, n, synapses.part(part).weight.data() + range.first);
        weight += n;
        if (source != source_before || delay != delay_before) ++row;
        source_before = source, delay_before = delay;
        if (row > times.size()) return;
        learned_[part].time[range.segment] = static_cast<std::uint32_t>(times[row - 1]);
        std::copy_n(before.data() + (row - 1) * pre_.size(), pre_.size(),
                    learned_[part].before.data() + range.segment * pre_.size());
    });
    if (row != times.size())
        throw InputError({{"checkpoint", 0, 0},
                          prefix + "/pre/times",
                          fmt::format("{} numbers", times.size()),
                          fmt::format("{}, one of every source and delay", row),
                          "go on with the circuit that wrote it"});
    for (std::size_t k = 0; k < events_.size(); ++k) events_[k].load(archive, fmt::format("{}/post/{}", prefix, k));
    load_logs(archive, prefix);
    for (Learned& learned : learned_) learned.met_before = now + 1;
}

template <class S>
void EventLearning<S>::load_logs(const ArchiveReader& archive, const std::string& prefix) {
    const std::vector<std::uint64_t> logged = archive.numbers(prefix + "/post/log");
    const auto refuse = [&] {
        throw InputError({{"checkpoint", 0, 0},
                          prefix + "/post/log",
                          fmt::format("{} numbers", logged.size()),
                          fmt::format("the events of {} cells", logs_.size()),
                          "go on with the circuit that wrote it"});
    };
    std::size_t at = 0, events = 0;
    for (Log& log : logs_) {
        if (at >= logged.size() || logged[at] > logged.size() - at - 1) refuse();
        const auto first = logged.begin() + static_cast<std::ptrdiff_t>(at + 1);
        log.time.assign(first, first + static_cast<std::ptrdiff_t>(logged[at]));
        events += log.time.size();
        at += 1 + log.time.size();
    }
    if (at != logged.size()) refuse();
    std::vector<S> before(events * post_.size());
    archive.take(prefix + "/post/log_before", std::span<S>(before));
    auto next = before.cbegin();
    for (Learned& learned : learned_) learned.logged = 0;
    for (std::size_t part = 0; part < tiles_.count; ++part)
        for (std::size_t cell = tiles_.begin(part); cell < tiles_.begin(part + 1); ++cell) {
            Log& log = logs_[cell];
            const auto end = next + static_cast<std::ptrdiff_t>(log.time.size() * post_.size());
            log.before.assign(next, end);
            next = end;
            learned_[part].logged += log.time.size();
        }
}

template <class S>
std::size_t EventLearning<S>::bytes() const {
    std::size_t sum = 0;
    for (const PostEvents<S>& events : events_) sum += events.bytes();
    for (const Log& log : logs_)
        sum += sizeof(Log) + log.time.capacity() * sizeof(std::uint32_t) + log.before.capacity() * sizeof(S);
    for (const Learned& learned : learned_)
        sum += learned.time.capacity() * sizeof(std::uint32_t) + learned.before.capacity() * sizeof(S) + sizeof(Block);
    return sum;
}

#define APICAL_SCALAR(S)                                                                                              \
    template void EventLearning<S>::visit(const EventSynapses<S>&, SynapseVisitor&) const;                            \
    template void EventLearning<S>::save(const EventSynapses<S>&, std::uint32_t, ArchiveWriter&, const std::string&)  \
        const;                                                                                                        \
    template void EventLearning<S>::load(EventSynapses<S>&, std::uint32_t, const ArchiveReader&, const std::string&); \
    template void EventLearning<S>::load_logs(const ArchiveReader&, const std::string&);                              \
    template std::size_t EventLearning<S>::bytes() const;
APICAL_SCALAR(float)
APICAL_SCALAR(double)
#undef APICAL_SCALAR

}  // namespace apical
