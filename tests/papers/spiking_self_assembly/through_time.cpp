// Backpropagation through time on the same cells, for comparison.
#include <cmath>

#include "analysis/metrics/surrogate_gradient.hpp"
#include "tests/papers/spiking_self_assembly/fixture.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::self_assembly::spiking::test;

constexpr std::size_t layers = 3;

/// 12-24-20-3 whose weights learn through time.
Net learning_through_time() {
    Net net;
    net.parameters.feedback = "bptt";
    net.layers.eta_W = 0.02;
    return net;
}

Matrix<double> column(const Training<double>& training, std::size_t l, const char* name) {
    const auto values = training.column(l == 0 ? "in" : "up" + std::to_string(l), name);
    const auto lanes = index(training.setup().lanes);
    return Eigen::Map<const Matrix<double>>(values.data(), index(values.size()) / lanes, lanes);
}

/// Of the columns of the step before.
SpikingStep seen(const Training<double>& training, const Matrix<double>& target) {
    SpikingStep now{.a = {column(training, 0, "rate")}, .u = {{}}, .z = {{}}, .target = target};
    for (std::size_t l = 1; l <= layers; ++l) {
        now.a.push_back(column(training, l, "rate"));
        now.z.push_back(column(training, l, "spike"));
        now.u.emplace_back(column(training, l, "soma") + now.z.back());
    }
    return now;
}

/// What the instrument says of the spikes of a presentation, whose gradient is tested by finite differences.
std::vector<Matrix<double>> descent_of(const Net& net, const std::vector<MatrixD>& W,
                                       const std::vector<SpikingStep>& steps) {
    const auto cells = [](std::size_t units) -> Eigen::VectorXd { return Eigen::VectorXd::Ones(index(units)); };
    const SpikingCells constants{.keep_membrane = std::exp(-net.step / net.parameters.tau_m),
                                 .keep_synapse = std::exp(-net.step / net.parameters.tau_s),
                                 .beta = 2,
                                 .onset = static_cast<std::uint64_t>(net.onset / net.step),
                                 .signs = {cells(24), cells(20), cells(3)},
                                 .subtracts = true};
    std::vector<Matrix<double>> weights(1);
    for (const MatrixD& one : W) weights.emplace_back(one);
    return van_rossum_gradient(weights, steps, constants);
}

}  // namespace

TEST_CASE("bptt: a presentation changes weights by the surrogate gradient of its spikes, and by decay") {
    Net net = learning_through_time();
    net.layers.gamma_W = 0.3;
    const std::size_t lanes = GENERATE(1, 3);
    net.step = lanes == 1 ? 0.5 : 1;
    Setup setup = net.setup();
    setup.lanes = lanes;
    Training<double> training(net.circuit(), setup);
    const auto sample = [&](std::uint64_t k, auto of, std::size_t units) {
        Matrix<double> all(index(units), index(lanes));
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const std::vector<double> one = of(net, lanes * k + lane);
            for (std::size_t i = 0; i < units; ++i) all(index(i), index(lane)) = one[i];
        }
        return all;
    };
    for (std::uint64_t k = 0; k < 4; ++k) {
        const Matrix<double> x = sample(k, inputs_of, net.inputs), y = sample(k, targets_of, net.outputs);
        const std::vector<MatrixD> before = weights_of(training);
        std::vector<SpikingStep> steps;
        const auto look = [&] { steps.push_back(seen(training, net.parameters.target * y)); };
        training.present(x.data(), y.data(), [&](std::uint64_t step) {
            if (step > 0) look();
        });
        look();
        const std::vector<MatrixD> after = weights_of(training);
        const std::vector<Matrix<double>> descent = descent_of(net, before, steps);
        REQUIRE(after.size() == layers);
        for (std::size_t l = 1; l <= layers; ++l) {
            const double eta = net.layers.eta_W, decay = eta * net.layers.gamma_W;
            // The instrument takes a spike for one of a step, not of a ms.
            const double gain = eta * std::pow(net.step, static_cast<double>(l) - layers) / static_cast<double>(lanes);
            const MatrixD expected = (1 - decay) * before[l - 1] + gain * MatrixD(descent[l]);
            CAPTURE(lanes, k, l);
            CHECK(descent[l].norm() > 1e-3);
            CHECK((after[l - 1] - expected).norm() < 1e-11 * expected.norm());
        }
    }
}

TEST_CASE("bptt: the loss falls; without a teacher, or at a rate of 0, no bit of the weights changes") {
    const auto loss_of = [](Training<double>& training, const Net& net) {
        double sum = 0;
        for (std::uint64_t k = 0; k < 30; ++k) {
            present(training, net, k, true, [&](std::uint64_t) {
                for (const double d : training.column("error", "basal")) sum += d * d;
            });
        }
        return sum;
    };
    Net net = learning_through_time();
    net.layers.eta_W = 0.2;
    Training<double> training = net.training();
    const double first = loss_of(training, net);
    for (int again = 0; again < 20; ++again) loss_of(training, net);
    CHECK(loss_of(training, net) < 0.8 * first);
    const std::vector<MatrixD> learnt = weights_of(training);
    for (std::uint64_t k = 0; k < 5; ++k) present(training, net, k, false);
    CHECK(weights_of(training) == learnt);

    Net still = learning_through_time();
    still.layers.eta_W = 0;
    Training<double> frozen = still.training();
    const std::vector<MatrixD> start = weights_of(frozen);
    for (std::uint64_t k = 0; k < 5; ++k) present(frozen, still, k);
    CHECK(weights_of(frozen) == start);
}

TEST_CASE("weights that cannot learn through time are refused") {
    const Net net = learning_through_time();
    const auto refused = [&](auto change) {
        ModelCircuit circuit = net.circuit();
        ThroughTime learning = *circuit.through_time;
        change(circuit, learning);
        circuit.through_time = std::make_shared<ThroughTime>(learning);
        CHECK_THROWS_AS(Training<double>(circuit, net.setup()), std::invalid_argument);
    };
    refused([](ModelCircuit&, ThroughTime& learning) { learning.layers.clear(); });
    refused([](ModelCircuit&, ThroughTime& learning) { std::swap(learning.layers[0], learning.layers[1]); });
    refused([](ModelCircuit& circuit, ThroughTime&) { circuit.weights[0].lower = 0; });
    refused([](ModelCircuit&, ThroughTime& learning) { learning.layers.pop_back(); });  // units of the error
}
