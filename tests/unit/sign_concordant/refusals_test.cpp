// Experiments and circuits that make no sense.
#include <cmath>
#include <limits>
#include <string>

#include "sim/core/error.hpp"
#include "sim/experiment/experiment.hpp"
#include "tests/support/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sign_concordant/fixture.hpp"

namespace {

using namespace apical;
using namespace apical::sign_concordant::test;
using Catch::Contains;

std::string refusal(const std::string& own, const std::string& run = "", const std::string& task = "") {
    const std::string text = "[run]\nmode = \"spiking\"\n" + run + "[task]\ndataset = \"xor\"\n" +
                             (task.empty() ? "loss = \"squared_error\"\n" : task) +
                             "[circuit]\nmodel = \"sign_concordant\"\nhidden = [8]\n[sign_concordant]\n" + own;
    try {
        const Experiment experiment = resolve(parse_toml(text, "e.toml"), apical::test::catalogue());
        build_circuit(experiment, *experiment.model);
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

template <class Change>
std::string refused(const Change& change) {
    const Net net;
    ModelCircuit circuit = net.circuit();
    change(circuit, circuit.populations[circuit.population("up2")]);
    try {
        Training<double> training(circuit, net.setup());
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("an experiment that asks for what cannot be is refused at the place where it does") {
    CHECK(refusal("").empty());
    CHECK(refusal("scale_W = [2, 3]\n").empty());
    CHECK_THAT(refusal("feedback = \"frfs\"\n"),
               Contains("e.toml:10:12: sign_concordant.feedback: found a string \"frfs\""));
    CHECK_THAT(refusal("encoding = \"rate\"\n"), Contains("e.toml:10:12: sign_concordant.encoding"));
    CHECK_THAT(
        refusal("scale_W = [2, 3, 4]\n"),
        Contains("e.toml:10:11: sign_concordant.scale_W: found 3 values, expected one value, or 2 (one a layer)"));
    CHECK_THAT(refusal("feedback = \"dale\"\nerror_code = \"analog\"\n"),
               Contains("e.toml:11:14: sign_concordant.error_code: found 'analog' with feedback"));
    for (const char* encoding : {"regular", "poisson"})
        CHECK_THAT(
            refusal(std::string("encoding = \"") + encoding + "\"\ndrive = \"1.01 1/ms\"\n", "step = \"1 ms\"\n"),
            Contains("e.toml:12:9: sign_concordant.drive: found 1.01/ms, expected at most one spike in a step"));
    CHECK(refusal("encoding = \"direct\"\ndrive = \"1.01 1/ms\"\n").empty());
    CHECK_THAT(refusal("target = \"0.6 1/ms\"\n", "step = \"2 ms\"\n"),
               Contains("at most one spike in a step of 2 ms"));
    CHECK_THAT(refusal("encoding = \"latency\"\nanew = \"nothing\"\n"),
               Contains("e.toml:11:8: sign_concordant.anew: found 'nothing'"));
    for (const char* number : {"nan", "inf", "-1.0"}) {
        CAPTURE(number);
        for (const char* key : {"eta", "drive", "beta", "quantum_hidden", "tau_m", "tau_s", "tau_e", "threshold"})
            CHECK_THAT(refusal(std::string(key) + " = " + number + "\n"), Contains(std::string("e.toml:10:")));
    }
    CHECK_THAT(refusal("", "", "loss = \"softmax_cross_entropy\"\n"), Contains("task.loss"));
    CHECK_THAT(refusal("", "presentation = \"10 ms\"\nerror_onset = \"11 ms\"\n"), Contains("run.error_onset"));
    CHECK_THAT(refusal("", "step = \"1 ms\"\npresentation = \"10.5 ms\"\n"), Contains("run.presentation"));
}

TEST_CASE("layers may stand in the model's own section, where a sweep of models says them") {
    const Node experiment =
        parse_toml("[circuit]\nhidden = [8]\n[sign_concordant]\nhidden = [3, 2]\nscale_W = [1, 2, 3]\n", "e.toml");
    const ModelCircuit circuit = sign_concordant::model().build(experiment, {4, 2, Loss::squared_error, 100});
    CHECK(circuit.populations[circuit.population("up1")].units == 3);
    CHECK(circuit.populations[circuit.population("up3")].units == 2);
}

TEST_CASE("a circuit whose columns and weights do not go together is refused, with the reason") {
    CHECK(refused([](ModelCircuit&, Population&) {}).empty());
    CHECK_THAT(refused([](ModelCircuit&, Population& up) { up.anew.emplace_back("basal"); }),
               Contains("population 'up2': 'basal' cannot begin anew with a presentation, only"));
    CHECK_THAT(refused([](ModelCircuit&, Population& up) { up.anew.emplace_back("spike"); }),
               Contains("population 'up2': 'spike' cannot begin anew"));
    for (const double tau : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")})
        CHECK_THAT(refused([tau](ModelCircuit&, Population& up) { up.filters[0].tau = tau; }),
                   Contains("filter 'rate' of population 'up2': found a time constant of"));
    CHECK_THAT(refused([](ModelCircuit& circuit, Population&) {
                   circuit.weights[circuit.weights_named("B1")].derived->from = circuit.weights_named("W1");
               }),
               Contains("'B1': signs are taken from dense weights of the transposed shape"));
    CHECK_THAT(refused([](ModelCircuit& circuit, Population&) {
                   circuit.weights[circuit.weights_named("W2")].connectivity = Connectivity::probability(0.5);
               }),
               Contains("'B1': signs are taken from dense weights"));
}
