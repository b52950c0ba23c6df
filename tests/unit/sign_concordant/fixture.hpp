#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "models/sign_concordant/circuit.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/protocol/training.hpp"

/// Small networks of sign_concordant, the same samples for all of them, and their equations written down once more.
namespace apical::sign_concordant::test {

using MatrixD = Eigen::MatrixXd;
using VectorD = Eigen::VectorXd;

struct Net {
    Layers layers{{8, 6}};
    Parameters parameters{.scale_W = {4, 6, 6}};
    std::size_t inputs = 12, outputs = 3;
    double presentation = 20, onset = 2;  ///< ms, in steps of 1 ms
    std::uint64_t seed = 1;
    int threads = 1;
    std::size_t lanes = 1;

    Setup setup() const;
    ModelCircuit circuit() const;
    Training<double> training() const { return {circuit(), setup()}; }
};

/// Sample k: inputs of 0 .. 1, the target one of `outputs`.
std::vector<double> inputs_of(const Net& net, std::uint64_t k);
std::vector<double> targets_of(const Net& net, std::uint64_t k);
void present(Training<double>& training, const Net& net, std::uint64_t k, const Observer& observe = {});

std::vector<MatrixD> weights_of(const Training<double>& training, std::size_t layers);
double cosine(const MatrixD& a, const MatrixD& b);

/// The equations as matrices, from the state in which a training begins: sections 1 to 3 of the reconstruction.
class ByHand {
   public:
    ByHand(const Net& net, const Training<double>& training);
    void present(std::uint64_t k);
    std::vector<MatrixD> W;    ///< W[l - 1] of layer l
    bool is_filtered = false;  ///< feedback is the low-passed error, though no spikes carry it

   private:
    MatrixD feedback(std::size_t l) const;  ///< from layer l + 1 to l
    void step(const VectorD& x, const VectorD& y, bool taught);

    const Net& net_;
    const Parameters& p_;
    std::vector<MatrixD> M_;
    VectorD phase_;
    struct Layer {
        VectorD a, p, u, crest, q;
    };
    std::vector<Layer> layers_;
    VectorD target_phase_, target_;
};

}  // namespace apical::sign_concordant::test
