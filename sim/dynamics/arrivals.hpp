#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/circuit/layout.hpp"
#include "sim/network/poisson.hpp"
#include "sim/state/event_history.hpp"
#include "sim/synapses/event_learning.hpp"

namespace apical {

/// All that reaches one receptor of a population.
template <class S>
class Arrivals final : public Op<S> {
   public:
    struct Source {
        EventSynapses<S> synapses;
        const EventHistory* history;
        std::unique_ptr<EventLearning<S>> learning{};  ///< none: weights are fixed
        const EventHistory* targets = nullptr;         ///< what the cells did that are reached
    };
    Arrivals(Ref<S> into, const std::uint64_t& step, bool at_input)
        : instantaneous(at_input), into_(into), step_(step) {}

    double work() const override {
        constexpr double share = 1e-3;  // of the synapses that are used in a step: 10 Hz, 0.1 ms
        double synapses = 0;
        for (const Source& source : sources) synapses += static_cast<double>(source.synapses.synapses());
        return 10 * share * synapses;
    }
    void run(std::size_t) override {
        const auto now = static_cast<std::uint32_t>(step_ + 1);
        for (Source& source : sources) {
            const std::span<const std::uint32_t> delays = source.synapses.delays();
            EventLearning<S>* const learning = source.learning.get();
            if (learning != nullptr)
                learning->begin(
                    source.synapses, now, [&](std::size_t k) { return source.targets->ago(k); }, 0);
            for (std::size_t k = 0; k < delays.size(); ++k) {
                const auto arriving = source.history->ago(delays[k]);
                if (learning != nullptr) learning->deliver(source.synapses, arriving, k, now, into_.data(), 0);
                else source.synapses.deliver(arriving, k, into_.data());
            }
        }
        for (const Poisson<S>& drive : drives) drive.add(step_, into_.data());
    }

    /// The step is over, and its events are the last of all histories.
    void end() {
        for (Source& source : sources)
            if (source.learning) source.learning->end(source.targets->ago(1), static_cast<std::uint32_t>(step_ + 1));
    }
    void rest() {
        for (Source& source : sources)
            if (source.learning) source.learning->rest(source.synapses, static_cast<std::uint32_t>(step_));
    }

    const bool instantaneous;
    std::vector<Source> sources;
    std::vector<Poisson<S>> drives;

   private:
    Ref<S> into_;
    const std::uint64_t& step_;
};

}  // namespace apical
