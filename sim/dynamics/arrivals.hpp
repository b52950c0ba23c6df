#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/circuit/tiles.hpp"
#include "sim/network/network.hpp"
#include "sim/network/running_drive.hpp"
#include "sim/state/event_history.hpp"
#include "sim/synapses/efficacy.hpp"
#include "sim/synapses/event_learning.hpp"

namespace apical {

/// Of events that arrive, and of the draws of a drive, in multiply-adds as Op::work.
inline double work_of_events(double events) { return 60 * events; }
inline double work_of_drive(std::size_t cells) { return 200 * static_cast<double>(cells); }
/// That arrive through so many synapses in a step if nothing else is known: 10 Hz, 0.1 ms.
inline double expected_events(std::uint64_t synapses) { return 1e-3 * static_cast<double>(synapses); }

/// All that arrives at one receptor of a population, so many of its cells at a time as its tiles say, which are those
/// of the synapses.
template <class S>
class Arrivals final : public Op<S> {
   public:
    struct Source {
        EventSynapses<S> synapses;
        const EventHistory* history;
        std::unique_ptr<EventLearning<S>> learning{};                      ///< none: weights are fixed
        std::vector<const EventHistory*> instructors{};                    ///< of postsynaptic events, by kind
        std::vector<std::pair<const EventHistory*, double>> modulators{};  ///< with the reward of an event
        std::unique_ptr<Efficacy<S>> efficacy{};                           ///< none: spikes carry all of their weights
    };
    Arrivals(const typename Network<S>::Receptor& receptor, const std::uint64_t& step, const Tiles& cells)
        : instantaneous(receptor.instantaneous),
          into_(receptor.into),
          step_(step),
          tiles_(cells),
          clears_(receptor.clear) {}

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        return work_at([](const Source& source) { return expected_events(source.synapses.synapses()); });
    }
    /// The same for the rate at which cells have fired of late.
    double work_of_late() const {
        return work_at([](const Source& source) { return source.history->mean() * source.synapses.mean_row(); });
    }
    void run(std::size_t part) override {
        const Rows cells{tiles_.begin(part), tiles_.begin(part + 1)};
        if (clears_) std::fill(into_.data() + cells.first, into_.data() + cells.end, S(0));
        const auto now = static_cast<std::uint32_t>(step_ + 1);
        for (Source& source : sources) {
            const std::span<const std::uint32_t> delays = source.synapses.delays();
            EventLearning<S>* const learning = source.learning.get();
            if (learning != nullptr) learning->begin(source.synapses, now, part);
            for (std::size_t k = 0; k < delays.size(); ++k) {
                const auto arriving = source.history->ago(delays[k]);
                if (arriving.empty()) continue;
                if (learning != nullptr) learning->deliver(source.synapses, arriving, k, now, into_.data(), part);
                else if (source.efficacy)
                    source.synapses.deliver(arriving, source.efficacy->ago(delays[k]), k, into_.data(), part);
                else if (source.history->has_amplitudes()) {
                    const std::span<const double> all = source.history->amplitudes_ago(delays[k]);
                    const std::vector<S> amplitudes(all.begin(), all.end());
                    source.synapses.deliver(arriving, amplitudes, k, into_.data(), part);
                } else source.synapses.deliver(arriving, k, into_.data(), part);
            }
        }
        for (const RunningDrive<S>* drive : drives) drive->add(step_, into_.data(), cells);
    }

    /// The step is over, and its events are the last of all histories.
    void end() {
        const auto now = static_cast<std::uint32_t>(step_ + 1);
        for (Source& source : sources) {
            if (source.learning) {
                double reward = 0;
                for (const auto& [history, each] : source.modulators)
                    reward += each * static_cast<double>(history->ago(1).size());
                source.learning->end(
                    source.synapses, now, [&](std::size_t kind) { return source.instructors[kind]->ago(1); }, reward);
            }
            if (source.efficacy) source.efficacy->push(source.history->ago(1), step_ + 1);
        }
    }
    void rest() {
        for (Source& source : sources) {
            if (source.learning) source.learning->rest(source.synapses);
            if (source.efficacy) source.efficacy->rest();
        }
    }

    const bool instantaneous;
    std::vector<Source> sources;
    std::vector<const RunningDrive<S>*> drives;

   private:
    /// `events` of a source are those that arrive in a step.
    template <class Events>
    double work_at(const Events& events) const {
        constexpr double learning = 10;  // over a synapse that does not
        double sum = static_cast<double>(drives.size()) * work_of_drive(tiles_.extent);
        for (const Source& source : sources) sum += work_of_events(events(source)) * (source.learning ? learning : 1);
        return sum;
    }

    Ref<S> into_;
    const std::uint64_t& step_;
    Tiles tiles_;
    bool clears_;  ///< sets its cells to 0 first
};

}  // namespace apical
