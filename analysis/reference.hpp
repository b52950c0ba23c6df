#pragma once
#include "sim/experiment/instrument.hpp"
#include "sim/protocol/evaluator.hpp"

namespace apical {

/// Backpropagation, or errors carried by other given matrices, in the upstream network of a circuit: what the circuit's
/// own updates are compared with. An instrument; the circuit knows nothing of it.
///
/// delta^L = e, delta^{l-1} = phi'(p^{l-1}) o (B^l delta^l), dW^l = mean over lanes of delta^l (h^{l-1})^T.
template <class S>
class Reference {
   public:
    enum class Feedback {
        transposed,  ///< B^l = (W^l)^T: dW is the negative gradient of the mean loss
        given,       ///< B^l set by `assign_feedback`
    };
    /// Throws std::invalid_argument if the circuit has no anatomy, or not exactly one teacher.
    Reference(const Circuit& circuit, Feedback feedback, std::size_t lanes, std::shared_ptr<ThreadPool> pool);
    Reference(const Reference&) = delete;
    Reference& operator=(const Reference&) = delete;

    std::size_t lanes() const { return evaluator_.lanes(); }
    /// Takes W and biases of a simulation of the circuit. They must be finite (std::invalid_argument).
    void assign_upstream(const Simulation<S>& of);
    /// B^l is d_{l-1} x d_l, l = 2 .. L.
    void assign_feedback(std::size_t l, const Matrix<double>& B);
    /// (units x lanes), row-major.
    void evaluate(const S* inputs, const S* targets) { evaluator_.evaluate(inputs, targets); }
    /// dW^l for what was settled last.
    Matrix<double> update(std::size_t l) {
        return anatomy_.layers[l - 1].gain * evaluator_.plastic_direction("W" + std::to_string(l));
    }

   private:
    Anatomy anatomy_;
    Simulation<S> simulation_;
    Evaluator<S> evaluator_;
};

extern template class Reference<float>;
extern template class Reference<double>;

}  // namespace apical
