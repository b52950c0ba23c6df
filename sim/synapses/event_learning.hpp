#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/circuit/event_projection.hpp"
#include "sim/core/archive.hpp"
#include "sim/synapses/event_synapses.hpp"
#include "sim/synapses/post_events.hpp"

namespace apical {

/// What a rule of events does to the synapses of one projection. Each is only touched when a presynaptic event arrives
/// at it: first it meets the events that its postsynaptic cell has had since the last one, in the order of time, then
/// the presynaptic one, and then it transmits. Which events those are, and what the traces were then, follows from a
/// few numbers of each cell: 8 B a synapse are all that it takes. When a synapse is touched never shows in its weight.
///
/// With a dendritic delay d, a postsynaptic event of step s is met by presynaptic ones that arrive from s + 2d on (both
/// then lie d further), one of the same step included; with an axonal one, after those of step s.
template <class S>
class EventLearning {
   public:
    /// Steps of `step` ms. Gives every synapse a weight of its own. Throws std::invalid_argument for a rule whose
    /// numbers make no sense, and for weights outside of its bounds.
    EventLearning(const EventProjection& projection, EventSynapses<S>& synapses, std::size_t source_cells,
                  std::size_t target_cells, double step);

    /// How many steps back `begin` asks for postsynaptic events.
    std::size_t longest_lag() const { return lags_.back(); }

    /// Arrivals of this step are about to come in a part: `ago(k)` are the cells that had an event k steps before it,
    /// ascending.
    template <class Ago>
    void begin(EventSynapses<S>& synapses, std::uint32_t now, const Ago& ago, std::size_t part) {
        for (std::size_t k = 1; k < lags_.size(); ++k) meet(k, ago(lags_[k]), now, part);
        tidy(synapses, now, part);
    }
    /// As EventSynapses::deliver, with the weights that the arrivals leave.
    void deliver(EventSynapses<S>& synapses, std::span<const std::uint32_t> sources, std::size_t k, std::uint32_t now,
                 S* into, std::size_t part);
    /// These postsynaptic cells have had an event in the step that ends now.
    void end(std::span<const std::uint32_t> fired, std::uint32_t now);
    /// Forgets all events; weights stay as they are by the end of this step.
    void rest(EventSynapses<S>& synapses, std::uint32_t now);

    /// As EventSynapses::visit, a source and delay at a time, with all that has happened by the end of the last step.
    void visit(const EventSynapses<S>& synapses, SynapseVisitor& visitor) const;
    /// Likewise, by the end of step `now`. What is saved does not depend on the parts.
    void save(const EventSynapses<S>& synapses, std::uint32_t now, ArchiveWriter& archive,
              const std::string& prefix) const;
    void load(EventSynapses<S>& synapses, std::uint32_t now, const ArchiveReader& archive, const std::string& prefix);
    std::size_t bytes() const;

   private:
    using Part = typename EventSynapses<S>::Part;
    using Range = typename EventSynapses<S>::Range;
    static constexpr std::size_t block = 256, most_depth = 8, most_seen = 8;

    struct Block {
        alignas(64) S weight[block]{}, chosen[block]{}, elapsed[block]{}, before[block]{};
        alignas(64) S seen[most_seen][block]{};
        std::uint16_t pending[most_depth][block]{};
    };
    /// What the synapses of one source and delay have in common.
    struct Arrived {
        std::uint32_t time;  ///< of the last arrival
        const S* before;     ///< of every presynaptic trace: just before it
        std::uint32_t from;  ///< the first step whose postsynaptic events have not been met
    };
    /// Every event of a postsynaptic cell that a synapse may yet have to meet.
    struct Log {
        std::vector<std::uint32_t> time;
        std::vector<S> before;  ///< events x traces
    };
    struct Learned {
        std::vector<std::uint32_t> time;  ///< by segment: Arrived::time
        std::vector<S> before;            ///< segments x presynaptic traces
        std::uint32_t met_before = 0;     ///< all synapses have met what was before this step
        std::size_t logged = 0;           ///< events in the logs of its cells
        std::unique_ptr<Block> scratch;
    };

    void check_bounds(const EventProjection& projection, const EventSynapses<S>& synapses) const;
    std::span<const std::uint32_t> within(std::span<const std::uint32_t> cells, std::size_t part) const;
    void meet(std::size_t lag, std::span<const std::uint32_t> fired, std::uint32_t now, std::size_t part);
    void tidy(EventSynapses<S>& synapses, std::uint32_t now, std::size_t part);
    /// All weights of a part as they are when its synapses have met what was before step `met_before`.
    void settle(EventSynapses<S>& synapses, std::uint32_t met_before, std::size_t part);
    Arrived arrived(const Learned& learned, std::uint64_t segment) const {
        const std::uint32_t time = learned.time[segment], from = is_dendritic_ ? time + 1 : time;
        return {time, learned.before.data() + segment * pre_.size(),
                steps_between(from, learned.met_before) > 0 ? learned.met_before : from};
    }
    std::size_t frame_of(std::size_t delay) const { return is_dendritic_ ? delay + 1 : 0; }

    /// The n weights from `first` on, which have this delay, meet what waits for them: in `b.weight`.
    void catch_up(const Part& part, std::size_t delay, std::uint64_t first, std::size_t n, const Arrived& arrived,
                  Block& b) const;
    void catch_up_logged(const std::uint32_t* target, std::size_t delay, std::span<const std::uint16_t> chosen,
                         const Arrived& arrived, Block& b) const;
    template <class Time, class Before>
    void at_post(std::span<const std::uint16_t> chosen, const Time& time, const Before& before, const Arrived& arrived,
                 Block& b) const;
    void at_pre(const std::uint32_t* target, std::size_t delay, std::size_t n, const Arrived& arrived,
                std::uint32_t now, Block& b) const;
    /// Calls each(source, delay, part, range) for all synapses.
    template <class Each>
    void each_range(const EventSynapses<S>& synapses, const Each& each) const {
        for (std::size_t source = 0; source < sources_; ++source)
            for (std::size_t delay = 0; delay < delays_; ++delay)
                for (std::size_t part = 0; part < tiles_.count; ++part)
                    if (const Range range = EventSynapses<S>::with_delay(synapses.part(part), source, delay, delays_);
                        range.first < range.end)
                        each(source, delay, part, range);
    }
    /// Calls each(first, n) when the weights of these synapses have caught up, in `b.weight`.
    template <class Each>
    void each_block(const Part& part, std::size_t delay, Range range, const Arrived& arrived, Block& b,
                    const Each& each) const {
        for (std::uint64_t first = range.first; first < range.end; first += block) {
            const std::size_t n = std::min<std::uint64_t>(block, range.end - first);
            catch_up(part, delay, first, n, arrived, b);
            each(first, n);
        }
    }
    void load_logs(const ArchiveReader& archive, const std::string& prefix);

    std::unique_ptr<const BoundEventRule<S>> rule_;
    bool has_at_post_, has_at_pre_, is_dendritic_;
    Interval bounds_;
    std::vector<StepTrace<S>> pre_, post_;
    std::vector<SeenTrace> at_post_sees_, at_pre_sees_;
    std::size_t sources_, delays_;
    Tiles tiles_;                        ///< of targets
    std::vector<std::uint32_t> lags_;    ///< 0, then of every delay that is dendritic
    std::vector<PostEvents<S>> events_;  ///< by lag
    std::vector<Log> logs_;              ///< by target
    std::vector<Learned> learned_;       ///< by part
};

extern template class EventLearning<float>;
extern template class EventLearning<double>;

}  // namespace apical
