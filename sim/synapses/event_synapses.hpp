#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/circuit/event_projection.hpp"
#include "sim/circuit/tiles.hpp"
#include "sim/core/random.hpp"
#include "sim/synapses/pathway.hpp"
#include "sim/synapses/synapse_visitor.hpp"

namespace apical {

/// The synapses of an EventProjection, by presynaptic cell, which is how spikes need them: 4 B a synapse for its target
/// and, if weights differ, one S. Where delays differ, the synapses of one cell stand in order of their delays, with 4
/// B for each delay that there is, or, if most cells have few of them, 8 B for each that the cell has. Targets may be
/// cut into parts, each of which has its own synapses side by side, so that threads may deliver to several at once; the
/// sum of one target does not depend on the cut.
template <class S>
class EventSynapses {
   public:
    /// Steps of `step` ms. Throws std::invalid_argument, naming the projection, if the cells do not fit the
    /// connectivity, there are not as many weights or delays as synapses, a weight is not finite in S, or a delay is
    /// below one step, above `longest_delay` steps or not a whole number of them.
    EventSynapses(const EventProjection& projection, std::size_t source_cells, std::size_t target_cells, double step,
                  const Random& random, std::size_t parts = 1);

    static constexpr std::uint32_t longest_delay = 65535;

    std::uint64_t synapses() const { return synapses_; }
    /// Synapses of a source, mean over all of them.
    double mean_row() const { return static_cast<double>(synapses_) / static_cast<double>(parts_[0].row.size() - 1); }
    /// The delays that occur, in steps, ascending.
    std::span<const std::uint32_t> delays() const { return delays_; }
    /// Which targets each of the parts has.
    const Tiles& parts() const { return tiles_; }
    /// into[target] += weight for every synapse from these sources, ascending, whose delay is the k-th of delays(), in
    /// the order of sources and of the numbers of synapses. `into` begins with target 0 also for a part.
    void deliver(std::span<const std::uint32_t> sources, std::size_t k, S* into, std::size_t part = 0) const;
    /// The same with factors[j] weight, of the j-th of the sources.
    void deliver(std::span<const std::uint32_t> sources, std::span<const S> factors, std::size_t k, S* into,
                 std::size_t part = 0) const;
    /// Of sources, targets, weights and delays of all synapses, whatever the parts.
    const std::string& fingerprint() const { return fingerprint_; }
    /// All of them, a source at a time in every part.
    void visit(SynapseVisitor& visitor) const;
    /// Memory that they take.
    std::size_t bytes() const;

    // For who changes weights: how a part is laid out.

    /// Synapses of one source from `first` up to the next segment, or the end of its row, have this delay.
    struct Segment {
        std::uint32_t first;  ///< within the row
        std::uint32_t delay;  ///< index in delays()
    };
    struct Part {
        std::vector<std::uint64_t> row{};  ///< those of source j stand at [row[j], row[j + 1])
        std::vector<std::uint32_t> target{};
        std::vector<S> weight{};  ///< none: all have the same
        // None of these: there is one delay.
        std::vector<std::uint32_t> delay_begin{};  ///< sources x (delays + 1): where those of a delay begin, in the row
        std::vector<std::uint64_t> segment_begin{};  ///< or the segments of source j, as `row`
        std::vector<Segment> segments{};
        /// One more than the largest Range::segment.
        std::size_t numbers() const {
            return !delay_begin.empty() ? delay_begin.size() : segment_begin.empty() ? row.size() - 1 : segments.size();
        }
    };
    struct Range {
        std::uint64_t first, end;
        std::uint64_t segment;  ///< its number in the part
    };
    /// The synapses of a source that have the k-th of `delays` delays; none: an empty range.
    static Range with_delay(const Part& part, std::size_t source, std::size_t k, std::size_t delays);
    const Part& part(std::size_t k) const { return parts_[k]; }
    Part& part(std::size_t k) { return parts_[k]; }
    /// From now on every synapse has a weight of its own.
    void own_weights();

   private:
    template <bool scaled>
    void deliver_rows(std::span<const std::uint32_t> sources, std::span<const S> factors, std::size_t k, S* into,
                      std::size_t part) const;
    struct Builder;
    void index_delays(Part& part, const std::vector<std::uint32_t>& index) const;

    Tiles tiles_;
    std::uint64_t synapses_ = 0;
    S common_weight_ = 0;
    std::vector<std::uint32_t> delays_;
    std::string fingerprint_;
    std::vector<Part> parts_;
};

extern template class EventSynapses<float>;
extern template class EventSynapses<double>;

}  // namespace apical
