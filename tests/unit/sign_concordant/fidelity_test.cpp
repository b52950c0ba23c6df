// T1 to T6, T11 and T12 of the reconstruction.
#include <algorithm>
#include <cmath>

#include "models/sign_concordant/cells.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/sign_concordant/fixture.hpp"

namespace {

using namespace apical;
using namespace apical::sign_concordant;
using namespace apical::sign_concordant::test;

/// dW = 0 in the first of these layers, counted from 1, or nothing.
double furthest(const std::vector<MatrixD>& a, const std::vector<MatrixD>& b) {
    double worst = 0;
    for (std::size_t l = 0; l < a.size(); ++l) worst = std::max(worst, (a[l] - b[l]).norm() / b[l].norm());
    return worst;
}

/// A smooth cell: in every step it sends the integral of the gate, and is not reset.
struct Smooth : Pyramidal {
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[soma] > -1e30;
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K&) {
        const auto x = c[soma] - 1.0;
        const auto size = 0.5 * (1.0 - 1.0 / (1.0 + 2.0 * abs(x)));
        return select(x < 0, -size, size);
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[soma], c[crest]};
    }
};

}  // namespace

TEST_CASE("T1: the soma follows its closed form under a constant current, and fires as often as that says") {
    for (const double current : {0.9, 1.2, 1.9, 5.0}) {
        Circuit circuit;
        const PopulationId source =
            circuit.add(Population{.name = "source", .units = 1, .clamped = {rate}, .constant = current});
        const PopulationId cell = circuit.add(
            Population{.name = "cell", .units = 1, .compartments = {basal}, .cells = event_neuron(Pyramidal{})});
        circuit.add(Projection{.source = source, .signal = rate, .target = cell, .compartment = basal});
        Setup setup = Net{}.setup();
        Simulation<double> simulation(circuit, setup);
        const double left = std::exp(-1.0 / 5);
        const int period =
            current > 1 ? static_cast<int>(std::ceil(std::log(1 - 1 / current) / std::log(left))) : 1 << 20;
        for (int t = 1, since = 1; t <= 200; ++t, ++since) {
            simulation.advance(1);
            CHECK(simulation.column("cell", "crest")[0] ==
                  Approx(current * (1 - std::pow(left, since))).epsilon(1e-12));
            CHECK(simulation.spikes("cell").empty() == (since != period));
            if (since == period) since = 0;
        }
    }
}

TEST_CASE("T2: with an error that no spikes carry the circuit is what its equations say, term by term") {
    for (const char* feedback : {"frsf", "usf", "mix", "anti", "fa", "bp", "none"}) {
        CAPTURE(feedback);
        Net net;
        net.parameters.feedback = feedback;
        net.parameters.error_code = "analog";
        Training<double> training = net.training();
        ByHand by_hand(net, training);
        const std::vector<MatrixD> initially = by_hand.W;
        for (std::uint64_t k = 0; k < 30; ++k) {
            present(training, net, k);
            by_hand.present(k);
        }
        CHECK(furthest(weights_of(training, 3), by_hand.W) < 1e-12);
        CHECK(furthest(by_hand.W, initially) > 1e-3);
        CHECK((weights_of(training, 3)[0] == initially[0]) == (std::string(feedback) == "none"));
    }
}

TEST_CASE("T3: one smooth step with the transpose of W is gradient descent, each layer times a factor of its own") {
    Net net;
    net.layers.hidden = {8, 6};
    net.presentation = 1;
    net.onset = 0;
    net.parameters.feedback = "bp";
    net.parameters.error_code = "analog";
    net.parameters.target = 1;
    net.parameters.eta = 1;
    net.parameters.drive = 1;
    const auto circuit = [&](double eta) {
        Net with = net;
        with.parameters.eta = eta;
        ModelCircuit made = with.circuit();
        made.populations[made.population("in")].initial = {{"phase", 1.0}};  // all of them fire
        for (const char* name : {"up1", "up2", "up3"})
            made.populations[made.population(name)].cells = event_neuron(Smooth{});
        return Training<double>(made, net.setup());
    };
    Training<double> learns = circuit(1);
    const std::vector<MatrixD> W = weights_of(learns, 3);
    present(learns, net, 0);
    const std::vector<MatrixD> after = weights_of(learns, 3);
    const double ks = std::exp(-1.0 / 3), km = std::exp(-1.0 / 5);
    for (std::size_t l = 1; l <= 3; ++l) {
        const std::string name = "W" + std::to_string(l);
        MatrixD gradient = W[l - 1];
        for (Eigen::Index k = 0; k < gradient.size(); ++k) {
            const auto loss = [&](double by) {
                Training<double> moved = circuit(0);
                MatrixD at = W[l - 1];
                at(k) += by;
                moved.assign(name, at);
                present(moved, net, 0);
                double sum = 0;
                for (std::size_t i = 0; i < 3; ++i) {
                    const double error = moved.column("target", "rate")[i] - moved.column("up3", "rate")[i];
                    sum += error * error / 2;
                }
                return sum;
            };
            constexpr double step = 1e-4;
            gradient(k) = (loss(step) - loss(-step)) / (2 * step);
        }
        const MatrixD update = after[l - 1] - W[l - 1];
        CHECK(cosine(update, -gradient) > 0.99999);
        const double factor = (1 - ks) * std::pow((1 - ks) * (1 - km), 3.0 - static_cast<double>(l));
        CHECK(gradient.norm() / update.norm() == Approx(factor).epsilon(1e-3));
    }
}

TEST_CASE("T4: the smaller the quanta, the closer spikes come to the error that they carry: linearly") {
    Net net;
    net.parameters.eta = 1e-7;
    net.parameters.error_code = "many";
    constexpr std::uint64_t samples = 30;
    const auto changes = [&](const std::vector<MatrixD>& after, const std::vector<MatrixD>& before) {
        std::vector<MatrixD> all;
        for (std::size_t l = 0; l < after.size(); ++l) all.emplace_back((after[l] - before[l]) / 1e-7);
        return all;
    };
    const std::vector<MatrixD> initially = weights_of(net.training(), 3);
    const Training<double> first = net.training();
    ByHand by_hand(net, first);
    by_hand.is_filtered = true;
    for (std::uint64_t k = 0; k < samples; ++k) by_hand.present(k);
    const std::vector<MatrixD> exact = changes(by_hand.W, initially);
    double before = 0;
    for (const double quantum : {1e-1, 1e-2, 1e-3, 1e-4}) {
        net.parameters.quantum_hidden = net.parameters.quantum_output = quantum;
        Training<double> training = net.training();
        for (std::uint64_t k = 0; k < samples; ++k) present(training, net, k);
        const double error = furthest(changes(weights_of(training, 3), initially), exact);
        CAPTURE(quantum, error, before);
        if (before > 0) {
            CHECK(before / error > 4);
            CHECK(before / error < 25);
        }
        before = error;
    }
    CHECK(before < 1e-3);
}

TEST_CASE("T5: what error cells have sent is never a quantum away from what they were given") {
    Net net;
    net.parameters.quantum_hidden = net.parameters.quantum_output = 1;
    net.parameters.scale_W = {3};
    net.parameters.anew = "nothing";  // who looks sees columns of the step before
    Training<double> training = net.training();
    std::vector<VectorD> given, sent;
    for (const Eigen::Index units : {8, 6, 3}) {
        given.emplace_back(VectorD::Zero(units));
        sent.emplace_back(VectorD::Zero(units));
    }
    double largest = 0, furthest_apart = 0;
    std::size_t errors = 0;
    for (std::uint64_t k = 0; k < 200; ++k)
        present(training, net, k, [&](std::uint64_t) {  // columns are those of the step before
            for (std::size_t l = 0; l < 3; ++l) {
                const std::string up = "up" + std::to_string(l + 1);
                const auto apical = training.column(up, "apical"), crest = training.column(up, "crest"),
                           error = training.column(up, "error");
                for (std::size_t i = 0; i < apical.size(); ++i) {
                    const double d = apical[i] / std::pow(1 + 2 * std::abs(crest[i] - 1), 2);
                    const auto at = static_cast<Eigen::Index>(i);
                    largest = std::max(largest, std::abs(d));
                    given[l](at) += d;
                    sent[l](at) += error[i];
                    errors += error[i] != 0;
                    furthest_apart = std::max(furthest_apart, std::abs(given[l](at) - sent[l](at)));
                }
            }
        });
    CHECK(largest < 1);  // no cell had more to send than it can
    CHECK(largest > 0.1);
    CHECK(errors > 100);
    CHECK(furthest_apart < 1);
}

TEST_CASE("T6: feedback has the signs of W after every update, whatever W does") {
    for (const char* feedback : {"frsf", "usf", "anti"}) {
        Net net;
        net.parameters.feedback = feedback;
        net.parameters.eta = 1;
        Training<double> training = net.training();
        const double sign = std::string(feedback) == "anti" ? -1 : 1;
        const MatrixD initially[] = {training.weights("W2"), training.weights("W3")},
                      sizes = training.weights("M1").cwiseAbs();
        const auto check = [&](std::uint64_t) {
            for (const int l : {1, 2}) {
                const MatrixD W = training.weights("W" + std::to_string(l + 1)),
                              B = training.weights("B" + std::to_string(l));
                REQUIRE((sign * B.transpose().cwiseProduct(W)).minCoeff() >= 0);
            }
            REQUIRE(training.weights("B1").cwiseAbs() == sizes);
        };
        check(0);
        for (std::uint64_t k = 0; k < 300; ++k) present(training, net, k, check);
        check(0);
        const double changed[] = {initially[0].cwiseProduct(training.weights("W2")).minCoeff(),
                                  initially[1].cwiseProduct(training.weights("W3")).minCoeff()};
        CHECK(std::min(changed[0], changed[1]) < 0);  // some signs are others than at first
    }
}

TEST_CASE("T6: by Dale's law no sign ever changes, and feedback is concordant without a look at W") {
    Net net;
    net.parameters.feedback = "dale";
    net.parameters.eta = 1;
    Training<double> training = net.training();
    const MatrixD B = training.weights("B1"), initially = training.weights("W2");
    CHECK(B.minCoeff() >= 0);
    std::size_t inhibit = 0;
    for (std::uint64_t k = 0; k < 60; ++k)
        present(training, net, k, [&](std::uint64_t) {
            for (const char* name : {"W1", "W1_inhibitory", "W2", "W3"})
                REQUIRE(training.weights(name).minCoeff() >= 0);
            for (std::size_t i = 0; i < 8; ++i) {
                const double spike = training.column("up1", "spike")[i];
                REQUIRE((spike == 0 || spike == (i % 2 == 0 ? 1 : -1)));
                inhibit += spike < 0;
            }
        });
    CHECK(inhibit > 10);
    CHECK(training.weights("B1") == B);
    CHECK((training.weights("W2") - initially).norm() > 0.1);
    CHECK(training.weights("W2").minCoeff() == 0);  // what would have changed its sign
}

TEST_CASE("T11: a synapse learns from its own cells alone") {
    STATIC_REQUIRE(std::is_same_v<decltype(tags(ErrorTriggered::post_is)), decltype(tags(error))>);
    STATIC_REQUIRE(std::is_same_v<decltype(tags(ErrorTriggered::pre_is)), decltype(tags(membrane))>);
    // Another target of the other output cells, without hidden feedback: the row of the first stays what it is.
    Net net;
    net.parameters.feedback = "none";
    const auto row = [&](double other) {
        ModelCircuit circuit = net.circuit();
        circuit.populations[circuit.population("up3")].parameters.insert_or_assign("quantum",
                                                                                   Quantity::list({0.3, other, other}));
        Training<double> training(circuit, net.setup());
        for (std::uint64_t k = 0; k < 30; ++k) present(training, net, k);
        return MatrixD(training.weights("W3"));
    };
    const MatrixD as_it_is = row(0.3), corrupted = row(1e9);
    CHECK(as_it_is.row(0) == corrupted.row(0));
    CHECK(as_it_is.row(1) != corrupted.row(1));
}

TEST_CASE("T12: threads, a checkpoint and a look at the weights leave every bit as it is") {
    for (const std::size_t lanes : {1, 4}) {
        Net net;
        net.lanes = lanes;
        Training<double> alone = net.training();
        for (std::uint64_t k = 0; k < 10; ++k) present(alone, net, k);
        MemoryArchive archive;
        alone.save(archive, "circuit");
        Net two = net;
        two.threads = 2;
        Training<double> resumed = two.training();
        present(resumed, two, 5);
        resumed.load(archive, "circuit");
        for (std::uint64_t k = 10; k < 20; ++k) {
            present(alone, net, k);
            present(resumed, two, k);
        }
        CHECK(weights_of(alone, 3) == weights_of(resumed, 3));
    }
}

TEST_CASE("lanes side by side are as many networks of the same weights") {
    Net one, four;
    four.lanes = 4;
    one.parameters.eta = four.parameters.eta = 1e-9;
    Training<double> together = four.training();
    present(together, four, 0);
    for (std::size_t lane = 0; lane < 4; ++lane) {
        Training<double> alone = one.training();
        present(alone, one, lane);
        for (const char* column : {"rate", "soma", "membrane"})
            for (std::size_t i = 0; i < 6; ++i)
                CHECK(together.column("up2", column)[i * 4 + lane] ==
                      Approx(alone.column("up2", column)[i]).margin(1e-7));
    }
}
