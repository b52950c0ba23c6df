#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/circuit/graph.hpp"
#include "sim/circuit/neuron.hpp"
#include "sim/core/matrix.hpp"
#include "sim/network/synaptic_input.hpp"

namespace apical {

/// One computation of an instant, and what does it.
template <class S>
struct Piece {
    Computation computation;
    std::unique_ptr<Op<S>> op;                                 ///< none yet for a state that adds up
    std::vector<typename SynapticInput<S>::Source> sources{};  ///< of a compartment
    Ref<S> to{};
    std::size_t units = 0;
    std::optional<Closing> closing{};  ///< of a state that adds up the column `computation.reads[0]`
    bool advances = false;             ///< by a step, each time that it is done
};

/// Settled dynamics of a state x that adds up what comes back to it, dx/dt = c(x): closes the loop from x through other
/// cells to c. Where all stages of the loop are projections, c(x) = c(0) - A x with one matrix for all lanes, minus the
/// sum over ways of the products of weights, and x = A^-1 c(0) by LU: 2/3 n^3 + 2 n^2 lanes operations for n cells,
/// beside the products of A and c(0). Else, or where that is asked for, explicit steps from x = 0.
template <class S>
class Loop {
   public:
    /// `stages` lead from the state to what it adds up, in order. Throws Cycle if there is no way, or LU is asked for
    /// and a stage is not a projection.
    Loop(const Piece<S>& state, std::vector<Piece<S>> stages, std::size_t lanes);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// What computes x, in pieces of the graph of columns; they refer to this loop. `is_watched`: others read the
    /// columns of the stages, which then hold what they are at the fixed point. `factors`: a number that no column has,
    /// for what depends on weights alone.
    std::vector<Piece<S>> pieces(bool is_watched, std::size_t factors);

    /// The stages hold what they are at the fixed point after this.
    void complete();
    /// Why there is no fixed point that x would go to, which is NaN then: eigenvalues of A must have a positive real
    /// part. "" if there is one.
    const std::string& failure() const;

   private:
    struct Factors;
    struct Decompose;
    struct Solve;
    struct Whole;
    Eigen::Map<Matrix<S>> view(const Ref<S>& column) const;
    std::unique_ptr<Op<S>> without_state(const Piece<S>& stage) const;
    void step();

    Computation state_computation_;
    Closing closing_;
    std::vector<Piece<S>> stages_;
    Ref<S> state_, sum_;
    std::size_t units_, lanes_;
    std::unique_ptr<Factors> factors_;  ///< null: steps
};

/// Puts what a Loop computes in the place of every state that adds up and of the computations in its loop. `watched`:
/// columns that are read by others than computations. Throws Cycle.
template <class S>
std::vector<std::unique_ptr<Loop<S>>> close_loops(std::vector<Piece<S>>& pieces, std::size_t lanes,
                                                  const std::vector<std::size_t>& watched);

extern template class Loop<float>;
extern template class Loop<double>;
extern template std::vector<std::unique_ptr<Loop<float>>> close_loops(std::vector<Piece<float>>&, std::size_t,
                                                                      const std::vector<std::size_t>&);
extern template std::vector<std::unique_ptr<Loop<double>>> close_loops(std::vector<Piece<double>>&, std::size_t,
                                                                       const std::vector<std::size_t>&);

}  // namespace apical
