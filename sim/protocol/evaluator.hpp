#pragma once
#include <map>
#include <string_view>
#include <vector>

#include "sim/dynamics/simulation.hpp"
#include "sim/protocol/presentation.hpp"

namespace apical {

/// Looks at a simulation's weights with cells of its own, plasticity off: what `evaluate` and the metrics use. It
/// shares the weights and cannot change them, so evaluating often or never gives the same run. In continuous dynamics
/// its cells live through presentations of their own, from rest, with noise from a stream of their own.
template <class S>
class Evaluator {
   public:
    /// Throws std::out_of_range if the circuit lacks one of the ports `input`, `target`, `answer`.
    Evaluator(const Simulation<S>& simulation, std::size_t lanes);

    std::size_t lanes() const { return running_.lanes(); }
    /// Shows these inputs and targets, (units x lanes) row-major. Continuous: after another presentation, in which
    /// every lane sees what its neighbour will see; columns are those at the end.
    void evaluate(const S* inputs, const S* targets);
    /// The same as far as `loss` and `answers` need it: what hangs on the error keeps what it held. Continuous: one
    /// presentation, without a teacher. Cells that fire and go on from sample to sample see their neighbour's first.
    void answer(const S* inputs, const S* targets);
    const Network<S>& network() const { return running_.network(); }
    /// Mean over lanes.
    double loss() const;
    /// Of each lane, the largest cell of the port `answer`.
    std::vector<int> answers() const;
    /// Plastic part of the weights' update, decay excluded, per unit of gain: mean over lanes of post pre^T, and over
    /// the presentation if continuous (post x pre); what `evaluate` found. Throws std::out_of_range if the weights have
    /// no rule.
    Matrix<double> plastic_direction(std::string_view weights);
    /// A column, (units x lanes).
    Matrix<double> column(std::string_view population, std::string_view column) const;

   private:
    bool settled() const { return running_.setup().mode == Mode::settled; }
    Matrix<S> taken(const S* values, std::string_view port) const;
    void live();
    void present(const S* inputs, const S* targets, const Observer& observe);
    Matrix<double> direction(typename Synapses<S>::Plastic& plastic) const;

    const Circuit& circuit_;
    const std::vector<WeightState<S>>& weights_;
    RunningNetwork<S> running_;
    Presentation<S> presentation_;
    PortHandle answer_;
    bool goes_on_;
    std::map<WeightsId, Matrix<double>> directions_;  ///< continuous only: of the weights that were ever asked for
    Matrix<S> inputs_, targets_;                      ///< what `evaluate` showed last, not if settled
};

extern template class Evaluator<float>;
extern template class Evaluator<double>;

}  // namespace apical
