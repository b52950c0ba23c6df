#include "sim/synapses/event_synapses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "sim/circuit/unusable.hpp"
#include "sim/core/fingerprint.hpp"
#include "sim/core/whole_steps.hpp"

namespace apical {

/// Draws what a synapse has, and lays the synapses out.
template <class S>
struct EventSynapses<S>::Builder {
    const EventProjection& projection;
    const Random& random;
    double step;
    const Adjacency drawn;  ///< by target
    const std::vector<std::uint64_t> places;
    const std::uint32_t weights = Random::stream("weight/" + projection.name),
                        times = Random::stream("delay/" + projection.name);

    Builder(const EventProjection& of, std::size_t sources, std::size_t targets, double dt, const Random& from)
        : projection(of),
          random(from),
          step(dt),
          drawn(of.connectivity.draw(targets, sources, from, of.name, "projection")),
          places(of.weight.is_list() || of.delay.is_list() ? of.connectivity.places() : std::vector<std::uint64_t>()) {
        for (const auto& [quantity, key] : {std::pair{&of.weight, "weight"}, std::pair{&of.delay, "delay"}})
            if (const std::string why = quantity->refuse(drawn.synapses()); !why.empty())
                refuse(key, fmt::format("{}s: {}", key, why));
    }

    [[noreturn]] void refuse(const std::string& key, const std::string& what) const {
        throw Unusable("projection", projection.name, key, what);
    }
    std::uint64_t place(std::uint64_t k) const { return places.empty() ? k : places[k]; }

    S weight(std::uint64_t k) const {
        const double number = projection.weight.at(random, weights, place(k));
        const S weight = static_cast<S>(number);
        if (!std::isfinite(weight))
            refuse("weight", fmt::format("a weight of {}, expected one that {} bits can hold", number, 8 * sizeof(S)));
        return weight;
    }

    std::uint16_t delay(std::uint64_t k) const {
        const double time = projection.delay.at(random, times, place(k));
        const double whole = std::max(std::round(time / step), 1.0);
        if (!projection.delay.is_random() && whole_steps(time, step).value_or(0) == 0)
            refuse("delay", fmt::format("a delay of {} ms, expected a whole number of steps of {} ms, at least one",
                                        time, step));
        if (whole > longest_delay)
            refuse("delay", fmt::format("a delay of {} ms, {} steps, expected at most {}", time, whole, longest_delay));
        return static_cast<std::uint16_t>(whole);
    }

    /// Those of the targets `cells`, in order of sources, then of targets; `delays` in the same order if they differ.
    /// What is drawn comes into the fingerprint in the order in which it is, that of the targets.
    Part lay_out(Rows cells, std::size_t sources, std::vector<std::uint16_t>& delays, Fingerprint& fingerprint) const {
        Part part;
        const std::uint64_t first = drawn.begin[cells.first], end = drawn.begin[cells.end];
        part.row.resize(sources + 1, 0);
        for (std::uint64_t k = first; k < end; ++k) ++part.row[drawn.pre[k] + 1];
        std::partial_sum(part.row.begin(), part.row.end(), part.row.begin());
        part.target.resize(end - first);
        const bool weights_differ = !projection.weight.is_number(), delays_differ = !projection.delay.is_number();
        if (weights_differ) part.weight.resize(end - first);
        if (delays_differ) delays.resize(end - first);
        std::vector<std::uint64_t> next(part.row.begin(), part.row.end() - 1);
        std::vector<S> row_weights;
        std::vector<std::uint16_t> row_delays;
        for (std::size_t post = cells.first; post < cells.end; ++post) {
            row_weights.clear();
            row_delays.clear();
            for (std::uint64_t k = drawn.begin[post]; k < drawn.begin[post + 1]; ++k) {
                const std::uint64_t to = next[drawn.pre[k]]++;
                part.target[to] = static_cast<std::uint32_t>(post);
                if (weights_differ) row_weights.push_back(part.weight[to] = weight(k));
                if (delays_differ) row_delays.push_back(delays[to] = delay(k));
            }
            fingerprint.add(drawn.begin[post + 1]);
            fingerprint.add(drawn.row(post));
            fingerprint.add(std::span<const S>(row_weights));
            fingerprint.add(std::span<const std::uint16_t>(row_delays));
        }
        return part;
    }

    /// Brings every row into the order of its delays, which else stays as it is. Segments have their delays in steps.
    static void sort_by_delay(Part& part, const std::vector<std::uint16_t>& delays) {
        std::vector<std::uint64_t> order;  // delay, then position in the row
        std::vector<std::uint32_t> targets;
        std::vector<S> weights;
        const std::size_t sources = part.row.size() - 1;
        part.segment_begin.resize(sources + 1, 0);
        for (std::size_t source = 0; source < sources; ++source) {
            const std::uint64_t begin = part.row[source], size = part.row[source + 1] - begin;
            order.resize(size);
            for (std::uint64_t k = 0; k < size; ++k) order[k] = std::uint64_t{delays[begin + k]} << 32 | k;
            std::ranges::sort(order);
            const auto reorder = [&](auto& column, auto& scratch) {
                scratch.assign(column.data() + begin, column.data() + begin + size);
                for (std::uint64_t k = 0; k < size; ++k)
                    column[begin + k] = scratch[static_cast<std::uint32_t>(order[k])];
            };
            reorder(part.target, targets);
            if (!part.weight.empty()) reorder(part.weight, weights);
            for (std::uint64_t k = 0; k < size; ++k)
                if (const auto steps = static_cast<std::uint32_t>(order[k] >> 32);
                    k == 0 || steps != order[k - 1] >> 32)
                    part.segments.push_back({static_cast<std::uint32_t>(k), steps});
            part.segment_begin[source + 1] = part.segments.size();
        }
        part.segments.shrink_to_fit();
    }
};

template <class S>
EventSynapses<S>::EventSynapses(const EventProjection& projection, std::size_t source_cells, std::size_t target_cells,
                                double step, const Random& random, std::size_t parts)
    : tiles_{target_cells, std::max<std::size_t>(parts, 1), 64} {
    const Builder builder(projection, source_cells, target_cells, step, random);
    synapses_ = builder.drawn.synapses();
    const bool has_one_delay = projection.delay.is_number();
    std::vector<std::uint32_t> index(longest_delay + 1, 0);  // of a delay: first whether it occurs
    Fingerprint fingerprint;
    fingerprint.add(std::uint64_t{source_cells});
    if (projection.weight.is_number()) {
        common_weight_ = builder.weight(0);
        fingerprint.add(std::span<const S>(&common_weight_, 1));
    }
    if (has_one_delay) index[builder.delay(0)] = 1;
    std::vector<std::uint16_t> delays;
    for (std::size_t k = 0; k < tiles_.count; ++k) {
        const Rows cells{tiles_.begin(k), tiles_.begin(k + 1)};
        Part& part = parts_.emplace_back(builder.lay_out(cells, source_cells, delays, fingerprint));
        if (has_one_delay) continue;
        Builder::sort_by_delay(part, delays);
        for (const Segment& segment : part.segments) index[segment.delay] = 1;
    }
    for (std::uint32_t steps = 0; steps <= longest_delay; ++steps)
        if (index[steps] != 0) {
            index[steps] = static_cast<std::uint32_t>(delays_.size());
            delays_.push_back(steps);
        }
    if (has_one_delay) fingerprint.add(std::uint64_t{delays_[0]});
    else
        for (Part& part : parts_) index_delays(part, index);
    fingerprint_ = fingerprint.text();
}

/// Instead of its segments gives the part a table, if that is not much larger: whoever knows the place need not search.
template <class S>
void EventSynapses<S>::index_delays(Part& part, const std::vector<std::uint32_t>& index) const {
    for (Segment& segment : part.segments) segment.delay = index[segment.delay];
    const std::size_t sources = part.row.size() - 1, columns = delays_.size() + 1;
    if (sources * columns > 4 * part.segments.size()) return;
    part.delay_begin.resize(sources * columns);
    for (std::size_t source = 0; source < sources; ++source) {
        std::uint32_t* const begin = part.delay_begin.data() + source * columns;
        const auto end = static_cast<std::uint32_t>(part.row[source + 1] - part.row[source]);
        std::size_t k = 0;  // delays that have their beginning
        for (std::uint64_t s = part.segment_begin[source]; s < part.segment_begin[source + 1]; ++s)
            for (; k <= part.segments[s].delay; ++k) begin[k] = part.segments[s].first;
        std::fill(begin + k, begin + columns, end);
    }
    part.segment_begin = {};
    part.segments = {};
}

template <class S>
typename EventSynapses<S>::Range EventSynapses<S>::with_delay(const Part& part, std::size_t source, std::size_t k,
                                                              std::size_t delays) {
    const Range row{part.row[source], part.row[source + 1], source};
    if (!part.delay_begin.empty()) {
        const std::uint64_t place = source * (delays + 1) + k;
        return {row.first + part.delay_begin[place], row.first + part.delay_begin[place + 1], place};
    }
    if (part.segment_begin.empty()) return row;
    const auto begin = part.segments.begin() + static_cast<std::ptrdiff_t>(part.segment_begin[source]);
    const auto end = part.segments.begin() + static_cast<std::ptrdiff_t>(part.segment_begin[source + 1]);
    const auto found = std::ranges::lower_bound(begin, end, k, {}, &Segment::delay);
    if (found == end || found->delay != k) return {0, 0, 0};
    return {row.first + found->first, found + 1 == end ? row.end : row.first + (found + 1)->first,
            static_cast<std::uint64_t>(found - part.segments.begin())};
}

template <class S>
void EventSynapses<S>::deliver(std::span<const std::uint32_t> sources, std::size_t k, S* into, std::size_t part) const {
    deliver_rows<false>(sources, {}, k, into, part);
}

template <class S>
void EventSynapses<S>::deliver(std::span<const std::uint32_t> sources, std::span<const S> factors, std::size_t k,
                               S* into, std::size_t part) const {
    deliver_rows<true>(sources, factors, k, into, part);
}

template <class S>
template <bool scaled>
void EventSynapses<S>::deliver_rows(std::span<const std::uint32_t> sources, std::span<const S> factors, std::size_t k,
                                    S* into, std::size_t part) const {
    const Part& from = parts_[part];
    const std::uint32_t* const target = from.target.data();
    const S* const weight = from.weight.data();
    const bool weights_differ = !from.weight.empty();
    const S common_weight = common_weight_;  // `into` may be anywhere
    // Rows begin anywhere in memory, and processors fetch no page before its first use. While a row is added, line by
    // line, another that comes soon is asked for at the same pace: that halves the time of rows of a thousand synapses.
    constexpr std::size_t ahead = 8, line = 16, lines_at_once = 2;
    std::array<Range, ahead> rows;
    const auto ask_for = [&](const Range& row, std::uint64_t at) {
        if (row.first + at >= row.end) return;
        __builtin_prefetch(target + row.first + at);
        if (weights_differ) __builtin_prefetch(weight + row.first + at);
    };
    const auto look_up = [&](std::size_t j) {
        if (!from.delay_begin.empty() && j + ahead < sources.size()) {
            __builtin_prefetch(from.row.data() + sources[j + ahead]);
            __builtin_prefetch(from.delay_begin.data() + sources[j + ahead] * (delays_.size() + 1) + k);
        }
        rows[j % ahead] = j < sources.size() ? with_delay(from, sources[j], k, delays_.size()) : Range{0, 0, 0};
        for (std::size_t l = 0; l < lines_at_once; ++l) ask_for(rows[j % ahead], l * line);
    };
    const auto add = [&](std::uint64_t at, S factor) {
        const S carried = weights_differ ? weight[at] : common_weight;
        into[target[at]] += scaled ? factor * carried : carried;
    };
    for (std::size_t j = 0; j < ahead; ++j) look_up(j);
    for (std::size_t j = 0; j < sources.size(); ++j) {
        const Range row = rows[j % ahead];
        look_up(j + ahead);
        const Range later = rows[j % ahead];
        const S factor = scaled ? factors[j] : S(1);
        std::uint64_t at = row.first;
        for (; at + line <= row.end; at += line) {
            ask_for(later, at - row.first + lines_at_once * line);
            for (std::size_t l = 0; l < line; ++l) add(at + l, factor);
        }
        for (; at < row.end; ++at) add(at, factor);
    }
}

template <class S>
void EventSynapses<S>::own_weights() {
    for (Part& part : parts_)
        if (part.weight.empty()) part.weight.assign(part.target.size(), common_weight_);
}

template <class S>
void EventSynapses<S>::visit(SynapseVisitor& visitor) const {
    std::vector<std::uint32_t> pre;
    std::vector<double> values;
    for (const Part& part : parts_)
        for (std::size_t source = 0; source + 1 < part.row.size(); ++source) {
            const std::uint64_t begin = part.row[source], size = part.row[source + 1] - begin;
            pre.assign(size, static_cast<std::uint32_t>(source));
            if (part.weight.empty()) values.assign(size, common_weight_);
            else values.assign(part.weight.data() + begin, part.weight.data() + begin + size);
            visitor.visit({part.target.data() + begin, size}, pre, values);
        }
}

template <class S>
std::size_t EventSynapses<S>::bytes() const {
    const auto of = [](const auto& vector) { return vector.capacity() * sizeof(vector[0]); };
    std::size_t sum = of(delays_);
    for (const Part& part : parts_)
        sum += of(part.row) + of(part.target) + of(part.weight) + of(part.delay_begin) + of(part.segment_begin) +
               of(part.segments);
    return sum;
}

template class EventSynapses<float>;
template class EventSynapses<double>;

}  // namespace apical
