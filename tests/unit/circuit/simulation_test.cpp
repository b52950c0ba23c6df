// A settled simulation against the same circuit written out by hand: 20 steps of self_assembly with dense cross
// connections, in double.
#include <cmath>

#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

constexpr std::size_t layers = 3, lanes = 6;
constexpr double eta = 0.02, gamma_W = 0.3, eta_V = 0.01, gamma_V = 0.1;

ModelCircuit circuit_of(Loss loss) {
    Upstream upstream;
    upstream.hidden = {11, 8};
    upstream.biases = true;
    upstream.eta_W = eta;
    upstream.gamma_W = gamma_W;
    upstream.warm_up = 10 * lanes;
    self_assembly::Parameters parameters;
    parameters.motif = "dense";
    parameters.signs = "free";
    parameters.gate = "linear";
    parameters.mask = true;
    parameters.scaling = false;
    parameters.rule_V = "drive";
    parameters.eta_V = {eta_V};
    parameters.gamma_V = {gamma_V};
    return self_assembly::circuit(upstream, parameters, {7, 4, loss});
}

/// The equations of models/self_assembly/circuit.cpp, once more and without an engine.
struct ByHand {
    MatrixD W[layers + 1], b[layers + 1], Wbar[layers + 1], V[layers], Vbar[layers];
    MatrixD h[layers + 1], p[layers + 1], hbar[layers + 1], apical[layers + 1];
    Loss loss;

    ByHand(const Training<double>& like, Loss which) : loss(which) {
        for (std::size_t l = 1; l <= layers; ++l) {
            const std::string n = std::to_string(l);
            W[l] = like.weights("W" + n);
            b[l] = like.weights("b" + n);
            if (l > 1) Wbar[l] = like.weights("Wbar" + n);
            if (l == layers) continue;
            V[l] = like.weights("V" + n);
            Vbar[l] = like.weights("Vbar" + n);
        }
    }

    void settle(const MatrixD& x, const MatrixD& target) {
        h[0] = x;
        for (std::size_t l = 1; l <= layers; ++l) {
            p[l] = (W[l] * h[l - 1]).colwise() + b[l].col(0);
            h[l] = l < layers ? MatrixD(p[l].cwiseMax(0)) : p[l];
        }
        MatrixD answer = p[layers];
        if (loss == Loss::softmax_cross_entropy) {
            answer = answer.array().exp();
            answer = answer.array().rowwise() / answer.colwise().sum().eval().array();
        }
        apical[layers] = hbar[layers] = target - answer;
        for (std::size_t l = layers - 1; l >= 1; --l) {
            hbar[l] = Wbar[l + 1] * hbar[l + 1];
            apical[l] = Vbar[l] * hbar[l];
        }
    }

    void learn(double factor) {
        const auto step = [&](MatrixD& w, const MatrixD& post, const MatrixD& pre, double rate, double decay) {
            w += factor * rate * (post * pre.transpose() / double(lanes) - decay * w);
        };
        const MatrixD one = MatrixD::Ones(1, lanes);
        for (std::size_t l = 1; l <= layers; ++l) {
            const MatrixD post = l < layers ? MatrixD((p[l].array() > 0).select(apical[l], 0)) : apical[l];
            step(W[l], post, h[l - 1], eta, gamma_W);
            step(b[l], post, one, eta, gamma_W);
            if (l > 1) step(Wbar[l], V[l - 1] * h[l - 1], hbar[l], eta, gamma_W);
        }
        for (std::size_t l = 1; l < layers; ++l) {
            step(V[l], hbar[l], h[l], eta_V, gamma_V);     // drive: u = hbar, since the gate is linear
            step(Vbar[l], h[l], hbar[l], eta_V, gamma_V);  // act
        }
    }
};

double difference(const MatrixD& found, const MatrixD& expected) { return (found - expected).norm() / expected.norm(); }

}  // namespace

TEST_CASE("20 settled steps of dense self_assembly equal the equations written out, to rounding") {
    // 20 steps, each some tens of additions deep: 1e-13 leaves a hundred ulp a step.
    const double rounding = 1e-13;
    for (Loss loss : {Loss::squared_error, Loss::softmax_cross_entropy}) {
        Setup setup;
        setup.lanes = lanes;
        Training<double> simulation(circuit_of(loss), setup);
        ByHand expected(simulation, loss);
        const MatrixD before = expected.W[1];
        const Random random(5);
        for (int step = 1; step <= 20; ++step) {
            MatrixD x(7, lanes), target = MatrixD::Zero(4, lanes);
            for (Eigen::Index k = 0; k < x.size(); ++k)
                x.data()[k] = random.normal(1, static_cast<std::uint32_t>(k), static_cast<std::uint64_t>(step));
            for (Eigen::Index lane = 0; lane < target.cols(); ++lane) target((lane + step) % 4, lane) = 1;
            simulation.present(x.data(), target.data());
            expected.settle(x, target);
            expected.learn(std::min(1.0, step / 10.0));
            const auto answer =
                simulation.network().column(simulation.circuit().port(ports::answer).population, "soma");
            CHECK(difference(Eigen::Map<const MatrixD>(answer, 4, lanes), expected.p[layers]) < rounding);
        }
        for (std::size_t l = 1; l <= layers; ++l) {
            const std::string n = std::to_string(l);
            CAPTURE(l);
            CHECK(difference(simulation.weights("W" + n), expected.W[l]) < rounding);
            CHECK(difference(simulation.weights("b" + n), expected.b[l]) < rounding);
            if (l > 1) CHECK(difference(simulation.weights("Wbar" + n), expected.Wbar[l]) < rounding);
            if (l == layers) continue;
            CHECK(difference(simulation.weights("V" + n), expected.V[l]) < rounding);
            CHECK(difference(simulation.weights("Vbar" + n), expected.Vbar[l]) < rounding);
        }
        CHECK(simulation.samples() == 20 * lanes);
        CHECK(difference(simulation.weights("W1"), before) > 1e-3);  // it did learn
    }
}

TEST_CASE("float follows double to its own rounding") {
    Setup setup;
    setup.lanes = lanes;
    Training<double> exact(circuit_of(Loss::squared_error), setup);
    Training<float> rounded(circuit_of(Loss::squared_error), setup);
    const MatrixD x = random_matrix<double>(7, lanes, "x"), target = random_matrix<double>(4, lanes, "t");
    const Matrix<float> x_float = x.cast<float>(), target_float = target.cast<float>();
    for (int step = 0; step < 20; ++step) {
        exact.present(x.data(), target.data());
        rounded.present(x_float.data(), target_float.data());
    }
    CHECK(difference(rounded.weights("W2"), exact.weights("W2")) < 1e-5);
    CHECK(difference(rounded.weights("W2"), exact.weights("W2")) > 0);
}

TEST_CASE("assigned weights are those that come out; what does not fit is refused and changes nothing") {
    Training<float> simulation(self_assembly::circuit({}, {}, {7, 4}), Setup{});
    const MatrixD V = simulation.weights("V1");
    CHECK_THROWS_WITH(simulation.assign("V1", MatrixD::Zero(3, 2)),
                      "weights 'V1' are 200 x 100 (post x pre), found 3 x 2");
    MatrixD wrong = 2 * V;
    wrong(0, 1) = 1e-60;  // no such synapse, even if float cannot tell it from none
    CHECK_THROWS_WITH(simulation.assign("V1", wrong), "weights 'V1' hold a number where the circuit has no synapse");
    CHECK(simulation.weights("V1") == V);
    wrong(0, 1) = NAN;
    CHECK_THROWS_AS(simulation.assign("V1", wrong), std::invalid_argument);
    wrong = V;
    wrong(0, 0) = 1e-60;  // a synapse of hardly any weight is one
    CHECK_NOTHROW(simulation.assign("V1", wrong));
    CHECK(simulation.weights("V1")(0, 0) == 0);
    CHECK_THROWS_AS(simulation.assign("U", V), std::out_of_range);
}
