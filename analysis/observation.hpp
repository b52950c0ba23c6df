#pragma once
#include <vector>

#include "analysis/metrics/spectrum.hpp"
#include "sim/core/matrix.hpp"

namespace apical {

/// What metrics see of a feed-forward circuit at one moment. Layer l = 1 .. L stands at [l]; a list is empty where the
/// circuit has no such synapses.
struct Observation {
    using Matrices = std::vector<Matrix<double>>;
    using Spectra = std::vector<Spectrum>;

    std::size_t layers = 0;                ///< L
    Matrices W, Wbar, V, Vbar;             ///< as in the circuit; Vbar^L = I is not written out
    Spectra in_W, in_Wbar, in_V, in_Vbar;  ///< singular values of these, largest first

    Matrices B;  ///< B^l: layer l -> l-1; empty for an observation of a file
    Matrices Q;  ///< Q^l: layer l -> l-1, what cancels B^l; likewise

    // Changes of W on a batch, decay excluded and per unit of rate; empty for an observation of weights alone.
    Matrices dW;             ///< the circuit's own; NaN where W is not plastic
    Matrices dW_sgd;         ///< along the negative gradient of the mean loss
    Matrices dW_fa;          ///< the same with B^l in place of W^lT: feedback alignment; empty without B
    Matrices h_sgd;          ///< H^l dW_sgd^l; H^L = I is not written out
    Matrices path;           ///< what brings delta^l to layer l-1, d_{l-1} x d_l: Vbar^{l-1} Wbar^l V^l, V^L = I
    Matrices dW_reweighted;  ///< C dtilde h^T of spec 3.6; NaN from the first layer (from above) where C > 0 fails

    // Rates on the batch (units x lanes); empty for an observation of weights alone.
    Matrices h;     ///< h^0, the input, and h^l of the hidden layers
    Matrices hbar;  ///< hbar^l of the hidden layers, and hbar^L = e
    Matrix<double> targets;
    Matrices slope_B;       ///< mean over the batch of phi'^(l-1) W^lT phi'^l, where there is a B^l
    Matrices attenuated_B;  ///< the same, phi' at the drive from below times the gain of hidden cells

    /// Vbar^l A. A square of the outputs would be more than all weights of a network with many of them.
    Matrix<double> through_vbar(std::size_t l, const Matrix<double>& A) const;
    /// Eigenvalues of H^l = Vbar^l (Vbar^l)^T, largest first.
    Spectrum in_h(std::size_t l) const { return with_zeros(in_Vbar[l].cwiseAbs2(), Vbar[l].rows()); }
};

/// `path` of an observation, l = 2 .. L, from its Wbar, V and Vbar.
Observation::Matrices feedback_paths(const Observation& seen);

}  // namespace apical
