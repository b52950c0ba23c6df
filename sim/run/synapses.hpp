#pragma once
#include <memory>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/run/network.hpp"
#include "sim/run/waves.hpp"
#include "sim/run/weight_state.hpp"

namespace apical {

/// The rules of a circuit bound to the columns of one network.
template <class S>
class Synapses {
   public:
    Synapses(const Circuit& circuit, Network<S>& network);
    struct Plastic {
        WeightsId weights;
        BoundSide<S> post, pre;
        Plasticity plasticity;
    };
    /// Weights with a rule, in the order of the circuit; sides are computed from the present columns.
    std::vector<Plastic>& all() { return plastic_; }
    /// Computes both sides of one.
    static void prepare(Plastic& plastic);

   private:
    std::vector<Plastic> plastic_;
};

/// The update of all weights of a simulation: both sides of every rule, then W <- (1 - decay) W + change post pre^T,
/// then bounds and scaling.
template <class S>
class Learning {
   public:
    /// Keeps references to all three.
    Learning(std::vector<WeightState<S>>& weights, Synapses<S>& synapses, std::size_t lanes);
    Learning(const Learning&) = delete;
    Learning& operator=(const Learning&) = delete;

    /// `factor` multiplies all gains and decays.
    void run(double factor, Team& team);

   private:
    class Update;
    class Limits;

    std::vector<std::unique_ptr<Op<S>>> ops_;
    Waves<S> waves_;
    double factor_ = 0;
};

extern template class Synapses<float>;
extern template class Synapses<double>;
extern template class Learning<float>;
extern template class Learning<double>;

}  // namespace apical
