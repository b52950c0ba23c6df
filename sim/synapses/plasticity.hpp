#pragma once
#include <memory>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/parallel/task_graph.hpp"
#include "sim/synapses/choose.hpp"
#include "sim/synapses/weight_state.hpp"

namespace apical {

/// The rules of a circuit bound to the columns of one network.
template <class S>
class Synapses {
   public:
    /// Columns are looked up in `layout`; sides that have to be computed get memory from `buffers`.
    Synapses(const Circuit& circuit, const Layout<S>& layout, SideBuffers<S>& buffers);
    struct Plastic {
        WeightsId weights;
        std::vector<BoundTerm<S>> terms;
        Plasticity plasticity;
    };
    /// Weights with a rule, in the order of the circuit; sides are computed from the present columns.
    std::vector<Plastic>& all() { return plastic_; }
    /// Computes all sides of one.
    static void prepare(Plastic& plastic);
    /// Prepares, and returns the direction of the update without decay: post pre^T / lanes of a rule with one term,
    /// whatever its gain; with several, the sum of all, each times its gain.
    static Matrix<double> direction(Plastic& plastic, const WeightState<S>& weights, std::size_t lanes);

   private:
    std::vector<Plastic> plastic_;
};

/// The update of all weights of a simulation: the sides of every rule, then W <- (1 - decay) W + sum over its terms of
/// change post pre^T (decay comes with the first, the others are added), then bounds and scaling. In continuous
/// dynamics decay is exact: with the sides constant for a step, and r the decay rate times the part of a presentation
/// that the step lasts, W <- e^-r W + change (1 - e^-r) / r post pre^T.
template <class S>
class Learning {
   public:
    /// Settled steps. Keeps references to weights and synapses.
    Learning(std::vector<WeightState<S>>& weights, Synapses<S>& synapses, std::size_t lanes);
    /// Continuous steps of `step` ms, with the shortcuts of the network.
    /// `exact`: decay and low-pass as above; if not, by explicit Euler.
    Learning(std::vector<WeightState<S>>& weights, Synapses<S>& synapses, std::size_t lanes, double step, bool exact,
             const Shortcuts<S>& shortcuts);
    Learning(const Learning&) = delete;
    Learning& operator=(const Learning&) = delete;

    /// `factor` multiplies all gains and decays.
    void run(double factor, ThreadPool& pool);
    /// Brings what waits in shortcuts into the weights: at the end of a presentation, before anybody looks at them.
    void end(ThreadPool& pool);

   private:
    class Update;
    class Held;
    class Waiting;
    class Release;
    class Limits;

    void bind(std::vector<WeightState<S>>& weights, Synapses<S>& synapses, std::size_t lanes,
              const Shortcuts<S>* shortcuts);

    std::vector<std::unique_ptr<Op<S>>> ops_;
    TaskGraph<S> waves_, ending_;
    std::vector<OnePass<S>*> waiting_;
    std::vector<std::pair<WeightState<S>*, const Plasticity*>> decaying_;
    double step_ = 0;     ///< ms; 0: settled
    bool exact_ = false;  ///< continuous
    double factor_ = 0;
};

extern template class Synapses<float>;
extern template class Synapses<double>;
extern template class Learning<float>;
extern template class Learning<double>;

}  // namespace apical
