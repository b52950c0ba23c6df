#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/circuit/model_circuit.hpp"
#include "sim/core/matrix.hpp"
#include "sim/network/network.hpp"
#include "sim/synapses/weight_state.hpp"

namespace apical {

/// What cells did in a presentation, and what their weights learn from it, backwards through all of its steps
/// (`ThroughTime`).
template <class S>
class LearningThroughTime {
   public:
    /// Keeps references. Throws std::invalid_argument for weights that are not one dense layer on top of the other, or
    /// learn by a rule, std::out_of_range for columns that cells do not have.
    LearningThroughTime(const ThroughTime& what, const Circuit& circuit, const Network<S>& network,
                        std::vector<WeightState<S>>& weights, std::size_t steps);
    LearningThroughTime(const LearningThroughTime&) = delete;
    LearningThroughTime& operator=(const LearningThroughTime&) = delete;

    /// Takes the columns of the network as those of this step of the presentation, from 0.
    void look(std::size_t step);
    /// After all steps: one update, a mean over lanes, with `factor` times gain and decay.
    void learn(double factor);

   private:
    struct Layer {
        WeightState<S>* weights;
        PopulationId below, cells;
        Matrix<S> trace;      ///< of the cells below; a matrix has a column for every lane of every step
        Matrix<S> potential;  ///< before a spike took the threshold away
        Matrix<S> descent;    ///< -dE/da, then -dE/du
    };
    void record(Matrix<S>& steps, PopulationId population, const std::string& column, std::size_t step) const;
    void go_back(Layer& layer) const;

    const ThroughTime what_;
    const Network<S>& network_;
    std::size_t steps_, lanes_;
    std::vector<Layer> layers_;
};

extern template class LearningThroughTime<float>;
extern template class LearningThroughTime<double>;

}  // namespace apical
