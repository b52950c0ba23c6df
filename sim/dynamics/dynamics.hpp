#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "sim/core/archive.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/stimulus.hpp"
#include "sim/dynamics/weight_update.hpp"
#include "sim/network/network.hpp"
#include "sim/synapses/synapse_visitor.hpp"

namespace apical {

/// How the columns of a network, and its weights, go from one step to the next: one class and one file for each mode
/// and splitting. `make_dynamics` is the only place that knows them all.
template <class S>
class Dynamics {
   public:
    /// What the steps of one `advance` have in common.
    struct Context {
        WeightUpdate<S>* update;  ///< null: the weights are only looked at
        double rate;              ///< multiplies all gains and decays, which are per presentation
        Stimulus<S>* stimulus;    ///< null: ports stand still
        const Observer& observe;
        ThreadPool& pool;
    };
    virtual ~Dynamics() = default;
    /// Before the first step, and wherever ports were set: what depends on ports that stand still is computed once.
    virtual void begin(const Context& context) = 0;
    /// The right side has jumped: a stepper of several steps forgets its history.
    virtual void restart() = 0;
    virtual void step(std::uint64_t k, const Context& context) = 0;
    /// All columns as they are at the beginning of step k, without taking it.
    virtual void evaluate(std::uint64_t k, const Context& context) = 0;
    /// Step k without noise and plasticity, outside of time. Nothing where there is no fixed point to go to.
    virtual void relax(std::uint64_t k, ThreadPool& pool) = 0;
    /// Sets activity, delay lines, ports and time to 0.
    virtual void rest() = 0;
    /// ms since the beginning.
    virtual double time() const = 0;
    /// Cells that fired in the last step, ascending; none in graded dynamics. Valid until the next step.
    virtual std::span<const std::uint32_t> spikes(PopulationId) const { return {}; }

    /// The synapses of an event projection, as they are; none in graded dynamics.
    virtual void visit(std::size_t /*projection*/, SynapseVisitor&) const {}

    virtual void save(ArchiveWriter& archive, const std::string& prefix) const = 0;
    virtual void load(const ArchiveReader& archive, const std::string& prefix) = 0;
};

/// The dynamics of a network by mode and splitting; of a network that only looks (`update` null), whose weights stand
/// still, all splittings are one. Noise is drawn at the addresses of (seed, `stream`/population/column, cell, step).
/// Keeps references to circuit, network and update. Throws ClockError.
template <class S>
std::unique_ptr<Dynamics<S>> make_dynamics(const Setup& setup, const Circuit& circuit, Network<S>& network,
                                           WeightUpdate<S>* update, const std::string& stream);

}  // namespace apical
