#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/core/archive.hpp"
#include "sim/dynamics/continuous.hpp"
#include "sim/dynamics/coupled.hpp"
#include "sim/dynamics/development.hpp"
#include "sim/network/network.hpp"
#include "sim/synapses/plasticity.hpp"

namespace apical {

/// A circuit with state: weights, cells, and the count of presented samples. S is float or double.
template <class S>
class Simulation {
   public:
    /// Throws std::invalid_argument for a circuit or setup that makes no sense, Cycle for signals that depend on
    /// themselves.
    Simulation(Circuit circuit, const Setup& setup);

    const Circuit& circuit() const { return circuit_; }
    const Setup& setup() const { return setup_; }
    const std::vector<WeightState<S>>& weights() const { return weights_; }
    const Network<S>& network() const { return *network_; }
    const Pathways<S>& pathways() const { return *pathways_; }
    /// The threads of the simulation, for who looks at it between two presentations.
    ThreadPool& pool() const { return *setup_.pool; }

    /// One step of the circuit's development: `lanes` events of spontaneous activity. Throws std::logic_error if none
    /// is left.
    void develop();
    /// Events of spontaneous activity in all, and until the first sample is due; 0 if the circuit has no development.
    std::uint64_t events() const { return developing_ ? developing_->events() : 0; }
    std::uint64_t events_left() const { return developing_ ? developing_->events_left() : 0; }

    /// Shows one sample a lane: inputs (d_0 x lanes), targets (d_L x lanes), row-major. Settled: one evaluation and one
    /// weight update. Continuous: presentation / step steps. Throws NumericalError if the answer is not finite.
    /// `watch` is called in every step, when its columns are known.
    using Watch = std::function<void(std::uint64_t step)>;
    void present(const S* inputs, const S* targets, const Watch& watch = {});
    /// Whether something reads a column of the previous step.
    bool looks_back() const { return looks_back_; }
    /// Samples presented so far, over all lanes.
    std::uint64_t samples() const { return samples_; }
    /// Simulated time in ms (continuous).
    double time() const { return motion_ ? static_cast<double>(motion_->steps()) * setup_.clock.step : 0; }

    /// As a full matrix. Throws std::invalid_argument for sparse weights that would make one of more than 2^31 numbers.
    Matrix<double> weights(std::string_view name) const;
    /// Replaces initial weights. Entries outside of the support must be zero (std::invalid_argument).
    void assign(std::string_view name, const Matrix<double>& values);
    /// The same for the synapses at these places (post * columns + pre, ascending), which must be all that there are
    /// (std::invalid_argument).
    void assign(std::string_view name, std::span<const std::uint64_t> places, std::span<const double> values);

    /// Throws NumericalError if any weight is not finite or larger than `limit` in absolute value.
    void check_weights(double limit) const;

    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix);

   private:
    void step(std::uint64_t k, double factor, const Watch& watch);
    void strang_step(std::uint64_t k, double factor);
    void learn(double factor);
    void derive();
    void require_smooth() const;
    [[noreturn]] void report_bad_number() const;

    Circuit circuit_;
    Setup setup_;
    std::vector<WeightState<S>> weights_;
    std::unique_ptr<Pathways<S>> pathways_;
    std::unique_ptr<Network<S>> network_;
    std::unique_ptr<Synapses<S>> synapses_;
    std::unique_ptr<Learning<S>> learning_;
    std::unique_ptr<Motion<S>> motion_;    ///< continuous only
    std::unique_ptr<Coupled<S>> coupled_;  ///< null unless states and weights are one
    std::unique_ptr<Developing<S>> developing_;
    bool looks_back_ = false;  ///< something reads a column of the previous step
    std::uint64_t samples_ = 0;
};

/// Looks at a simulation's weights with cells of its own, plasticity off: what `evaluate` and the metrics use. It
/// shares the weights and cannot change them, so evaluating often or never gives the same run. In continuous dynamics
/// its cells live through presentations of their own, from rest, with noise from a stream of their own.
template <class S>
class Evaluator {
   public:
    Evaluator(const Simulation<S>& simulation, std::size_t lanes);

    std::size_t lanes() const { return network_->lanes(); }
    /// Shows these inputs and targets, (units x lanes) row-major. Continuous: after another presentation, in which
    /// every lane sees what its neighbour will see; columns are those at the end.
    void settle(const S* inputs, const S* targets);
    /// The same as far as `loss` and `answers` need it: what hangs on the error keeps what it held. Continuous: one
    /// presentation, without a teacher.
    void answer(const S* inputs, const S* targets);
    const Network<S>& network() const { return *network_; }
    /// Mean over lanes.
    double loss() const;
    /// Of each lane, the readout's largest unit.
    std::vector<int> answers() const;
    /// Plastic part of the weights' update, decay excluded, per unit of gain: mean over lanes of post pre^T, and over
    /// the presentation if continuous (post x pre); what `settle` found. Throws std::out_of_range if the weights have
    /// no rule.
    Matrix<double> plastic_direction(std::string_view weights);
    /// A column, (units x lanes).
    Matrix<double> column(std::string_view population, std::string_view column) const;

   private:
    void clamp(const S* inputs, const S* targets);
    void live();
    void present(const S* inputs, const S* targets, bool keep_directions);
    Matrix<double> direction_of(typename Synapses<S>::Plastic& plastic) const;

    const Simulation<S>& simulation_;
    std::unique_ptr<Pathways<S>> pathways_;
    std::unique_ptr<Network<S>> network_;
    std::unique_ptr<Synapses<S>> synapses_;
    std::unique_ptr<Motion<S>> motion_;               ///< continuous only
    std::map<WeightsId, Matrix<double>> directions_;  ///< continuous only: of the weights that were ever asked for
    Matrix<S> inputs_, targets_;                      ///< continuous only: what `settle` showed last
};

extern template class Simulation<float>;
extern template class Simulation<double>;
extern template class Evaluator<float>;
extern template class Evaluator<double>;

}  // namespace apical
