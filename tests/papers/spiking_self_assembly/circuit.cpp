// F1, F2, F3, F13 of SPIKING.md, and the circuit against its equations.
#include <algorithm>
#include <cmath>

#include "models/self_assembly/spiking_cells.hpp"
#include "tests/papers/spiking_self_assembly/fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"

namespace {

using namespace apical;
using namespace apical::self_assembly::spiking;
using namespace apical::self_assembly::spiking::test;

double furthest(const std::vector<MatrixD>& a, const std::vector<MatrixD>& b) {
    REQUIRE(a.size() == b.size());
    double worst = 0;
    for (std::size_t k = 0; k < a.size(); ++k) worst = std::max(worst, (a[k] - b[k]).norm() / b[k].norm());
    return worst;
}

/// What a circuit has learnt after some presentations is what its equations say, and hundreds of quanta went into it.
Training<double> follow_equations(const Net& net, std::uint64_t presentations) {
    Training<double> training = net.training();
    ByHand by_hand(net, training);
    for (std::uint64_t k = 0; k < presentations; ++k) {
        present(training, net, k);
        by_hand.present(k);
    }
    CHECK(furthest(weights_of(training), by_hand.weights()) < 1e-11);
    CHECK(by_hand.quanta > 500);
    return training;
}

}  // namespace

TEST_CASE("self-assembly with spikes is what its equations say, spike by spike, all four groups plastic") {
    for (const char* code : {"pair", "many", "graded", "analog", "baseline", "burst"})
        for (const char* gate : {"partner", "saturating"}) {
            CAPTURE(code, gate);
            Net net;
            net.parameters.error_code = code;
            net.parameters.gate = gate;
            Training<double> training = net.training();
            ByHand by_hand(net, training);
            const std::vector<MatrixD> initially = by_hand.weights();
            for (std::uint64_t k = 0; k < 30; ++k) {
                present(training, net, k);
                by_hand.present(k);
            }
            CHECK(furthest(weights_of(training), by_hand.weights()) < 1e-11);
            for (std::size_t k = 0; k < initially.size(); ++k)
                CHECK((by_hand.weights()[k] - initially[k]).norm() > 2e-4 * initially[k].norm());
            if (std::string(code) != "analog") CHECK(by_hand.quanta > 500);
        }
}

TEST_CASE("self-assembly with spikes whose downstream units hear all cells of their area is what its equations say") {
    Net net;
    net.parameters.motif = "dense";
    net.parameters.signs = "free";
    net.parameters.scaling = false;
    net.parameters.scale_V = 2;
    for (const bool mask : {true, false}) {
        CAPTURE(mask);
        net.parameters.mask = mask;
        const Training<double> training = follow_equations(net, 30);
        CHECK(training.weights("V1").cwiseAbs().minCoeff() > 0);
    }
}

namespace {

/// Units that hear all cells of their area, and apical potentials that relax. What V sends comes back at first.
Net relaxed() {
    Net net;
    net.parameters.motif = "dense";
    net.parameters.signs = "free";
    net.parameters.scaling = false;
    net.parameters.scale_V = 1;
    net.parameters.start = "tied";
    net.parameters.gate = "relaxed";
    net.parameters.apical_leak = 0.1;
    net.parameters.quantum_relaxation = 0.1;
    return net;
}

}  // namespace

TEST_CASE("the relaxed gate with spikes is what its equations say, and R decays by it as by any other") {
    for (const char* code : {"pair", "many"}) {
        CAPTURE(code);
        Net net = relaxed();
        net.parameters.error_code = code;
        follow_equations(net, 20);

        net.layers.gamma_W = 0.4;
        net.parameters.plastic = {"W", "Wbar"};
        Training<double> fixed = net.training();
        const double initially = residual(fixed, 3);
        const std::vector<MatrixD> weights = weights_of(fixed);
        for (std::uint64_t k = 0; k < 100; ++k) present(fixed, net, k);
        CHECK(residual(fixed, 3) / initially == Approx(std::exp(-100 * 0.05 * 0.4)).epsilon(1e-9));
        CHECK(furthest(weights_of(fixed), weights) > 0.3);
    }
}

TEST_CASE("apical spikes of the relaxed gate sum up to what explains the drive downstream") {
    Net net = relaxed();
    net.layers.hidden = {24};
    net.parameters.plastic = {};
    net.parameters.error_code = "many";  // of one quantum a step what is more would be cut
    Training<double> training = net.training();
    VectorD sent = VectorD::Zero(24), drive = VectorD::Zero(48);
    for (std::uint64_t k = 0; k < 100; ++k)
        present(training, net, k, true, [&](std::uint64_t) {
            const auto explained = training.column("up1", "explained"), B = training.column("down1", "soma");
            sent += Eigen::Map<const VectorD>(explained.data(), 24);
            drive += Eigen::Map<const VectorD>(B.data(), 48);
        });
    const MatrixD V = training.weights("V1"), Vbar = training.weights("Vbar1");
    const VectorD arrived = Vbar * drive, explained = Vbar * (V * sent) + 0.1 * sent;
    CAPTURE((explained - arrived).norm() / arrived.norm());
    CHECK((explained - arrived).norm() < 0.05 * arrived.norm());
}

TEST_CASE("the same in steps of half a millisecond: rates and errors are integrals over time") {
    Net net;
    net.step = 0.5;
    follow_equations(net, 20);
}

TEST_CASE("F1: at every time error spikes have carried the error to less than a quantum, and no state is above one") {
    constexpr std::size_t cells = 16;
    const double quantum = 0.4;
    Circuit circuit;
    const PopulationId source = circuit.add(Population{.name = "source", .units = cells, .clamped = {rate}});
    const PopulationId pairs = circuit.add(Population{.name = "pairs",
                                                      .units = cells,
                                                      .compartments = {basal},
                                                      .cells = event_neuron(ErrorPair<Taught, false>{}),
                                                      .parameters = {{"quantum", quantum}}});
    circuit.add(Projection{.source = source, .signal = rate, .target = pairs, .compartment = basal});
    circuit.open(ports::input, source, rate);
    Simulation<double> simulation(circuit, Net{}.setup());
    const Random random(3);  // which `drawn` refers to
    const Entries drawn = uniform(-quantum, quantum)(random, "errors", 3000, cells);
    std::vector<double> d(cells), sum(cells, 0), sent(cells, 0);
    std::size_t spikes = 0;
    bool within = true;
    for (std::size_t t = 0; t < 3000; ++t) {
        for (std::size_t i = 0; i < cells; ++i) d[i] = drawn(t, i);
        simulation.set(simulation.port(ports::input), d);
        simulation.advance(1);
        for (std::size_t i = 0; i < cells; ++i) {
            sum[i] += d[i];
            sent[i] += simulation.column("pairs", "error")[i];
            spikes += simulation.column("pairs", "error")[i] != 0;
            within = within && std::abs(sent[i] - sum[i]) < quantum + 1e-9;
            for (const char* state : {"positive", "negative"}) {
                const double v = simulation.column("pairs", state)[i];
                within = within && v >= 0 && v < quantum;
            }
        }
    }
    CHECK(within);
    CHECK(spikes > 3000 * cells / 4);
}

TEST_CASE(
    "F2: with V and Vbar fixed what keeps feedback from the gradient decays as the weights do, spike noise included") {
    for (const char* code : {"pair", "many", "analog", "poisson", "baseline", "burst"})
        for (const char* gate : {"partner", "saturating"}) {
            CAPTURE(code, gate);
            Net net;
            net.layers.gamma_W = 0.4;  // 2 % a presentation
            net.parameters.error_code = code;
            net.parameters.gate = gate;
            net.parameters.plastic = {"W", "Wbar"};
            Training<double> training = net.training();
            const double initially = residual(training, 3);
            const std::vector<MatrixD> weights = weights_of(training);
            for (std::uint64_t k = 0; k < 100; ++k) present(training, net, k);
            CHECK(residual(training, 3) / initially == Approx(std::exp(-100 * 0.05 * 0.4)).epsilon(1e-9));
            CHECK(furthest(weights_of(training), weights) > 0.3);  // it has learnt meanwhile
        }
}

TEST_CASE(
    "with delays between areas W and Wbar still learn from the same events, if V takes twice as long, and not if it "
    "takes no time") {
    for (const double across : {4.0, 0.0}) {
        CAPTURE(across);
        Net net;
        net.parameters.delay = 2;
        net.parameters.delay_across = across;
        net.parameters.plastic = {"W", "Wbar"};
        Training<double> training = net.training();
        const double initially = residual(training, 3);
        const std::vector<MatrixD> weights = weights_of(training);
        for (std::uint64_t k = 0; k < 60; ++k) present(training, net, k);
        for (std::uint64_t k = 60; k < 64; ++k) present(training, net, k, false);  // what is on its way arrives
        CHECK(furthest(weights_of(training), weights) > 0.3);
        const double change = std::abs(residual(training, 3) / initially - 1);
        if (across > 0) CHECK(change < 1e-9);
        else CHECK(change > 1e-4);
    }
}

TEST_CASE("F2: where W learns from the error itself and Wbar from its spikes, that decay is a mean, and not exact") {
    Net net;
    net.layers.gamma_W = 0.4;
    net.parameters.error_code = "graded";
    net.parameters.plastic = {"W", "Wbar"};
    Training<double> training = net.training();
    const double initially = residual(training, 3), expected = std::exp(-100 * 0.05 * 0.4);
    for (std::uint64_t k = 0; k < 100; ++k) present(training, net, k);
    const double left = residual(training, 3) / initially;
    CAPTURE(left, expected);
    CHECK(std::abs(left - expected) > 1e-5 * expected);
    CHECK(std::abs(left - expected) < 0.5 * expected);
}

TEST_CASE("F3: without bounds and scaling the asymmetry of V and Vbar decays as they do") {
    Net net;
    net.parameters.scaling = false;
    net.parameters.signs = "free";
    net.parameters.gamma_V = 1;
    Training<double> training = net.training();
    const double initially = asymmetry(training, 3);
    for (std::uint64_t k = 0; k < 100; ++k) present(training, net, k);
    CHECK(asymmetry(training, 3) / initially == Approx(std::exp(-100 * 0.02)).epsilon(1e-9));
}

TEST_CASE("F13: always on, and where there is no error no weight changes in any bit") {
    const Net net;
    Training<double> training = net.training();
    for (std::uint64_t k = 0; k < 10; ++k) present(training, net, k);
    for (std::uint64_t k = 0; k < 10; ++k) present(training, net, k, false);  // feedback dies away
    const std::vector<MatrixD> before = weights_of(training);
    std::size_t spikes = 0, errors = 0;
    for (std::uint64_t k = 0; k < 10; ++k)
        present(training, net, k, false, [&](std::uint64_t) {
            spikes += training.spikes("up1").size();
            const auto e = training.column("error", "error");
            errors += static_cast<std::size_t>(std::ranges::count_if(e, [](double x) { return x != 0; }));
        });
    CHECK(spikes > 100);
    CHECK(errors == 0);
    CHECK(weights_of(training) == before);
    present(training, net, 0);
    CHECK(weights_of(training) != before);
}

TEST_CASE("threads and a checkpoint leave no trace in a run of self-assembly with spikes") {
    Net net;
    net.layers.gamma_W = 0.01;
    net.parameters.development = 200;
    net.parameters.spontaneous = "spikes";
    Training<double> alone = net.training(), grown = net.training();
    while (alone.events_left() > 77) alone.develop();
    MemoryArchive young;
    alone.save(young, "circuit");
    while (alone.events_left() > 0) alone.develop();
    for (int k = 0; k < 5; ++k) grown.develop();
    grown.load(young, "circuit");
    CHECK(grown.events_left() == 77);
    while (grown.events_left() > 0) grown.develop();
    CHECK(weights_of(grown) == weights_of(alone));
    for (std::uint64_t k = 0; k < 12; ++k) present(alone, net, k);
    MemoryArchive archive;
    alone.save(archive, "circuit");
    for (std::uint64_t k = 12; k < 20; ++k) present(alone, net, k);
    Training<double> resumed = net.training();
    present(resumed, net, 3);
    resumed.load(archive, "circuit");
    for (std::uint64_t k = 12; k < 20; ++k) present(resumed, net, k);
    CHECK(weights_of(resumed) == weights_of(alone));
    CHECK(std::ranges::equal(resumed.column("down1", "positive"), alone.column("down1", "positive")));
    net.threads = 3;
    Training<double> together = net.training();
    while (together.events_left() > 0) together.develop();
    for (std::uint64_t k = 0; k < 20; ++k) present(together, net, k);
    CHECK(weights_of(together) == weights_of(alone));
}

TEST_CASE("F8: events of spontaneous activity, of rates or of spikes, fit random weights to each other") {
    Net net;
    net.parameters.spontaneous = GENERATE("rates", "spikes");
    CAPTURE(net.parameters.spontaneous);
    net.layers.hidden = {40, 30};
    net.layers.scale_W = 3;
    net.layers.scale_W_output = 2;
    net.parameters.development = 4000;
    Training<double> training = net.training();
    const double initially = residual(training, 3);
    while (training.events_left() > 0) training.develop();
    CHECK(residual(training, 3) < 0.02 * initially);
    CHECK(asymmetry(training, 3) < 0.06);
    const MatrixD passed = training.weights("Vbar1") * training.weights("V1");
    CHECK((passed - MatrixD::Identity(40, 40)).cwiseAbs().maxCoeff() < 0.05);
    const MatrixD W = training.weights("W2");
    CHECK(W.norm() / std::sqrt(40.0 * 30) == Approx(3 / std::sqrt(40)).epsilon(0.1));
}
