// Other feedback for comparison, and the instruments that tell how far an update is from others.
#include <cmath>

#include "tests/papers/spiking_self_assembly/measured.hpp"
#include "tests/papers/spiking_self_assembly/tied.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::self_assembly::spiking;
using namespace apical::self_assembly::spiking::test;

Net compared(const char* feedback) {
    Net net;
    net.inputs = 20;
    net.layers.hidden = {30, 30};
    net.layers.scale_W_output = 2;
    net.onset = 8;
    net.parameters.feedback = feedback;
    net.parameters.slope = 0.3;
    net.parameters.quantum_hidden = 0.4;
    net.parameters.quantum_output = 0.8;
    return net;
}

}  // namespace

TEST_CASE("instruments see of an update what a second look at the same presentations sees") {
    for (const char* gate : {"partner", "saturating"}) {
        Net net = compared("fixed");
        net.parameters.gate = gate;
        net.parameters.plastic = {};
        Training<double> training = net.training();
        auto found = measured(net, training);
        for (std::uint64_t k = 0; k < measured_samples; ++k) present(training, net, k);
        std::vector<double> spikes(4, 0), errors(4, 0);
        Tied tied(net, training);
        const auto look = [&] {
            tied.observe();
            for (std::size_t l = 1; l <= 3; ++l) {
                spikes[l] += static_cast<double>(training.spikes("up" + std::to_string(l)).size()) / measured_samples;
                for (const double e : training.column(l < 3 ? "down" + std::to_string(l) : "error", "error"))
                    errors[l] += e == 0 ? 0 : 1.0 / measured_samples;
            }
        };
        for (std::uint64_t k = 0; k < measured_samples; ++k) {
            present(training, net, k, true, [&](std::uint64_t step) {
                if (k > 0 || step > 0) look();  // at the columns of the step before
            });
        }
        present(training, net, 0, true, [&](std::uint64_t step) {
            if (step == 0) look();
        });
        for (std::size_t l = 1; l <= 3; ++l) {
            CAPTURE(gate, l);
            CHECK(found["cosine_tied"][l - 1] == Approx(tied.cosine(l)).epsilon(1e-9));
            CHECK(found["distance_tied"][l - 1] == Approx(tied.distance(l)).epsilon(1e-9));
            CHECK(found["spikes_per_sample"][l - 1] == Approx(spikes[l]));
            CHECK(found["error_spikes_per_sample"][l - 1] == Approx(errors[l]));
        }
        CHECK(found["cosine_tied"][0] < 0.9);  // random feedback points elsewhere
        CHECK(found["cross_return_least"][0] == Approx(1));
        CHECK(found["cross_return_mean"][1] == Approx(1));
    }
}

TEST_CASE("errors through the transpose of W follow the references, errors through random numbers do not") {
    std::map<std::string, std::map<std::string, std::vector<double>>> of;
    for (const char* feedback : {"transported", "frsf", "fixed", "none"}) {
        const Net net = compared(feedback);
        of[feedback] = measured(net, net.training());
    }
    for (const char* name : {"cosine_tied", "cosine_mean_rates", "cosine_van_rossum"})
        for (const std::size_t hidden : {0, 1}) {
            CAPTURE(name, hidden, of["transported"][name], of["frsf"][name], of["fixed"][name]);
            CHECK(of["transported"][name][hidden] > 0.8);
            CHECK(of["transported"][name][hidden] > of["frsf"][name][hidden]);
            CHECK(of["frsf"][name][hidden] > of["fixed"][name][hidden]);
            CHECK(std::isnan(of["none"][name][hidden]));
        }
    for (const char* feedback : {"transported", "frsf", "fixed", "none"}) {
        CHECK(of[feedback]["cosine_tied"][2] > 0.9);  // the output has its error from the teacher
        CHECK(of[feedback]["error_spikes_per_sample"][0] > (feedback == std::string("none") ? -1 : 5));
    }
    CHECK(of["none"]["error_spikes_per_sample"][0] == 0);
}

TEST_CASE("quanta that are too small for the errors of a step, and layers that are silent, are seen") {
    Net net = compared("transported");
    net.parameters.quantum_hidden = net.parameters.quantum_output = 0.8;
    const auto roomy = measured(net, net.training());
    net.parameters.quantum_hidden = net.parameters.quantum_output = 0.01;
    const auto tight = measured(net, net.training());
    for (const char* name : {"error_above_quantum", "error_cut"}) {
        CHECK(roomy.at(name)[2] < 0.3);
        CHECK(tight.at(name)[2] > 0.5);
    }
    CHECK(roomy.at("silent_cells")[0] < 0.5);
    net.layers.scale_W = 0.01;
    CHECK(measured(net, net.training()).at("silent_cells")[0] == 1);
}

TEST_CASE("for comparison only W learns: all of it, or that of the output alone") {
    for (const char* feedback : {"transported", "frsf", "fixed", "none"}) {
        const Net net = compared(feedback);
        Training<double> training = net.training();
        std::map<std::string, MatrixD> before;
        for (const Weights& w : training.circuit().weights) before[w.name] = training.weights(w.name);
        for (std::uint64_t k = 0; k < 20; ++k) present(training, net, k);
        for (const Weights& w : training.circuit().weights) {
            CAPTURE(feedback, w.name);
            if (w.name.front() == 'B' && std::string(feedback) == "frsf") continue;
            const bool learns = w.name == "W3" || (w.name.front() == 'W' && std::string(feedback) != "none");
            CHECK((MatrixD(training.weights(w.name)) != before[w.name]) == learns);
        }
        if (std::string(feedback) != "frsf") continue;
        const MatrixD W = training.weights("W2"), B = training.weights("B1");
        CHECK(B.cwiseProduct(W.transpose()).minCoeff() >= 0);
        CHECK(before["W2"].cwiseProduct(W).minCoeff() < 0);  // some have changed their sign meanwhile
    }
}
