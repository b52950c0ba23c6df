#include "sim/synapses/event_synapses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

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
        for (const auto& [quantity, what] : {std::pair{&of.weight, "weights"}, std::pair{&of.delay, "delays"}})
            if (const std::string why = quantity->refuse(drawn.synapses()); !why.empty())
                refuse(fmt::format("{}: {}", what, why));
    }

    [[noreturn]] void refuse(const std::string& what) const {
        throw std::invalid_argument("projection '" + projection.name + "': " + what);
    }
    std::uint64_t place(std::uint64_t k) const { return places.empty() ? k : places[k]; }

    S weight(std::uint64_t k) const {
        const double number = projection.weight.at(random, weights, place(k));
        const S weight = static_cast<S>(number);
        if (!std::isfinite(weight))
            refuse(fmt::format("a weight of {}, expected one that {} bits can hold", number, 8 * sizeof(S)));
        return weight;
    }

    std::uint16_t delay(std::uint64_t k) const {
        const double time = projection.delay.at(random, times, place(k)), steps = time / step;
        const double whole = projection.delay.is_random() ? std::max(std::round(steps), 1.0) : std::round(steps);
        if (!projection.delay.is_random() && (whole < 1 || std::abs(steps - whole) > 1e-9 * whole))
            refuse(
                fmt::format("a delay of {} ms, expected a whole number of steps of {} ms, at least one", time, step));
        if (whole > longest_delay)
            refuse(fmt::format("a delay of {} ms, {} steps, expected at most {}", time, whole, longest_delay));
        return static_cast<std::uint16_t>(whole);
    }

    /// Those of the targets `cells`, in order of sources, then of targets; `delays` in the same order if they differ.
    Part lay_out(Rows cells, std::size_t sources, std::vector<std::uint16_t>& delays) const {
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
        for (std::size_t post = cells.first; post < cells.end; ++post)
            for (std::uint64_t k = drawn.begin[post]; k < drawn.begin[post + 1]; ++k) {
                const std::uint64_t to = next[drawn.pre[k]]++;
                part.target[to] = static_cast<std::uint32_t>(post);
                if (weights_differ) part.weight[to] = weight(k);
                if (delays_differ) delays[to] = delay(k);
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
    if (projection.weight.is_number()) common_weight_ = builder.weight(0);
    if (projection.delay.is_number()) delays_.push_back(builder.delay(0));
    std::vector<std::uint16_t> delays;
    std::vector<std::uint32_t> index(longest_delay + 1, 0);
    for (std::size_t k = 0; k < tiles_.count; ++k) {
        Part& part = parts_.emplace_back(builder.lay_out({tiles_.begin(k), tiles_.begin(k + 1)}, source_cells, delays));
        if (projection.delay.is_number()) continue;
        Builder::sort_by_delay(part, delays);
        for (const Segment& segment : part.segments) index[segment.delay] = 1;
    }
    if (projection.delay.is_number()) return;
    for (std::uint32_t steps = 0; steps <= longest_delay; ++steps)
        if (index[steps] != 0) {
            index[steps] = static_cast<std::uint32_t>(delays_.size());
            delays_.push_back(steps);
        }
    for (Part& part : parts_)
        for (Segment& segment : part.segments) segment.delay = index[segment.delay];
}

template <class S>
typename EventSynapses<S>::Range EventSynapses<S>::with_delay(const Part& part, std::size_t source, std::size_t k,
                                                              std::size_t delays) {
    const Range row{part.row[source], part.row[source + 1], source};
    if (part.segment_begin.empty()) return row;
    const auto begin = part.segments.begin() + static_cast<std::ptrdiff_t>(part.segment_begin[source]);
    const auto end = part.segments.begin() + static_cast<std::ptrdiff_t>(part.segment_begin[source + 1]);
    const auto found = static_cast<std::size_t>(end - begin) == delays  // it has them all
                           ? begin + static_cast<std::ptrdiff_t>(k)
                           : std::ranges::lower_bound(begin, end, k, {}, &Segment::delay);
    if (found == end || found->delay != k) return {0, 0, 0};
    return {row.first + found->first, found + 1 == end ? row.end : row.first + (found + 1)->first,
            static_cast<std::uint64_t>(found - part.segments.begin())};
}

template <class S>
void EventSynapses<S>::deliver(std::span<const std::uint32_t> sources, std::size_t k, S* into, std::size_t part) const {
    const Part& from = parts_[part];
    const std::uint32_t* const target = from.target.data();
    const S* const weight = from.weight.data();
    const bool weights_differ = !from.weight.empty();
    // Rows begin anywhere in memory: some of the next ones are on their way while one is added.
    constexpr std::size_t ahead = 8;
    std::array<Range, ahead> rows;
    const auto ask_for = [&](std::size_t j) {
        constexpr std::uint64_t line = 16, lines = 4;
        if (j >= sources.size()) return;
        const Range row = rows[j % ahead] = with_delay(from, sources[j], k, delays_.size());
        for (std::uint64_t at = row.first; at < std::min(row.end, row.first + lines * line); at += line) {
            __builtin_prefetch(target + at);
            if (weights_differ) __builtin_prefetch(weight + at);
        }
    };
    for (std::size_t j = 0; j < ahead; ++j) ask_for(j);
    for (std::size_t j = 0; j < sources.size(); ++j) {
        const Range row = rows[j % ahead];
        ask_for(j + ahead);
        if (weights_differ)
            for (std::uint64_t at = row.first; at < row.end; ++at) into[target[at]] += weight[at];
        else
            for (std::uint64_t at = row.first; at < row.end; ++at) into[target[at]] += common_weight_;
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
        sum += of(part.row) + of(part.target) + of(part.weight) + of(part.segment_begin) + of(part.segments);
    return sum;
}

template class EventSynapses<float>;
template class EventSynapses<double>;

}  // namespace apical
