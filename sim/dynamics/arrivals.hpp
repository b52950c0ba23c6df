#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/circuit/layout.hpp"
#include "sim/network/poisson.hpp"
#include "sim/state/event_history.hpp"
#include "sim/synapses/event_synapses.hpp"

namespace apical {

/// All that reaches one receptor of a population.
template <class S>
class Arrivals final : public Op<S> {
   public:
    struct Source {
        EventSynapses<S> synapses;
        const EventHistory* history;
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
        for (const Source& source : sources) {
            const std::span<const std::uint32_t> delays = source.synapses.delays();
            for (std::size_t k = 0; k < delays.size(); ++k)
                source.synapses.deliver(source.history->ago(delays[k]), k, into_.data());
        }
        for (const Poisson<S>& drive : drives) drive.add(step_, into_.data());
    }

    const bool instantaneous;
    std::vector<Source> sources;
    std::vector<Poisson<S>> drives;

   private:
    Ref<S> into_;
    const std::uint64_t& step_;
};

}  // namespace apical
