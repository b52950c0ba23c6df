#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/dynamics/arrival_tiles.hpp"
#include "sim/dynamics/arrivals.hpp"
#include "sim/dynamics/continuous.hpp"
#include "sim/parallel/task_graph.hpp"
#include "sim/state/event_history.hpp"

namespace apical {

/// Cells fire, and their events arrive at others after whole steps; what is graded beside them follows its differential
/// equations. The order of a step stands in sim/README.md. Every target sums up in the order of projections, delays,
/// sources and synapses, then drives from outside.
template <class S>
class Spiking final : public Continuous<S> {
   public:
    using typename Dynamics<S>::Context;

    /// Of the clock. Throws ClockError for one that is no time, std::invalid_argument for more than one lane where
    /// events go to synapses of their own.
    static double checked_step(const Clock& clock, const Circuit& circuit, std::size_t lanes);
    /// Throws as Continuous does, and std::invalid_argument for an event projection or a drive that does not fit its
    /// cells.
    Spiking(const Setup& setup, const Circuit& circuit, Network<S>& network, const std::string& stream);
    ~Spiking() override = default;

    void step(std::uint64_t k, const Context& context) override;
    void evaluate(std::uint64_t, const Context&) override {}  // columns are those of the last step
    void relax(std::uint64_t, ThreadPool&) override {}
    void rest() override;
    std::span<const std::uint32_t> spikes(PopulationId population) const override;

    void visit(std::size_t projection, SynapseVisitor& visitor) const override;

    void save(ArchiveWriter& archive, const std::string& prefix) const override;
    void load(const ArchiveReader& archive, const std::string& prefix) override;

   private:
    using Continuous<S>::network_, Continuous<S>::steps_;

    /// Throws std::invalid_argument for a receptor that the population does not have; `name` is of what asks for it.
    Arrivals<S>& arrivals_at(const std::string& name, PopulationId p, const std::string& receptor);

    /// An event projection, and where its synapses are.
    struct Carried {
        std::string name, fingerprint;
        Arrivals<S>* arrivals;
        std::size_t index;
        auto& source() const { return arrivals->sources[index]; }
    };
    struct Events {
        std::string name;  ///< in archives
        EventHistory history;
    };
    /// Null if the population has no such events.
    const EventHistory* history_of(PopulationId population, std::string_view event) const;

    std::vector<std::unique_ptr<Events>> events_;  ///< of every kind that cells of the network have, in its order
    ArrivalTiles tiles_;
    std::map<std::pair<PopulationId, std::string>, std::unique_ptr<Arrivals<S>>> arrivals_;  ///< by receptor
    std::vector<Carried> projections_;
    std::vector<std::unique_ptr<RunningDrive<S>>> drives_;
    struct Wave {
        std::vector<const Arrivals<S>*> arrivals;
        TaskGraph<S> graph;
        void add(Arrivals<S>& one) {
            arrivals.push_back(&one);
            graph.add(0, one);
        }
        void run(ThreadPool& pool) {
            double work = 0;
            for (const Arrivals<S>* one : arrivals) work += one->work_of_late();
            graph.run(pool, work);
        }
    };
    Wave before_, after_;  ///< what reaches inputs; what reaches receptors
};

extern template class Spiking<float>;
extern template class Spiking<double>;

}  // namespace apical
