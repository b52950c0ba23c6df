#pragma once
#include <cstdint>
#include <vector>

#include "sim/core/matrix.hpp"

namespace apical {

/// A step of a feed-forward network of leaky cells that fire, layers 0 (the input) .. L at [l], (units x lanes).
struct SpikingStep {
    std::vector<Matrix<double>> a;  ///< low-passed spikes
    std::vector<Matrix<double>> u;  ///< potential before a reset; not of the input
    std::vector<Matrix<double>> z;  ///< spikes: 0, or the sign of the cell; not of the input
    Matrix<double> target;          ///< a*: what a^L is to be
};

/// u <- k_m u + (1 - k_m) W a, z = (u >= threshold) and u = 0, or u less the threshold, a <- k_s a + (1 - k_s) sign z.
/// In place of the slope of a spike stands the gate phi(u) = 1 / (1 + beta |u - 1|)^2.
struct SpikingCells {
    double keep_membrane = 0, keep_synapse = 0;  ///< k_m, k_s
    double threshold = 1, beta = 0;
    std::uint64_t onset = 0;               ///< steps before the teacher is there
    std::vector<Eigen::VectorXd> signs{};  ///< of the cells of layers 1 .. L, at [l - 1]
    bool subtracts = false;                ///< a spike takes the threshold away: what came before is not forgotten
};

/// -dE/dW^l at [l], E = 1/2 sum over steps from the onset on and lanes of |a* - a^L|^2, through all steps; the reset of
/// a potential is taken as it came. W at [1] .. [L].
std::vector<Matrix<double>> van_rossum_gradient(const std::vector<Matrix<double>>& W,
                                                const std::vector<SpikingStep>& steps, const SpikingCells& cells);

/// Spikes per step of such a cell under a constant current: ln k_m / ln(1 - threshold / I), at most 1; 0 for a current
/// that does not reach the threshold.
double rate_under_current(double current, const SpikingCells& cells);

/// Update of a network of rates r^l = sign rate_under_current(I^l), I^l = W^l r^(l-1), with r^0 and the target the
/// means of a and a* over the steps from the onset on: delta^L = phi(I^L) (r* - r^L), delta^(l-1) = phi(I^(l-1)) sign
/// W^lT delta^l, dW^l = sum over lanes of delta^l r^(l-1)T.
std::vector<Matrix<double>> rate_network_update(const std::vector<Matrix<double>>& W,
                                                const std::vector<SpikingStep>& steps, const SpikingCells& cells);

}  // namespace apical
