// The instruments: what is called dW_sgd is the gradient, and the baselines are what their papers say.
#include <cmath>
#include <string>
#include <vector>

#include "models/baselines/baselines.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

constexpr std::size_t lanes = 8;
const std::vector<std::string> matrices{"W1", "W2", "W3"};

Upstream small(const std::string& activation, bool biases) {
    Upstream up;
    up.hidden = {6, 5};
    up.activation = activation;
    up.leak = 0.1;
    up.biases = biases;
    up.eta_W = 0.05;
    up.gamma_W = 0.1;
    return up;
}

void fill(Matrix<double>& m, std::uint32_t stream, std::uint64_t step = 0) {
    const Random random(3);
    for (Eigen::Index k = 0; k < m.size(); ++k)
        m.data()[k] = random.normal(stream, static_cast<std::uint32_t>(k), step);
}

struct Batch {
    Matrix<double> x{4, lanes}, t{3, lanes};
};

Batch batch(Loss loss, std::uint64_t step = 0) {
    Batch b;
    fill(b.x, 1, step);
    fill(b.t, 2, step);
    if (loss == Loss::softmax_cross_entropy)
        for (Eigen::Index k = 0; k < b.t.cols(); ++k)
            b.t.col(k) = Eigen::Vector3d::Unit((k + static_cast<Eigen::Index>(step)) % 3);
    return b;
}

/// Largest difference between the update of `name` and -dLoss/dW by central differences.
double gradient_error(Training<double>& simulation, const std::string& name, const Batch& b) {
    constexpr double h = 1e-5;
    Evaluator<double> evaluator(simulation, lanes);
    const auto loss_with = [&](const Matrix<double>& W) {
        simulation.assign(name, W);
        evaluator.evaluate(b.x.data(), b.t.data());
        return evaluator.loss();
    };
    const Matrix<double> W = simulation.weights(name);
    loss_with(W);
    const Matrix<double> update = evaluator.plastic_direction(name);
    double worst = 0;
    for (Eigen::Index k = 0; k < W.size(); ++k) {
        Matrix<double> moved = W;
        moved.data()[k] = W.data()[k] + h;
        const double above = loss_with(moved);
        moved.data()[k] = W.data()[k] - h;
        const double below = loss_with(moved);
        worst = std::max(worst, std::abs(update.data()[k] + (above - below) / (2 * h)));
    }
    simulation.assign(name, W);
    return worst;
}

}  // namespace

TEST_CASE("backpropagation: the update of every weight and bias is -dLoss/dW by central differences") {
    for (const char* activation : {"relu", "leaky_relu", "tanh", "linear"})
        for (Loss loss : {Loss::squared_error, Loss::softmax_cross_entropy}) {
            CAPTURE(activation, static_cast<int>(loss));
            Training<double> simulation(backpropagation_circuit(small(activation, true), {4, 3, loss, 100}),
                                        {.lanes = lanes, .seed = 2});
            for (std::uint32_t l = 1; l <= 3; ++l) {  // biases start at 0: move them where they matter
                Matrix<double> bias = simulation.weights("b" + std::to_string(l));
                fill(bias, 10 + l);
                simulation.assign("b" + std::to_string(l), bias);
            }
            const Batch b = batch(loss);
            Evaluator<double> evaluator(simulation, lanes);
            evaluator.evaluate(b.x.data(), b.t.data());
            for (const char* layer : {"up1", "up2"})  // no kink within reach of the differences: h |x| is below 1e-4
                REQUIRE(evaluator.column(layer, "soma").cwiseAbs().minCoeff() > 1e-4);
            // Truncation: h^2 times a third derivative of order 10; rounding: 1e-16 loss / h. Both below 1e-8.
            for (const char* name : {"W1", "W2", "W3", "b1", "b2", "b3"})
                CHECK(gradient_error(simulation, name, b) < 1e-8);
        }
}

TEST_CASE("the same seed gives the same initial W to the circuit and to every baseline") {
    const Upstream up = small("relu", false);
    const TaskShape task{4, 3, Loss::squared_error, 100};
    const Training<double> circuit(self_assembly::circuit(up, {}, task), {.lanes = lanes, .seed = 4});
    const Training<double> backpropagation(backpropagation_circuit(up, task), {.lanes = lanes, .seed = 4});
    const Training<double> alignment(feedback_circuit(up, 1, false, task), {.lanes = lanes, .seed = 4});
    for (const std::string& name : matrices) {
        CHECK(circuit.weights(name) == backpropagation.weights(name));
        CHECK(circuit.weights(name) == alignment.weights(name));
    }
}

TEST_CASE("Kolen-Pollack: B - W^T decays by 1 - eta gamma a step, whatever the data") {
    for (const char* activation : {"relu", "tanh"}) {
        const Upstream up = small(activation, false);
        Training<double> simulation(feedback_circuit(up, 1, true, {4, 3, Loss::squared_error, 100}),
                                    {.lanes = lanes, .seed = 2});
        const auto difference = [&](const std::string& l) -> Matrix<double> {
            return simulation.weights("B" + l) - simulation.weights("W" + l).transpose();
        };
        const Matrix<double> start2 = difference("2"), start3 = difference("3");
        constexpr int steps = 400;
        for (int step = 1; step <= steps; ++step) {
            const Batch b = batch(Loss::squared_error, static_cast<std::uint64_t>(step));
            simulation.present(b.x.data(), b.t.data());
            const double left = std::pow(1 - up.eta_W * up.gamma_W, step);
            // Each step rounds weights of order 1, and errors decay with the difference itself.
            CHECK((difference("2") - left * start2).cwiseAbs().maxCoeff() < 1e-16 * (step + 10) * 5);
            CHECK((difference("3") - left * start3).cwiseAbs().maxCoeff() < 1e-16 * (step + 10) * 5);
        }
    }
}

TEST_CASE("feedback alignment: W learns, B never changes") {
    Training<double> simulation(feedback_circuit(small("relu", false), 1, false, {4, 3, Loss::squared_error, 100}),
                                {.lanes = lanes, .seed = 2});
    const Matrix<double> B2 = simulation.weights("B2"), B3 = simulation.weights("B3"), W2 = simulation.weights("W2");
    for (std::uint64_t step = 0; step < 100; ++step) {
        const Batch b = batch(Loss::squared_error, step);
        simulation.present(b.x.data(), b.t.data());
    }
    CHECK(simulation.weights("B2") == B2);
    CHECK(simulation.weights("B3") == B3);
    CHECK((simulation.weights("W2") - W2).norm() > 0.01 * W2.norm());
}
