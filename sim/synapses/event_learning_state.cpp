// What an EventLearning begins with, what its synapses are for who looks at them, and in checkpoints.
#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <stdexcept>

#include "sim/circuit/unusable.hpp"
#include "sim/core/error.hpp"
#include "sim/synapses/event_learning.hpp"

namespace apical {

namespace {

template <class S>
std::vector<StepTrace<S>> in_steps(const std::vector<TimedTrace>& traces, double step) {
    std::vector<StepTrace<S>> all;
    all.reserve(traces.size());
    for (const TimedTrace& trace : traces)
        all.push_back({static_cast<S>(-step / (trace.tau * std::numbers::ln2)), trace.pairing});
    return all;
}

}  // namespace

template <class S>
EventLearning<S>::EventLearning(const EventProjection& projection, EventSynapses<S>& synapses, std::size_t source_cells,
                                std::size_t target_cells, double step, std::vector<Ref<S>> columns)
    : is_dendritic_(projection.plastic.delay == Attribution::dendritic),
      columns_(std::move(columns)),
      sources_(source_cells),
      delays_(synapses.delays().size()),
      tiles_(synapses.parts()),
      events_(target_cells, depth, {}, 0),
      logs_(target_cells) {
    const EventRule& rule = *projection.plastic.rule;
    const RuleNumbers numbers{projection.name, projection.plastic.parameters};
    rule.bind(numbers, rule_);
    if (is_dendritic_ && !columns_.empty())
        throw Unusable("projection", projection.name, "delay_on",
                       fmt::format("{} sees columns of the postsynaptic cell as they are now, expected an axonal delay",
                                   rule.info().name));
    has_at_post_ = rule.has_at_post();
    has_at_pre_ = rule.has_at_pre();
    bounds_ = rule.bounds(numbers);
    if (const auto tau = rule.eligibility(numbers)) idle_exponent_ = static_cast<S>(-step / (*tau * std::numbers::ln2));
    else if (!projection.plastic.modulators.empty())
        numbers.refuse(fmt::format("{} has no eligibility that a reward could act on", rule.info().name));
    pre_ = in_steps<S>(rule.pre_traces(numbers), step);
    post_ = in_steps<S>(rule.post_traces(numbers), step);
    for (const Seen& seen : rule.at_post_sees()) {
        keeps_amplitude_ |= seen.of == Seen::Of::event_amplitude;
        keeps_columns_ |= seen.of == Seen::Of::post_column;
    }
    for (const Seen& seen : rule.at_post_sees()) at_post_sees_.push_back(source_of(seen, true));
    for (const Seen& seen : rule.at_pre_sees()) at_pre_sees_.push_back(source_of(seen, false));
    if (std::max(at_post_sees_.size(), at_pre_sees_.size()) > most_seen)
        throw std::logic_error(fmt::format("a rule of events sees at most {} numbers at once", most_seen));
    for (const Instructor& kind : instructors_of(projection.plastic, projection.target)) {
        std::vector<Mark<S>>& marks = marks_.emplace_back();
        if (keeps_amplitude_) marks.push_back({.number = static_cast<S>(kind.amplitude)});
        if (keeps_columns_)
            for (const Ref<S>& column : columns_) marks.push_back({.column = column});
    }
    synapses.own_weights();
    take_magnitudes(synapses);
    check_bounds(projection, synapses);
    for (const std::uint32_t delay : synapses.delays()) lags_.push_back(is_dendritic_ ? 2 * delay : 0);
    events_ = PostEvents<S>(target_cells, depth, post_, marks_.front().size());
    for (std::size_t k = 0; k < tiles_.count; ++k) {
        const Part& part = synapses.part(k);
        Learned& learned = learned_.emplace_back();
        learned.time.resize(part.numbers());
        learned.before.resize(learned.time.size() * pre_.size());
        if (idle_exponent_ != 0) {
            learned.eligibility.resize(part.target.size());
            learned.changed.resize(part.target.size());
        }
        learned.scratch = std::make_unique<Block>();
    }
    rest(synapses);
}

template <class S>
typename EventLearning<S>::Source EventLearning<S>::source_of(const Seen& seen, bool at_post) const {
    using From = typename Source::From;
    switch (seen.of) {
        case Seen::Of::pre_trace:
            return {From::pre, seen.index};
        case Seen::Of::post_trace:
            return {From::kept, seen.index};
        case Seen::Of::post_column:
            if (!at_post) return {From::column, seen.index};
            return {From::kept, post_.size() + (keeps_amplitude_ ? 1 : 0) + seen.index};
        case Seen::Of::event_amplitude:
            if (at_post) return {From::kept, post_.size()};
    }
    throw std::logic_error("only what happens at postsynaptic events sees their amplitude");
}

template <class S>
void EventLearning<S>::take_magnitudes(EventSynapses<S>& synapses) {
    bool negative = false, positive = false;
    for (std::size_t k = 0; k < tiles_.count; ++k)
        for (const S weight : synapses.part(k).weight) {
            negative |= weight < 0;
            positive |= weight > 0;
        }
    if (!negative || positive || bounds_.lower < 0) return;
    sign_ = -1;
    for (std::size_t k = 0; k < tiles_.count; ++k)
        for (S& weight : synapses.part(k).weight) weight = -weight;
}

template <class S>
void EventLearning<S>::check_bounds(const EventProjection& projection, const EventSynapses<S>& synapses) const {
    const double low = sign_ < 0 ? -bounds_.upper : bounds_.lower, high = sign_ < 0 ? 0 - bounds_.lower : bounds_.upper;
    for (std::size_t k = 0; k < tiles_.count; ++k)
        for (const S weight : synapses.part(k).weight)
            if (!(weight >= static_cast<S>(bounds_.lower) && weight <= static_cast<S>(bounds_.upper)))
                throw std::invalid_argument(
                    fmt::format("projection '{}': a weight of {}, expected {} to {}, as {} has them", projection.name,
                                sign_ * weight, low, high, projection.plastic.rule->info().name));
}

template <class S>
void EventLearning<S>::visit(const EventSynapses<S>& synapses, SynapseVisitor& visitor) const {
    const auto b = std::make_unique<Block>();
    std::vector<std::uint32_t> pre;
    std::vector<double> values;
    each_range(synapses, [&](std::size_t source, std::size_t delay, std::size_t part, Range range) {
        const Part& of = synapses.part(part);
        pre.assign(range.end - range.first, static_cast<std::uint32_t>(source));
        values.clear();
        if (idle_exponent_ != 0) values.assign(of.weight.data() + range.first, of.weight.data() + range.end);
        else
            each_block(of, learned_[part], range, arrived(learned_[part], delay, range.segment, now_), *b,
                       [&](std::uint64_t, std::size_t n) { values.insert(values.end(), b->weight, b->weight + n); });
        if (sign_ < 0)
            for (double& value : values) value = -value;
        visitor.visit({of.target.data() + range.first, pre.size()}, pre, values);
    });
}

template <class S>
void EventLearning<S>::save(const EventSynapses<S>& synapses, ArchiveWriter& archive, const std::string& prefix) const {
    const auto b = std::make_unique<Block>();
    std::vector<S> weights, eligibility, before;
    std::vector<std::uint64_t> changed, times;
    weights.reserve(synapses.synapses());
    std::size_t source_before = sources_, delay_before = delays_;
    each_range(synapses, [&](std::size_t source, std::size_t delay, std::size_t part, Range range) {
        const Arrived last = arrived(learned_[part], delay, range.segment, now_);
        const S* const weight = synapses.part(part).weight.data();
        each_block(synapses.part(part), learned_[part], range, last, *b, [&](std::uint64_t first, std::size_t n) {
            if (idle_exponent_ == 0) {
                weights.insert(weights.end(), b->weight, b->weight + n);
                return;
            }
            weights.insert(weights.end(), weight + first, weight + first + n);
            eligibility.insert(eligibility.end(), b->weight, b->weight + n);
            changed.insert(changed.end(), b->changed, b->changed + n);
        });
        if (source == source_before && delay == delay_before) return;  // the same in every part
        source_before = source, delay_before = delay;
        times.push_back(learned_[part].time[range.segment]);
        before.insert(before.end(), last.before, last.before + pre_.size());
    });
    archive.put(prefix + "/weights", std::span<const S>(weights));
    if (idle_exponent_ != 0) {
        archive.put(prefix + "/eligibility", std::span<const S>(eligibility));
        archive.put(prefix + "/changed", std::span<const std::uint64_t>(changed));
    }
    archive.put(prefix + "/pre/times", std::span<const std::uint64_t>(times));
    archive.put(prefix + "/pre/before", std::span<const S>(before));
    events_.save(archive, prefix + "/post");
    // What some synapse has not met yet, and what traces go on from.
    std::vector<std::uint64_t> logged;
    std::vector<S> met;
    for (const Log& log : logs_) {
        const std::size_t gone = needless(log, now_);
        logged.push_back(log.time.size() - gone);
        logged.insert(logged.end(), log.time.begin() + static_cast<std::ptrdiff_t>(gone), log.time.end());
        met.insert(met.end(), log.before.begin() + static_cast<std::ptrdiff_t>(gone * kept()), log.before.end());
    }
    archive.put(prefix + "/post/log", std::span<const std::uint64_t>(logged));
    archive.put(prefix + "/post/log_before", std::span<const S>(met));
}

template <class S>
void EventLearning<S>::load(EventSynapses<S>& synapses, std::uint32_t now, const ArchiveReader& archive,
                            const std::string& prefix) {
    std::vector<S> weights(synapses.synapses());
    archive.take(prefix + "/weights", std::span<S>(weights));
    std::vector<S> eligibility(idle_exponent_ == 0 ? 0 : weights.size());
    std::vector<std::uint64_t> changed(eligibility.size());
    if (idle_exponent_ != 0) {
        archive.take(prefix + "/eligibility", std::span<S>(eligibility));
        archive.take(prefix + "/changed", std::span<std::uint64_t>(changed));
    }
    const std::vector<std::uint64_t> times = archive.numbers(prefix + "/pre/times");
    std::vector<S> before(times.size() * pre_.size());
    archive.take(prefix + "/pre/before", std::span<S>(before));
    std::size_t weight = 0, row = 0, source_before = sources_, delay_before = delays_;
    each_range(synapses, [&](std::size_t source, std::size_t delay, std::size_t part, Range range) {
        const std::size_t n = range.end - range.first;
        std::copy_n(weights.data() + weight, n, synapses.part(part).weight.data() + range.first);
        if (idle_exponent_ != 0) {
            std::copy_n(eligibility.data() + weight, n, learned_[part].eligibility.data() + range.first);
            std::transform(changed.data() + weight, changed.data() + weight + n,
                           learned_[part].changed.data() + range.first,
                           [](std::uint64_t step) { return static_cast<std::uint32_t>(step); });
        }
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
    events_.load(archive, prefix + "/post");
    load_logs(archive, prefix);
    for (Learned& learned : learned_) learned.met_before = now + 1;
    now_ = now;
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
    std::vector<S> before(events * kept());
    archive.take(prefix + "/post/log_before", std::span<S>(before));
    auto next = before.cbegin();
    for (Learned& learned : learned_) learned.logged = 0;
    for (std::size_t part = 0; part < tiles_.count; ++part)
        for (std::size_t cell = tiles_.begin(part); cell < tiles_.begin(part + 1); ++cell) {
            Log& log = logs_[cell];
            const auto end = next + static_cast<std::ptrdiff_t>(log.time.size() * kept());
            log.before.assign(next, end);
            next = end;
            learned_[part].logged += log.time.size();
        }
}

template <class S>
std::size_t EventLearning<S>::bytes() const {
    std::size_t sum = events_.bytes();
    for (const Log& log : logs_)
        sum += sizeof(Log) + log.time.capacity() * sizeof(std::uint32_t) + log.before.capacity() * sizeof(S);
    for (const Learned& learned : learned_)
        sum += learned.eligibility.capacity() * sizeof(S) + learned.changed.capacity() * sizeof(std::uint32_t) +
               learned.time.capacity() * sizeof(std::uint32_t) + learned.before.capacity() * sizeof(S) + sizeof(Block);
    return sum;
}

#define APICAL_SCALAR(S)                                                                                              \
    template EventLearning<S>::EventLearning(const EventProjection&, EventSynapses<S>&, std::size_t, std::size_t,     \
                                             double, std::vector<Ref<S>>); /* NOLINT(bugprone-macro-parentheses) */   \
    template EventLearning<S>::Source EventLearning<S>::source_of(const Seen&, bool) const;                           \
    template void EventLearning<S>::take_magnitudes(EventSynapses<S>&);                                               \
    template void EventLearning<S>::check_bounds(const EventProjection&, const EventSynapses<S>&) const;              \
    template void EventLearning<S>::visit(const EventSynapses<S>&, SynapseVisitor&) const;                            \
    template void EventLearning<S>::save(const EventSynapses<S>&, ArchiveWriter&, const std::string&) const;          \
    template void EventLearning<S>::load(EventSynapses<S>&, std::uint32_t, const ArchiveReader&, const std::string&); \
    template void EventLearning<S>::load_logs(const ArchiveReader&, const std::string&);                              \
    template std::size_t EventLearning<S>::bytes() const;
APICAL_SCALAR(float)
APICAL_SCALAR(double)
#undef APICAL_SCALAR

}  // namespace apical
