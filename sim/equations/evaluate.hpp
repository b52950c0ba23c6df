#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/equations/formula.hpp"

namespace apical::equations {

/// Numbers of cells side by side, 64-byte aligned with room for whole packs; or, if it is held, one pack that stands
/// for all of them.
template <class S>
struct Stream {
    const S* data = nullptr;
    bool is_held = false;
};

/// Writes what a formula makes of `n` cells, in whole packs, to `to` (aligned likewise), which may be an input. Streams
/// stand in the order of the formula's inputs and coefficients. Any number of threads may do this at the same time.
void evaluate(const Formula& formula, std::size_t n, std::span<const Stream<float>> inputs,
              std::span<const Stream<float>> coefficients, float* to);
void evaluate(const Formula& formula, std::size_t n, std::span<const Stream<double>> inputs,
              std::span<const Stream<double>> coefficients, double* to);

/// A formula with the numbers of its parameters, which are the same for all cells.
template <class S>
class Bound {
   public:
    /// Throws what Formula::coefficients throws.
    Bound(Formula formula, std::span<const double> parameters);
    Bound(Bound&&) noexcept = default;
    Bound& operator=(Bound&&) noexcept = default;
    Bound(const Bound&) = delete;
    Bound& operator=(const Bound&) = delete;
    ~Bound() = default;
    const Formula& formula() const { return formula_; }
    void operator()(std::size_t n, std::span<const Stream<S>> inputs, S* to) const {
        evaluate(formula_, n, inputs, coefficients_, to);
    }

   private:
    Formula formula_;
    Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic> held_;  ///< a line (64 bytes) x coefficients
    std::vector<Stream<S>> coefficients_;
};

}  // namespace apical::equations
