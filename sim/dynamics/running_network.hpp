#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/dynamics/dynamics.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/stimulus.hpp"
#include "sim/network/network.hpp"

namespace apical {

/// What the clock allows pathways. The splittings other than lie put weights back, or change them in the middle of a
/// step: what was read once, or waits, would not notice.
PathwayOptions pathways_of(const Clock& clock);

/// A network with state: its columns, its dynamics, its ports, and the instant at which it is. With an update, its
/// weights learn: what a Simulation consists of. Without, it looks at the weights of others, from a beginning of its
/// own, and cannot change them: what evaluators and analyses of stability are made of.
template <class S>
class RunningNetwork final : public Inlet<S> {
   public:
    /// Learns. Keeps references to circuit and weights; `setup` has a pool.
    RunningNetwork(const Circuit& circuit, std::vector<WeightState<S>>& weights, const Setup& setup);
    /// Looks, with `lanes` lanes, and noise from a stream of its own. A settled one sees every batch for itself: no
    /// step comes before it.
    RunningNetwork(const Circuit& circuit, const std::vector<WeightState<S>>& weights, const Setup& setup,
                   std::size_t lanes, const std::string& stream);
    RunningNetwork(const RunningNetwork&) = delete;
    RunningNetwork& operator=(const RunningNetwork&) = delete;

    std::size_t lanes() const { return network_->lanes(); }
    const Circuit& circuit() const { return circuit_; }
    const Setup& setup() const { return setup_; }
    /// Throws std::out_of_range for a name that the circuit does not have.
    PortHandle port(std::string_view name) const;
    /// A new instant begins with the first port that is set after a step, so `previous` of a port is what it held in
    /// that step.
    void set(PortHandle port, std::span<const S> values) override;
    void teach(bool present) override;
    /// What begins anew with a presentation is 0 from the next step on.
    void begin_presentation();
    /// So many steps. In continuous dynamics decay, and what was read once of a source that stands still, comes
    /// into the weights at the end of the call: the same steps in more calls may differ in the last bits.
    void advance(std::uint64_t steps, const Observer& observe = {}, Stimulus<S>* stimulus = nullptr);
    /// From now on multiplies the gains and decays of all rules; 1 at first.
    void set_rate(double factor) { rate_ = factor; }
    /// So many steps outside of time, without noise, plasticity and teachers; only in continuous dynamics.
    void relax(std::uint64_t steps);
    enum class Extent {
        all,
        answer,  ///< settled: only what ports out of the circuit and losses depend on, the rest keeps what it held
    };
    /// Columns of the present instant, that of the step after the last `advance`, which is not taken.
    void evaluate(Extent extent = Extent::all, Stimulus<S>* stimulus = nullptr);
    /// As at the beginning.
    void rest();

    double time() const { return dynamics_->time(); }
    /// Cells that fired in the last step, ascending; none in graded dynamics.
    std::span<const std::uint32_t> spikes(PopulationId population) const { return dynamics_->spikes(population); }
    void visit(std::size_t event_projection, SynapseVisitor& visitor) const {
        dynamics_->visit(event_projection, visitor);
    }
    /// (units x lanes), row-major, of the last step or evaluation.
    std::span<const S> column(PortHandle port) const {
        return {std::as_const(*network_).columns().now(port.place), port.cells};
    }
    const Network<S>& network() const { return *network_; }
    Network<S>& network() { return *network_; }
    Synapses<S>& synapses() { return *synapses_; }
    const Pathways<S>& pathways() const { return *pathways_; }

    /// Throws std::logic_error if ports were set for a step that was not taken and something reads the step before.
    void save(ArchiveWriter& archive, const std::string& prefix) const;
    /// Ports are to be set anew in settled dynamics.
    void load(const ArchiveReader& archive, const std::string& prefix);

   private:
    using Context = typename Dynamics<S>::Context;
    void begin_instant() {
        if (open_) return;
        open_ = true;
        if (needs_history_) network_->columns().flip();
    }
    void begin(const Context& context);
    template <class Weighted>
    void make_network(Weighted& weights, std::size_t lanes);

    const Circuit& circuit_;
    Setup setup_;
    std::unique_ptr<Pathways<S>> pathways_;
    std::unique_ptr<Network<S>> network_;
    std::unique_ptr<Synapses<S>> synapses_;
    std::unique_ptr<WeightUpdate<S>> update_;  ///< null: it looks
    std::unique_ptr<Dynamics<S>> dynamics_;
    bool needs_history_ = false;
    bool open_ = false;       ///< the instant has begun, and no step of it was taken
    bool set_ = false;        ///< ports were set since the last step
    bool under_way_ = false;  ///< an advance has taken a step, and will take more
    bool taught_ = true;
    double rate_ = 1;
    std::uint64_t steps_ = 0;  ///< of the last advance
};

extern template class RunningNetwork<float>;
extern template class RunningNetwork<double>;

}  // namespace apical
