#include <cstring>
#include <tuple>

#include "models/baselines/baselines.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/looking_back.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

const TaskShape task{9, 4, Loss::softmax_cross_entropy, 100};

Upstream small_upstream() {
    Upstream upstream;
    upstream.hidden = {14, 10};
    return upstream;
}

/// One-hot targets, lane after lane.
Matrix<double> classes(std::size_t lanes) {
    Matrix<double> target = zeros<double>(4, lanes);
    for (std::size_t lane = 0; lane < lanes; ++lane)
        target(static_cast<Eigen::Index>(lane % 4), static_cast<Eigen::Index>(lane)) = 1;
    return target;
}

}  // namespace

TEST_CASE("evaluating between all steps, or never, gives the same run bit for bit") {
    for (Mode mode : {Mode::settled, Mode::continuous}) {
        Setup setup;
        setup.mode = mode;
        setup.lanes = 8;
        setup.clock.presentation = 2;
        const Circuit circuit = self_assembly::circuit(small_upstream(), {}, task);
        Training<float> watched(circuit, setup), alone(circuit, setup);
        Evaluator<float> evaluator(watched, 5);
        const Matrix<float> x = random_matrix<float>(9, 8, "x"), target = classes(8).cast<float>();
        const Matrix<float> x_test = random_matrix<float>(9, 5, "test"), target_test = classes(5).cast<float>();
        for (int step = 0; step < 5; ++step) {
            watched.present(x.data(), target.data());
            alone.present(x.data(), target.data());
            evaluator.evaluate(x_test.data(), target_test.data());
            CHECK(evaluator.loss() > 0);
            CHECK(evaluator.plastic_direction("W1").norm() > 0);
            CHECK(evaluator.plastic_direction("V1").norm() > 0);
        }
        for (WeightsId k{}; k < alone.weights().size(); ++k) {
            const auto a = alone.weights()[k].values(), b = watched.weights()[k].values();
            CHECK(std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0);
        }
    }
}

TEST_CASE("what an evaluator finds does not depend on what it looked at before") {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = 2;
    setup.clock.step = 0.5;
    setup.clock.presentation = 5;
    setup.clock.ramp = 2;
    setup.clock.error_onset = 1;
    setup.clock.stepper = "exponential_euler";
    Circuit circuit = self_assembly::circuit(small_upstream(), {}, task);
    circuit.projections[1].delay = 1;
    const PopulationId cell = circuit.port(ports::answer).population;
    circuit.populations[cell].noise = {{.column = "noise", .sigma = 1, .tau = 5}};
    circuit.add(Projection{.source = cell, .signal = "noise", .target = cell, .compartment = basal});
    for (const auto& [of, inputs, outputs] : {std::tuple{circuit, 9, 4}, {looking_back::circuit(4), 4, 4}}) {
        const Training<double> simulation(of, setup);
        const MatrixD x = random_matrix<double>(static_cast<std::size_t>(inputs), 5, "x"),
                      target = classes(5).topRows(outputs), other = random_matrix<double>(9, 5, "y").topRows(inputs);
        const auto found = [&](Evaluator<double>& evaluator, bool whole) {
            whole ? evaluator.evaluate(x.data(), target.data()) : evaluator.answer(x.data(), target.data());
            const auto columns = evaluator.network().columns().all();
            return std::vector<double>(columns.begin(), columns.end());
        };
        for (bool whole : {false, true}) {
            Evaluator<double> fresh(simulation, 5), used(simulation, 5);
            const auto expected = found(fresh, whole);
            used.answer(other.data(), target.data());
            used.evaluate(other.data(), target.data());
            CHECK((found(used, whole) == expected));
        }
    }
}

TEST_CASE("loss, answers and directions do not depend on how the samples are cut into chunks") {
    const Training<double> simulation(self_assembly::circuit(small_upstream(), {}, task), Setup{});
    const std::size_t samples = 60;
    const MatrixD x = random_matrix<double>(9, samples, "x"), target = classes(samples);
    struct Result {
        double loss = 0;
        std::vector<int> answers;
        MatrixD W2, V1;
    };
    const auto in_chunks_of = [&](std::size_t lanes) {
        Evaluator<double> evaluator(simulation, lanes);
        Result result{0, {}, zeros<double>(10, 14), zeros<double>(28, 14)};
        for (std::size_t first = 0; first < samples; first += lanes) {
            const auto at = static_cast<Eigen::Index>(first), n = static_cast<Eigen::Index>(lanes);
            const MatrixD x_part = x.middleCols(at, n), target_part = target.middleCols(at, n);
            evaluator.evaluate(x_part.data(), target_part.data());
            const double share = static_cast<double>(lanes) / samples;
            result.loss += share * evaluator.loss();
            for (int answer : evaluator.answers()) result.answers.push_back(answer);
            result.W2 += share * evaluator.plastic_direction("W2");
            result.V1 += share * evaluator.plastic_direction("V1");
        }
        return result;
    };
    const Result whole = in_chunks_of(samples);
    CHECK(whole.answers.size() == samples);
    for (std::size_t lanes : {1, 4, 20}) {
        const Result parts = in_chunks_of(lanes);
        CHECK(parts.answers == whole.answers);
        CHECK(std::abs(parts.loss - whole.loss) < 1e-14 * whole.loss * samples);
        CHECK((parts.W2 - whole.W2).norm() < 1e-14 * whole.W2.norm() * samples);
        CHECK((parts.V1 - whole.V1).norm() < 1e-14 * whole.V1.norm() * samples);
    }
}

TEST_CASE("the direction of backpropagation is minus the gradient of the loss, by central differences") {
    Upstream upstream = small_upstream();
    upstream.activation = "tanh";
    Training<double> simulation(backpropagation_circuit(upstream, task), Setup{});
    Evaluator<double> evaluator(simulation, 12);
    const MatrixD x = random_matrix<double>(9, 12, "x"), target = classes(12);
    const auto loss = [&] {
        evaluator.evaluate(x.data(), target.data());
        return evaluator.loss();
    };
    for (const char* name : {"W1", "W2", "W3"}) {
        loss();
        const MatrixD direction = evaluator.plastic_direction(name), W = simulation.weights(name);
        const double h = 1e-5;
        for (const auto& entry : {std::pair{0, 0}, std::pair{3, 8}, std::pair{2, 5}}) {
            const auto i = entry.first, j = entry.second;
            const auto at = [&](double step) {
                MatrixD moved = W;
                moved(i, j) += step;
                simulation.assign(name, moved);
                return loss();
            };
            const double slope = (at(h) - at(-h)) / (2 * h);
            simulation.assign(name, W);
            CHECK(std::abs(direction(i, j) + slope) < 1e-9);  // h^2 + eps / h, numbers of order 1
        }
    }
    CHECK_THROWS_AS(evaluator.plastic_direction("Wbar2"), std::out_of_range);
}
