// F4 to F9 and negative controls of SPIKING.md: what error spikes do against an error that no spike carries.
#include <cmath>

#include "tests/papers/spiking_self_assembly/tied.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::self_assembly::spiking;
using namespace apical::self_assembly::spiking::test;

/// 20-30-5 that stands still; errors come back through the weights of others.
Net frozen() {
    Net net;
    net.inputs = 20;
    net.outputs = 5;
    net.layers.hidden = {30};
    net.layers.scale_W_output = 2;
    net.onset = 8;
    net.parameters.plastic = {};
    net.parameters.slope = 1;
    net.parameters.feedback = "transported";
    net.parameters.start = "tied";
    return net;
}

Tied tied_over(const Net& net, std::uint64_t samples) {
    Training<double> training = net.training();
    return test::tied_over(net, training, 0, samples);
}

}  // namespace

TEST_CASE("F4: the smaller the quanta, the closer is the update to that of an error that no spike carries") {
    Net net = frozen();
    net.parameters.error_code = "many";
    std::vector<double> hidden, output;
    for (const double quantum : {1.0, 0.1, 0.01, 0.001}) {
        net.parameters.quantum_hidden = quantum;
        net.parameters.quantum_output = 0.75 * quantum;
        const Tied tied = tied_over(net, 60);
        hidden.push_back(tied.distance(1));
        output.push_back(tied.distance(2));
    }
    CAPTURE(hidden, output);
    for (std::size_t k = 1; k < hidden.size(); ++k) {
        CHECK((hidden[k - 1] / hidden[k] > 3 && hidden[k - 1] / hidden[k] < 30));
        CHECK((output[k - 1] / output[k] > 3 && output[k - 1] / output[k] < 30));
    }
    CHECK(hidden.back() < 1e-3);
}

TEST_CASE("F5: what quanta leave averages out over presentations") {
    Net net = frozen();
    net.parameters.quantum_hidden = 1.6;
    net.parameters.quantum_output = 1.2;
    const double few = tied_over(net, 10).distance(1), many = tied_over(net, 640).distance(1);
    CAPTURE(few, many);
    CHECK(many < few / 3);  // (1 / 64)^0.42 is 1 / 5.7
}

TEST_CASE("F6: a quantum smaller than the error of a step cannot carry it") {
    Net net = frozen();
    net.parameters.quantum_hidden = net.parameters.quantum_output = 0.8;
    const Tied large = tied_over(net, 200);
    net.parameters.quantum_hidden = net.parameters.quantum_output = 0.02;
    const Tied small = tied_over(net, 200);
    CAPTURE(large.distance(1), small.distance(1));
    CHECK(large.distance(1) < 0.15);
    CHECK(small.distance(1) > 0.5);
}

TEST_CASE("F8 and F9: the update turns to the gradient by development, and by learning alone") {
    Net net = frozen();
    net.layers.gamma_W = 0;
    net.parameters.feedback = "assembled";
    net.parameters.start = "independent";
    net.parameters.quantum_hidden = net.parameters.quantum_output = 0.8;
    const auto cosine_now = [&](const Training<double>& training) {
        Net still = net;
        still.parameters.plastic = {};
        still.parameters.development = 0;
        Training<double> frozen = still.training();
        for (const Weights& w : training.circuit().weights) frozen.assign(w.name, training.weights(w.name));
        for (std::uint64_t k = 0; k < 5; ++k) present(frozen, still, k);
        return test::tied_over(still, frozen, 5, 100).cosine(1);
    };
    CHECK(std::abs(cosine_now(net.training())) < 0.4);

    net.parameters.plastic = {"W", "Wbar", "V", "Vbar"};
    net.parameters.development = 4000;
    net.parameters.eta_V = 3e-4;
    net.layers.eta_W = 0.01;
    Training<double> developed = net.training();
    while (developed.events_left() > 0) developed.develop();
    CHECK(cosine_now(developed) > 0.97);
    for (std::uint64_t k = 0; k < 300; ++k) present(developed, net, k);
    CHECK(cosine_now(developed) > 0.97);

    net.parameters.development = 0;
    net.parameters.eta_V = 0.03;
    net.layers.gamma_W = 0.5;
    const auto learning = [&](const ModelCircuit& circuit) {
        Training<double> training(circuit, net.setup());
        const double R = residual(training, 2);
        for (std::uint64_t k = 0; k < 600; ++k) present(training, net, k);
        return std::pair(cosine_now(training), residual(training, 2) / R);
    };
    const auto [cosine, left] = learning(net.circuit());
    CAPTURE(cosine, left);
    CHECK(cosine > 0.97);
    CHECK(left < 0.3);
}
