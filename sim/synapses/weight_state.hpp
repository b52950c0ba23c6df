#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/circuit/tiles.hpp"
#include "sim/synapses/sparse.hpp"

namespace apical {

/// Row-major, as on disk: all synapses of one postsynaptic cell stand side by side.
template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The values of one Weights, and the only loops over them (those over pairs are in pairs.hpp). Activities are (units x
/// lanes), row-major.
template <class S>
class WeightState {
   public:
    WeightState(const Weights& weights, std::size_t post_units, std::size_t pre_units, const Random& random);

    std::size_t rows() const { return rows_; }        ///< postsynaptic units
    std::size_t columns() const { return columns_; }  ///< presynaptic units
    const Support& support() const { return support_; }

    /// y (+)= scale W x, or W^T x, in the rows of y from `first` up to before `end`. `assign` overwrites y.
    struct Rows {
        std::size_t first, end;
    };
    void drive(Rows rows, const S* x, S* y, std::size_t lanes, bool transposed, bool assign, S scale) const;
    /// How `drive` may be cut along the rows of y.
    Tiles drive_tiles(std::size_t lanes, bool transposed) const;
    /// W <- (1 - decay) W + change post pre^T, summed over lanes, then bounds and scaling: `learn` for each of
    /// `tiles(lanes).count` parts, which may run at the same time, and `keep_limits` after the last.
    void learn(std::size_t tile, const S* post, const S* pre, std::size_t lanes, S change, S decay);
    /// Decay as a factor beside the values, which are then W / kept(): a small float that is multiplied by almost 1
    /// again and again is rounded to the same side for long. `drive` and `matrix` know it; nobody else may look at the
    /// values before `bring_decay`. Not with bounds and scaling, which need W.
    void decay(double keep);
    double kept() const { return kept_; }
    void bring_decay();
    void learn_all(const S* post, const S* pre, std::size_t lanes, S change, S decay);
    /// Low-passed: E <- stay E + mix post pre^T, summed over lanes, then W <- keep W + change E.
    struct LowPass {
        double stay, mix, change, keep;
    };
    void learn_low_passed(std::size_t tile, const S* post, const S* pre, std::size_t lanes, const LowPass& numbers);
    /// The first half of it, where the rule has further terms.
    void low_pass(std::size_t tile, const S* post, const S* pre, std::size_t lanes, const LowPass& numbers);
    /// y = E x, in these rows of y; and, in a tile, W <- keep W + share E, then E <- stay E + post pre^T. Dense
    /// weights.
    void drive_eligibility(Rows rows, const S* x, S* y, std::size_t lanes) const;
    void add_eligibility(std::size_t tile, std::size_t lanes, S share, S keep, const S* post, const S* pre, S stay);
    /// E, stored as the weights are; empty if the rule has no low-pass.
    Eigen::Ref<const Eigen::Matrix<S, Eigen::Dynamic, 1>> eligibility() const { return eligibility_; }
    Eigen::Ref<Eigen::Matrix<S, Eigen::Dynamic, 1>> eligibility() { return eligibility_; }
    void keep_limits();
    bool has_limits() const { return bounded_ || scaling_ != Scaling::none; }
    Tiles tiles(std::size_t lanes) const;
    /// post pre^T / lanes on the support: the direction in which `learn` would go, and as exact.
    Matrix<double> outer_product(const S* post, const S* pre, std::size_t lanes) const;

    /// A copy as a full matrix, rows x columns (zero where there is no synapse).
    Matrix<double> matrix() const;
    /// Takes the entries on the support. Rounds to S.
    void assign(const Matrix<double>& values);
    /// The stored numbers: row-major matrix, or one value a pair.
    Eigen::Ref<const Eigen::Matrix<S, Eigen::Dynamic, 1>> values() const { return values_; }
    Eigen::Ref<Eigen::Matrix<S, Eigen::Dynamic, 1>> values() { return values_; }

   private:
    /// M <- keep M + change post pre^T in the tile, M being W or E.
    void add_outer(Eigen::Matrix<S, Eigen::Dynamic, 1>& to, std::size_t tile, const S* post, const S* pre,
                   std::size_t lanes, S change, S keep) const;
    void keep_bounds();
    void keep_scale();

    std::size_t rows_, columns_;
    Support support_;
    std::optional<Pairs> pairs_;  ///< if sparse
    S lower_, upper_;
    bool bounded_;
    Scaling scaling_;
    Eigen::Matrix<S, Eigen::Dynamic, 1> values_, eligibility_;
    double kept_ = 1;  ///< the weights are values_ times this
    Eigen::Matrix<S, Eigen::Dynamic, 1>
        squares_;  ///< of a cell's synapses, if they are scaled: no memory is taken anew
};

extern template class WeightState<float>;
extern template class WeightState<double>;

}  // namespace apical
