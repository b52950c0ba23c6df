#include <algorithm>

#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

using namespace apical;

TEST_CASE("a derived pseudo-inverse follows its weights through learning and assignment") {
    Upstream upstream;
    upstream.hidden = {8, 6};
    upstream.eta_W = 0.05;
    self_assembly::Parameters parameters;
    parameters.motif = "dense";
    parameters.signs = "free";
    parameters.gate = "oracle";
    parameters.scaling = false;
    Setup setup;
    setup.lanes = 4;
    Training<double> simulation(self_assembly::circuit(upstream, parameters, {5, 3, Loss::squared_error}), setup);
    const auto residual = [&] {
        const MatrixD V = simulation.weights("V1"), Vplus = simulation.weights("Vplus1");
        return (Vplus * V - MatrixD::Identity(8, 8)).cwiseAbs().maxCoeff();
    };
    // V (16 x 8, Gaussian) is well conditioned: some hundreds of ulp.
    CHECK(residual() < 1e-13);
    const MatrixD V = simulation.weights("V1"), x = random_matrix<double>(5, 4, "x"),
                  target = random_matrix<double>(3, 4, "t");
    for (int step = 0; step < 5; ++step) simulation.present(x.data(), target.data());
    CHECK((simulation.weights("V1") - V).norm() > 1e-3 * V.norm());
    CHECK(residual() < 1e-13);
    simulation.assign("V1", random_matrix<double>(16, 8, "V"));
    CHECK(residual() < 1e-13);
}

TEST_CASE("a bias is a weight from a cell of rate 1, in every lane and for ever") {
    Upstream upstream;
    upstream.hidden = {6};
    upstream.biases = true;
    upstream.eta_W = 0.1;
    upstream.gamma_W = 0;
    Setup setup;
    setup.lanes = 7;
    Training<double> simulation(self_assembly::circuit(upstream, {}, {5, 3, Loss::squared_error}), setup);
    const MatrixD x = MatrixD::Zero(5, 7), target = MatrixD::Constant(3, 7, 2);
    simulation.present(x.data(), target.data());
    // Nothing comes in, so the answer was 0, the error 2, and only the biases of the output can have learnt.
    CHECK((simulation.weights("b2").array() - 0.2).abs().maxCoeff() < 1e-16);
    simulation.present(x.data(), target.data());
    CHECK((simulation.weights("b2").array() - 0.2 - 0.1 * 1.8).abs().maxCoeff() < 1e-15);
    const auto one = simulation.network().column(simulation.circuit().population("one"), "rate");
    CHECK(std::all_of(one, one + 7, [](double value) { return value == 1; }));
}
