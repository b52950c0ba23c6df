#include "analysis/reference.hpp"

#include <stdexcept>

#include "models/baselines/baselines.hpp"

namespace apical {

namespace {

/// A baseline with the sizes, activation, biases and loss of the circuit.
Circuit baseline(const Circuit& circuit, bool transposed) {
    const Anatomy& anatomy = circuit.anatomy;
    if (anatomy.layers.empty() || circuit.teachers.size() != 1)
        throw std::invalid_argument(
            "there is no gradient to compare with: the circuit is not a feed-forward network with one teacher");
    Upstream upstream;
    upstream.hidden.assign(anatomy.sizes.begin() + 1, anatomy.sizes.end() - 1);
    upstream.activation = anatomy.activation;
    upstream.leak = anatomy.leak;
    upstream.output_activation = anatomy.output_activation;
    upstream.error_of_rate = circuit.teachers[0].signal == "rate";
    upstream.biases = !anatomy.layers[0].bias.empty();
    const TaskShape task{anatomy.sizes.front(), anatomy.sizes.back(), circuit.teachers[0].loss, 1};
    return transposed ? backpropagation_circuit(upstream, task) : feedback_circuit(upstream, 1, false, task);
}

}  // namespace

template <class S>
Reference<S>::Reference(const Circuit& circuit, Feedback feedback, std::size_t lanes, std::shared_ptr<ThreadPool> pool)
    : anatomy_(circuit.anatomy),
      simulation_(baseline(circuit, feedback == Feedback::transposed), Setup{.lanes = 1, .pool = std::move(pool)}),
      evaluator_(simulation_, lanes) {}

template <class S>
void Reference<S>::assign_upstream(const Simulation<S>& of) {
    for (std::size_t l = 1; l <= anatomy_.layers.size(); ++l) {
        const Anatomy::Layer& layer = anatomy_.layers[l - 1];
        simulation_.assign("W" + std::to_string(l), layer.gain * of.weights(layer.weights));
        if (!layer.bias.empty()) simulation_.assign("b" + std::to_string(l), layer.gain * of.weights(layer.bias));
    }
}

template <class S>
void Reference<S>::assign_feedback(std::size_t l, const Matrix<double>& B) {
    simulation_.assign("B" + std::to_string(l), B);
}

template class Reference<float>;
template class Reference<double>;

}  // namespace apical
