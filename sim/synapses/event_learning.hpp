#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/circuit/event_projection.hpp"
#include "sim/circuit/event_rule.hpp"
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
/// then lie d further), one of the same step included; with an axonal one, by those that arrive after s.
template <class S>
class EventLearning {
   public:
    /// Steps of `step` ms; `columns` are those that the rule sees of postsynaptic cells. Gives every synapse a weight
    /// of its own. Throws std::invalid_argument for a rule whose numbers make no sense, for weights outside of its
    /// bounds or of both signs, and for columns and a dendritic delay, since the column is that of now.
    EventLearning(const EventProjection& projection, EventSynapses<S>& synapses, std::size_t source_cells,
                  std::size_t target_cells, double step, std::vector<Ref<S>> columns);

    /// How many kinds of events there are of postsynaptic cells: of `Plastic::instructors`, in their order.
    std::size_t kinds() const { return marks_.size(); }
    /// Arrivals of this step are about to come in a part.
    void begin(EventSynapses<S>& synapses, std::uint32_t now, std::size_t part);
    /// As EventSynapses::deliver, with the weights that the arrivals leave.
    void deliver(EventSynapses<S>& synapses, std::span<const std::uint32_t> sources, std::size_t k, std::uint32_t now,
                 S* into, std::size_t part);
    /// The step ends in which these postsynaptic cells had events, ascending: `fired(kind)`, by the kinds of
    /// `Plastic::instructors`; with a reward, the sum of those of all modulators.
    template <class Fired>
    void end(EventSynapses<S>& synapses, std::uint32_t now, const Fired& fired, double reward = 0) {
        for (std::size_t kind = 0; kind < marks_.size(); ++kind) take(kind, fired(kind), now);
        now_ = now;
        if (reward != 0) modulate(synapses, static_cast<S>(reward));
    }
    /// Forgets all events and begins anew at step 0; weights stay as they are.
    void rest(EventSynapses<S>& synapses);

    /// As EventSynapses::visit, a source and delay at a time, with all that has happened by the end of the last step.
    void visit(const EventSynapses<S>& synapses, SynapseVisitor& visitor) const;
    /// Likewise. What is saved does not depend on the parts.
    void save(const EventSynapses<S>& synapses, ArchiveWriter& archive, const std::string& prefix) const;
    void load(EventSynapses<S>& synapses, std::uint32_t now, const ArchiveReader& archive, const std::string& prefix);
    std::size_t bytes() const;

   private:
    using Part = typename EventSynapses<S>::Part;
    using Range = typename EventSynapses<S>::Range;
    static constexpr std::size_t block = 256, depth = 8, most_seen = 8;

    struct Block {
        /// What changes with events, of all synapses of the block and of those chosen: weights, or eligibility.
        alignas(64) S weight[block]{}, chosen[block]{};
        alignas(64) S elapsed[block]{}, idle[block]{};
        std::uint32_t when[block]{}, newest[block]{};  ///< steps of postsynaptic events
        std::uint32_t changed[block]{};                ///< eligibility: when it last did
        alignas(64) S seen[most_seen][block]{};
        std::uint16_t pending[depth][block]{};
    };
    /// What the synapses of one source and delay have in common. Steps are those of the postsynaptic cells: what is met
    /// by an arrival lies back by the lag.
    struct Arrived {
        std::uint32_t time;         ///< of the last arrival
        const S* before;            ///< of every presynaptic trace: just before it
        std::uint32_t from, until;  ///< the first and the last step whose events wait to be met
    };
    /// Every event of a postsynaptic cell that a synapse may yet have to meet.
    struct Log {
        std::vector<std::uint32_t> time;
        std::vector<S> before;  ///< events x (traces and marks)
    };
    struct Learned {
        std::vector<std::uint32_t> time;   ///< by segment: Arrived::time
        std::vector<S> before;             ///< segments x presynaptic traces
        std::uint32_t met_before = 0;      ///< all synapses have met what reached them before this step
        std::size_t logged = 0, left = 0;  ///< events in the logs of its cells: now, and when they were last shortened
        std::vector<S> eligibility;        ///< by synapse; empty: the rule has none
        std::vector<std::uint32_t> changed;  ///< by synapse: the step of a postsynaptic cell up to which it has decayed
        std::vector<S> met;  ///< at_pre_sees x cells: postsynaptic traces as the arrivals of now meet them
        std::unique_ptr<Block> scratch;
    };

    /// A number that a side sees: a presynaptic trace, what is kept of a postsynaptic event, or a column of now.
    struct Source {
        enum class From : unsigned char { pre, kept, column } from;
        std::size_t index;
    };

    Source source_of(const Seen& seen, bool at_post) const;
    void take(std::size_t kind, std::span<const std::uint32_t> fired, std::uint32_t now);
    void take_magnitudes(EventSynapses<S>& synapses);
    void check_bounds(const EventProjection& projection, const EventSynapses<S>& synapses) const;
    std::size_t needless(const Log& log, std::uint32_t now) const;
    /// All weights of a part as they are when its synapses have met what reached them before this step.
    void settle(EventSynapses<S>& synapses, std::uint32_t met_before, std::size_t part);
    /// As seen by an arrival of step `now`, or from the end of that step.
    Arrived arrived(const Learned& learned, std::size_t delay, std::uint64_t segment, std::uint32_t now) const {
        const std::uint32_t time = learned.time[segment], lag = lags_[delay], next = time + (is_dendritic_ ? 1 : 0);
        const std::uint32_t from = steps_between(next, learned.met_before) > 0 ? learned.met_before : next;
        return {time - lag, learned.before.data() + segment * pre_.size(), from - lag, now - lag};
    }
    /// Numbers that are kept of an event.
    std::size_t kept() const { return post_.size() + marks_.front().size(); }

    /// The n weights from `first` on meet what waits for them: in `b.weight`.
    void catch_up(const Part& part, const Learned& learned, std::uint64_t first, std::size_t n, const Arrived& arrived,
                  Block& b) const;
    /// Keeps what is in `b.weight`.
    void put_back(Part& part, Learned& learned, std::uint64_t first, std::size_t n, const Block& b) const;
    void modulate(EventSynapses<S>& synapses, S reward);
    /// Eligibility decays for `b.idle` steps.
    void decay(S* eligibility, std::size_t n, const Block& b) const;
    void catch_up_logged(const std::uint32_t* target, std::span<const std::uint16_t> chosen, const Arrived& arrived,
                         Block& b) const;
    /// An event each of n synapses, at(q) in the block: at b.when[q], with the numbers `kept(q, column)`. Those that it
    /// has not reached by then, or had reached before, keep their weights.
    template <class At, class Kept>
    void at_post(std::size_t n, const At& at, const Kept& kept, const Arrived& arrived, Block& b) const;
    /// `met`: where traces of all cells of the part stand, if they do.
    void at_pre(const std::uint32_t* target, std::size_t n, const Arrived& arrived, const S* met, std::uint32_t first,
                std::size_t cells, Block& b) const;
    /// A trace of postsynaptic cells, cell(q), as synapses meet it that are at step `until`.
    template <class Cell>
    void post_trace(std::size_t n, const Cell& cell, std::size_t trace, std::uint32_t until, S* into, Block& b) const;
    /// The last event of a cell up to a step, and the trace just before it.
    std::pair<std::uint32_t, S> last_event(std::uint32_t cell, std::size_t trace, std::uint32_t until) const;
    /// Of all cells of a part, what at_pre sees.
    void meet(Learned& learned, Rows cells, std::uint32_t until) const;
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
    void each_block(const Part& part, const Learned& learned, Range range, const Arrived& arrived, Block& b,
                    const Each& each) const {
        for (std::uint64_t first = range.first; first < range.end; first += block) {
            const std::size_t n = std::min<std::uint64_t>(block, range.end - first);
            catch_up(part, learned, first, n, arrived, b);
            each(first, n);
        }
    }
    void load_logs(const ArchiveReader& archive, const std::string& prefix);

    std::unique_ptr<const BoundEventRule<S>> rule_;
    bool has_at_post_, has_at_pre_, is_dendritic_;
    Interval bounds_;
    S idle_exponent_ = 0;  ///< 2^this is what a step leaves of eligibility; 0: the rule has none
    std::vector<StepTrace<S>> pre_, post_;
    std::vector<Ref<S>> columns_;
    bool keeps_amplitude_ = false, keeps_columns_ = false;
    std::vector<std::vector<Mark<S>>> marks_;  ///< by kind of event: its amplitude, then all columns, where kept
    std::vector<Source> at_post_sees_, at_pre_sees_;
    S sign_ = 1;  ///< of weights; those of synapses are magnitudes
    std::size_t sources_, delays_;
    Tiles tiles_;                      ///< of targets
    std::vector<std::uint32_t> lags_;  ///< by delay: steps from a postsynaptic event to arrivals that meet it
    PostEvents<S> events_;
    std::vector<Log> logs_;         ///< by target
    std::vector<Learned> learned_;  ///< by part
    std::uint32_t now_ = 0;         ///< the step that has ended
};

extern template class EventLearning<float>;
extern template class EventLearning<double>;

}  // namespace apical
