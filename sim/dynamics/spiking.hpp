#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/dynamics/arrival_tiles.hpp"
#include "sim/dynamics/arrivals.hpp"
#include "sim/dynamics/dynamics.hpp"
#include "sim/parallel/task_graph.hpp"
#include "sim/state/event_history.hpp"

namespace apical {

/// Cells fire, and their events arrive at others after whole steps. From t to t + dt: what arrives at t + dt at
/// instantaneous inputs is added up; cells advance with it and with their receptors as they were at t, and fire at
/// t + dt; what arrives at t + dt at kinetic receptors is added to them. So a kinetic receptor is felt a step later
/// than it is reached. Every target sums up in the order of projections, delays, sources and synapses, then drives
/// from outside. Time is steps times dt, never summed.
template <class S>
class Spiking final : public Dynamics<S> {
   public:
    using typename Dynamics<S>::Context;

    /// Of the clock. Throws ClockError for one that is no time, std::invalid_argument for more than one lane.
    static double checked_step(const Setup& setup);
    /// Throws std::invalid_argument for a projection that does not fit its cells, or numbers that make no sense.
    Spiking(const Setup& setup, const Circuit& circuit, Network<S>& network);
    ~Spiking() override = default;

    void begin(const Context&) override {}
    void restart() override {}
    void step(std::uint64_t k, const Context& context) override;
    void evaluate(std::uint64_t, const Context&) override {}  // columns are those of the last step
    void relax(std::uint64_t, ThreadPool&) override {}
    void rest() override;
    double time() const override { return static_cast<double>(steps_) * step_; }
    std::span<const std::uint32_t> spikes(PopulationId population) const override;

    void visit(std::size_t projection, SynapseVisitor& visitor) const override;

    void save(ArchiveWriter& archive, const std::string& prefix) const override;
    void load(const ArchiveReader& archive, const std::string& prefix) override;

   private:
    /// Throws std::invalid_argument for a receptor that the cells do not have; `name` is of what asks for it.
    Arrivals<S>& arrivals_at(const Population& population, const std::string& name, PopulationId p,
                             const std::string& receptor);

    /// An event projection, and where its synapses are.
    struct Carried {
        std::string name, fingerprint;
        Arrivals<S>* arrivals;
        std::size_t index;
        auto& source() const { return arrivals->sources[index]; }
    };
    EventHistory& history_of(PopulationId population);

    Network<S>& network_;
    double step_;  ///< ms
    std::uint64_t steps_ = 0;
    struct Events {
        std::string name;  ///< in archives
        EventHistory history;
    };
    std::vector<std::unique_ptr<Events>> events_;  ///< of every kind that cells of the network have, in its order
    ArrivalTiles tiles_;
    std::map<std::size_t, std::unique_ptr<Arrivals<S>>>
        arrivals_;  ///< at every receptor that anything reaches, by place
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
