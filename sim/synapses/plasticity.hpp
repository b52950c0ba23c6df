#pragma once
#include <memory>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/parallel/task_graph.hpp"
#include "sim/synapses/pathways.hpp"

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
    /// Prepares, and returns the direction of the update without decay, in the order in which synapses are stored:
    /// post pre^T / lanes of a rule with one term, whatever its gain; with several, the sum of all, each times its
    /// gain.
    static std::vector<double> direction(Plastic& plastic, const WeightState<S>& weights, std::size_t lanes);

   private:
    std::vector<Plastic> plastic_;
};

/// The update of all weights of a simulation: the sides of every rule, then what `Update` says, then bounds and
/// scaling.
template <class S>
class Learning {
   public:
    /// Settled steps. Keeps references to pathways and synapses.
    Learning(Pathways<S>& pathways, Synapses<S>& synapses);
    /// Continuous steps of `step` ms. `exact`: decay and low-pass; if not, by explicit Euler.
    Learning(Pathways<S>& pathways, Synapses<S>& synapses, double step, bool exact);
    Learning(const Learning&) = delete;
    Learning& operator=(const Learning&) = delete;

    /// `factor` multiplies all gains and decays.
    void run(double factor, ThreadPool& pool);
    /// Brings what waits in pathways into the weights: at the end of a presentation, before anybody looks at them.
    void flush(ThreadPool& pool);

   private:
    struct Numbers;
    class Rates;
    class Phase;
    class Learn;
    class Limit;
    class Flush;

    std::vector<std::unique_ptr<Op<S>>> ops_;
    TaskGraph<S> updating_, flushing_;
    PlasticStep step_;
};

extern template class Synapses<float>;
extern template class Synapses<double>;
extern template class Learning<float>;
extern template class Learning<double>;

}  // namespace apical
