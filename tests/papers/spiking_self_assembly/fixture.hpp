#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/self_assembly/spiking_circuit.hpp"
#include "sim/core/samples.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/protocol/training.hpp"

/// Small networks of self-assembly with spikes, the same samples for all of them, and their equations written down once
/// more.
namespace apical::self_assembly::spiking::test {

using MatrixD = Eigen::MatrixXd;
using VectorD = Eigen::VectorXd;

struct Net {
    Layers layers;
    Parameters parameters;
    std::size_t inputs = 12, outputs = 3;
    double presentation = 20, onset = 4, step = 1;  ///< ms
    std::uint64_t seed = 1;
    int threads = 1;
    std::shared_ptr<const Samples> samples{};  ///< none: random ones

    /// 12-24-20-3, active in all layers, without development.
    Net();
    Setup setup() const;
    ModelCircuit circuit() const;
    Training<double> training() const { return {circuit(), setup()}; }
    std::size_t depth() const { return layers.hidden.size() + 1; }
};

/// Sample k: inputs of 0 .. 1, the target one of `outputs`; of the samples of the net, if it has some.
std::vector<double> inputs_of(const Net& net, std::uint64_t k);
std::vector<double> targets_of(const Net& net, std::uint64_t k);
void present(Training<double>& training, const Net& net, std::uint64_t k, bool taught = true,
             const Observer& observe = {});

/// All weights, in the order of the circuit.
std::vector<MatrixD> weights_of(const Training<double>& training);
/// |R| = |Vbar^l Wbar^lT - W^l V^(l-1)T| over layers l = 2 .. L, and |S| = |V - Vbar^T| over hidden layers.
double residual(const Training<double>& training, std::size_t depth);
double asymmetry(const Training<double>& training, std::size_t depth);
double cosine(const MatrixD& a, const MatrixD& b);

/// The equations of SPIKING.md as matrices, from the state in which a training begins.
class ByHand {
   public:
    ByHand(const Net& net, const Training<double>& training);
    void present(std::uint64_t k);
    /// In the order of the circuit.
    std::vector<MatrixD> weights() const;
    std::size_t quanta = 0;  ///< that error cells have sent

   private:
    struct Layer {
        VectorD a, u, z, lateral, B, positive, negative, d, e;
        VectorD potential, unsent, sent, held;  ///< of the gate `relaxed`: p, s, alpha, y
        MatrixD W, Wbar, V, Vbar;
    };
    void step(const VectorD& x, const VectorD& y, bool taught);
    /// `fires`: spikes of the partners, which carry errors of bursts; null in the output.
    void send(Layer& of, const VectorD& d, double quantum, const VectorD* fires = nullptr);
    /// What passes the gate `relaxed`.
    VectorD relax(Layer& of);
    void learn();

    const Net& net_;
    VectorD phase_;
    std::vector<Layer> layers_;
};

}  // namespace apical::self_assembly::spiking::test
