// F12 and the controls of section "Codes" of SPIKING.md on the digits: 64-100-10, six epochs.
#include <cmath>

#include "data/digits.hpp"
#include "sim/core/document.hpp"
#include "sim/protocol/accuracy.hpp"
#include "sim/protocol/order.hpp"
#include "tests/papers/spiking_self_assembly/altered.hpp"
#include "tests/papers/spiking_self_assembly/measured.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::self_assembly::spiking;
using namespace apical::self_assembly::spiking::test;

struct Digits {
    DataSet data = digits_source().load(
        *parse_toml("[task]\ndataset = 'digits'\nstandardise = 'none'\n", "digits.toml").find("task"), Random(1));
    Net net;

    /// As digits_spiking.toml says.
    Digits() {
        net.layers = {};
        net.parameters = {};
        net.layers.rate_factor = 0.93;
        net.inputs = 64;
        net.outputs = 10;
        net.presentation = 40;
        net.onset = 16;
        net.samples = data.train;
    }
};

struct Course {
    std::vector<double> cosine;  ///< of the hidden layer to the update of mean rates: at first, after each epoch
    double residual, asymmetry;  ///< |R| / |W2|, |S| / |V1| at the end
    double errors;               ///< spikes of a presentation, at the end, all layers
    double accuracy;             ///< of the test part, at the end, in %
};

Course course(const Digits& digits, Training<double>& training, int epochs = 6) {
    while (training.events_left() > 0) training.develop();
    Course found{};
    const auto cosine_now = [&] { return measured(digits.net, training)["cosine_mean_rates"][0]; };
    found.cosine.push_back(cosine_now());
    const std::uint64_t size = digits.data.train->size();
    Order order(Random(1), size);
    std::vector<std::uint64_t> index(size);
    for (int epoch = 0; epoch < epochs; ++epoch) {
        order.take(epoch * size, index);
        for (const std::uint64_t k : index) present(training, digits.net, k);
        found.cosine.push_back(cosine_now());
    }
    found.residual = residual(training, 2) / training.weights("W2").norm();
    found.asymmetry = asymmetry(training, 2) / training.weights("V1").norm();
    const auto at_the_end = measured(digits.net, training);
    for (const double errors : at_the_end.at("error_spikes_per_sample")) found.errors += errors;
    Evaluators<double> evaluators(training);
    found.accuracy = 100 * evaluate(evaluators, *digits.data.test, whole(*digits.data.test)).accuracy;
    return found;
}
Course course(const Digits& digits, const ModelCircuit& circuit, int epochs = 6) {
    Training<double> training(circuit, digits.net.setup());
    return course(digits, training, epochs);
}

void say(const char* what, const Course& found) {
    UNSCOPED_INFO(what << ": |R| " << found.residual << ", |S| " << found.asymmetry << ", error spikes " << found.errors
                       << ", " << found.accuracy << " %");
    for (const double cosine : found.cosine) UNSCOPED_INFO("  " << cosine);
}

}  // namespace

TEST_CASE("F12 on the digits: right partners, wrong partners, synapses of their own, scrambled feedback", "[paper]") {
    Digits digits;
    const Course right = course(digits, digits.net.circuit()), wrong = course(digits, with_wrong_partners(digits.net));
    Digits alone;
    alone.net.parameters.development = 0;
    alone.net.layers.gamma_W = 0.02;
    alone.net.parameters.eta_V = 0.03;
    const Course own = course(alone, with_own_synapses(alone.net));

    Training<double> developed = digits.net.training();
    while (developed.events_left() > 0) developed.develop();
    Digits fixed;
    fixed.net.parameters.development = 0;
    fixed.net.parameters.plastic = {"W", "V", "Vbar"};
    Training<double> scrambled = fixed.net.training();
    for (const Weights& w : developed.circuit().weights) scrambled.assign(w.name, developed.weights(w.name));
    scrambled.assign("Wbar2", with_rows_exchanged(developed.weights("Wbar2")));
    const Course mixed = course(fixed, scrambled);

    say("right", right), say("wrong", wrong), say("own", own), say("scrambled", mixed);
    CHECK(right.cosine.back() > 0.97);
    CHECK(right.residual < 0.01);
    CHECK(right.asymmetry < 0.02);
    CHECK(wrong.cosine.back() < 0.4);
    CHECK(wrong.asymmetry > 0.8);
    CHECK(own.cosine.back() < 0.2);
    CHECK(own.accuracy <= 20);
    CHECK(std::abs(mixed.cosine.front()) < 0.5);
    CHECK(mixed.cosine.back() < 0.75);
    CHECK(mixed.residual > 0.8);
}

TEST_CASE("F14 on the digits: cells that go on from sample to sample learn as those that begin anew", "[paper]") {
    const Digits digits;
    const Course on = course(digits, digits.net.circuit()), reset = course(digits, that_begins_anew(digits.net));
    say("on", on), say("reset", reset);
    CHECK(std::abs(on.accuracy - reset.accuracy) < 1.5);
    CHECK(std::abs(on.cosine.back() - reset.cosine.back()) < 0.02);
    CHECK(reset.residual < 0.01);
}

TEST_CASE("controls on the digits: leaky error cells, a baseline of a half, bursts at random", "[paper]") {
    Digits digits;
    digits.net.parameters.quantum_hidden = 1.6;
    digits.net.parameters.quantum_output = 1.2;
    const Course pair = course(digits, digits.net.circuit()),
                 leaky = course(digits, with_leaky_error_cells(digits.net));
    digits.net.parameters.ratio = 1;
    digits.net.parameters.error_code = "burst";
    const Course burst = course(digits, digits.net.circuit()), random = course(digits, with_random_bursts(digits.net));
    digits.net.parameters.error_code = "poisson";
    const Course poisson = course(digits, digits.net.circuit());
    digits.net.parameters.error_code = "baseline";
    const Course baseline = course(digits, digits.net.circuit());
    digits.net.parameters.baseline = 0.5;
    const Course half = course(digits, digits.net.circuit());
    say("pair", pair), say("leaky", leaky), say("burst", burst), say("random", random), say("poisson", poisson),
        say("baseline", baseline), say("half", half);
    CHECK(pair.accuracy > 95.5);
    CHECK(pair.cosine.front() > 0.98);
    CHECK(pair.cosine.back() > 0.96);
    CHECK(leaky.cosine.front() < 0.95);
    CHECK(leaky.cosine.back() < pair.cosine.back() - 0.03);
    CHECK(burst.accuracy > 95.5);
    CHECK(poisson.accuracy > 95.5);
    CHECK(random.accuracy < burst.accuracy - 3);
    CHECK(random.cosine.front() < 0.6);
    CHECK(baseline.cosine.front() > 0.9);
    CHECK(half.cosine.front() < 0.8);
    CHECK(half.cosine.back() < 0.75);
    CHECK(half.errors > 10 * pair.errors);  // also without an error
}
