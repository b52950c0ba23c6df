#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/run/tiles.hpp"

namespace apical {

/// Row-major, as on disk: all synapses of one postsynaptic cell stand side by side.
template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The values of one Weights, and the only loops over them. Activities are (units x lanes), row-major.
template <class S>
class WeightState {
   public:
    WeightState(const Weights& weights, std::size_t post_units, std::size_t pre_units, const Random& random);

    std::size_t rows() const { return rows_; }        ///< postsynaptic units
    std::size_t columns() const { return columns_; }  ///< presynaptic units
    const Support& support() const { return support_; }

    /// y (+)= scale W x, or W^T x. `assign` overwrites y.
    void drive(const S* x, S* y, std::size_t lanes, bool transposed, bool assign, S scale, int threads) const;
    /// W <- (1 - decay) W + change post pre^T, summed over lanes, then bounds and scaling: `learn` for each of
    /// `tiles(lanes).count` parts, which may run at the same time, and `keep_limits` after the last.
    void learn(std::size_t tile, const S* post, const S* pre, std::size_t lanes, S change, S decay);
    void keep_limits();
    Tiles tiles(std::size_t lanes) const;
    /// post pre^T / lanes on the support: the direction in which `learn` would go.
    Matrix<double> outer_product(const S* post, const S* pre, std::size_t lanes) const;

    /// A copy as a full matrix, rows x columns (zero where there is no synapse).
    Matrix<double> matrix() const;
    /// Takes the entries on the support. Rounds to S.
    void assign(const Matrix<double>& values);
    /// The stored numbers: row-major matrix, or one value a pair.
    Eigen::Ref<const Eigen::Matrix<S, Eigen::Dynamic, 1>> values() const { return values_; }
    Eigen::Ref<Eigen::Matrix<S, Eigen::Dynamic, 1>> values() { return values_; }

   private:
    void keep_bounds();
    void keep_scale();

    std::size_t rows_, columns_;
    Support support_;
    S lower_, upper_;
    bool bounded_;
    Scaling scaling_;
    Eigen::Matrix<S, Eigen::Dynamic, 1> values_;
};

extern template class WeightState<float>;
extern template class WeightState<double>;

}  // namespace apical
