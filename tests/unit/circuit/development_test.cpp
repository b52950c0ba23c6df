// Development: the engine's spontaneous activity, and what it makes of a circuit of self_assembly.
#include "models/plasticity/hebbian.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

constexpr std::uint64_t events = 20000;

template <class S>
Training<S> young(const std::vector<std::int64_t>& hidden, std::size_t lanes, int threads = 1) {
    Upstream upstream;
    upstream.hidden = hidden;
    self_assembly::Parameters parameters;
    parameters.development = events;
    Setup setup;
    setup.lanes = lanes;
    setup.threads = threads;
    return {self_assembly::circuit(upstream, parameters, {20, 5}), setup};
}

template <class S>
void grow_up(Training<S>& simulation) {
    while (simulation.events_left() > 0) simulation.develop();
}

template <class S>
std::vector<MatrixD> all_weights(const Training<S>& simulation) {
    std::vector<MatrixD> weights;
    for (const auto& state : simulation.weights()) weights.push_back(state.matrix());
    return weights;
}

double relative(const MatrixD& difference, const MatrixD& of) { return difference.norm() / of.norm(); }

/// noise (1000) and sparse (40) -> their sums over all events, in the weights from a cell of rate 1.
Circuit counting() {
    Circuit circuit;
    const PopulationId in = circuit.add(Population{.name = "in", .units = 1, .clamped = {"rate"}, .constant = 1});
    const PopulationId cell = circuit.add(Population{.name = "cell", .units = 1000, .clamped = {"rate"}});
    circuit.add(Weights{.name = "sum", .post = cell, .pre = in, .rule = rule(Hebbian{1, 0})});
    circuit.open(ports::input, in, "rate");
    circuit.open(ports::answer, cell, "rate");
    return circuit;
}

/// The circuit, developed by so many events of its own activity.
ModelCircuit grown(const Circuit& circuit, const std::vector<Spontaneous>& activity) {
    ModelCircuit grown = circuit;
    grown.development = std::make_shared<Development>(Development{1000, circuit, activity});
    return grown;
}

MatrixD sums(Spontaneous::Law law, double parameter, std::size_t turn, std::size_t lanes) {
    const Circuit circuit = counting();
    Setup setup;
    setup.lanes = lanes;
    Training<double> simulation(grown(circuit, {{circuit.population("cell"), "rate", law, parameter, turn}}), setup);
    CHECK(simulation.events() == 1000);
    grow_up(simulation);
    return simulation.weights("sum");
}

}  // namespace

TEST_CASE("spontaneous activity has the moments it is asked for, in every second step") {
    using Law = Spontaneous::Law;
    const MatrixD normal = sums(Law::normal, 0.5, 0, 10);
    CHECK(normal.mean() == Approx(0).margin(4 * std::sqrt(500 * 0.25 / 1000)));
    CHECK(normal.squaredNorm() / 1000 == Approx(500 * 0.25).epsilon(4 * std::sqrt(2.0 / 1000)));
    for (std::size_t lanes : {1, 10}) {
        const MatrixD sparse = sums(Law::sparse, 3, 1, lanes);
        // Two draws of one event may meet in a cell.
        CHECK(sparse.sum() <= 3 * 500);
        CHECK(sparse.sum() > 3 * 500 - 15);
        CHECK(sparse.maxCoeff() < 10);
    }
}

TEST_CASE("populations whose turn it is together are active independently of each other") {
    using Law = Spontaneous::Law;
    Circuit circuit = counting();
    const PopulationId cell = circuit.population("cell"),
                       other = circuit.add(Population{.name = "other", .units = 1000, .clamped = {"rate"}});
    circuit.add(Weights{
        .name = "other sum", .post = other, .pre = circuit.port(ports::input).population, .rule = rule(Hebbian{1, 0})});
    Training<double> simulation(
        grown(circuit, {{cell, "rate", Law::normal, 0.5, 0}, {other, "rate", Law::normal, 0.5, 0}}),
        Setup{.lanes = 10});
    grow_up(simulation);
    const MatrixD one = simulation.weights("sum"), two = simulation.weights("other sum");
    CHECK(one.norm() > 0);
    CHECK(std::abs(one.cwiseProduct(two).sum()) / (one.norm() * two.norm()) < 4 / std::sqrt(1000.0));
}

TEMPLATE_TEST_CASE("a developed circuit has forgotten its weights and fits together", "", float, double) {
    using S = TestType;
    Training<S> simulation = young<S>({30, 24}, 16);
    const MatrixD before = simulation.weights("W2");
    CHECK(simulation.events_left() == events);
    grow_up(simulation);
    CHECK(simulation.events_left() == 0);
    CHECK_THROWS_AS(simulation.develop(), std::logic_error);

    const auto W = [&](const std::string& name) { return simulation.weights(name); };
    for (const std::string l : {"1", "2"}) {
        CHECK(relative(W("V" + l) - W("Vbar" + l).transpose(), W("V" + l)) < 1e-5);
        CHECK(
            (W("Vbar" + l) * W("Vbar" + l).transpose() - MatrixD::Identity(W("Vbar" + l).rows(), W("Vbar" + l).rows()))
                .norm() < 1e-5);
    }
    // Vbar^l Wbar^lT = W^l V^{l-1}T, which brings the gradient down.
    CHECK(relative(W("Vbar2") * W("Wbar2").transpose() - W("W2") * W("V1").transpose(), W("W2")) < 5e-3);
    CHECK(relative(W("Wbar3").transpose() - W("W3") * W("V2").transpose(), W("W3")) < 5e-3);
    // Other weights, of the scale asked for.
    CHECK(std::abs(before.cwiseProduct(W("W2")).sum()) / (before.norm() * W("W2").norm()) < 0.15);
    CHECK(W("W1").norm() / std::sqrt(30.0) == Approx(1.2).epsilon(0.15));
    CHECK(W("W2").norm() / std::sqrt(24.0) == Approx(1.2).epsilon(0.15));
    CHECK(W("W3").norm() / std::sqrt(5.0) == Approx(0.6).epsilon(0.25));
}

TEST_CASE("development gives the same bits with any number of threads, and after an interruption") {
    const auto developed = [](int threads) {
        auto simulation = young<float>({200, 200}, 64, threads);
        for (int k = 0; k < 12; ++k) simulation.develop();
        return all_weights(simulation);
    };
    const auto one = developed(1);
    CHECK(one == developed(2));
    CHECK(one == developed(3));

    auto whole = young<float>({30, 24}, 16), first = young<float>({30, 24}, 16), second = young<float>({30, 24}, 16);
    for (int k = 0; k < 100; ++k) whole.develop();
    for (int k = 0; k < 41; ++k) first.develop();
    MemoryArchive archive;
    first.save(archive, "s");
    second.load(archive, "s");
    CHECK(second.events_left() == first.events_left());
    for (int k = 41; k < 100; ++k) second.develop();
    CHECK(all_weights(second) == all_weights(whole));
}

TEST_CASE("a development of too few events for its lanes is refused") {
    Upstream upstream;
    self_assembly::Parameters parameters;
    parameters.development = 500;
    Setup setup;
    setup.lanes = 128;
    CHECK_THROWS_WITH(Training<float>(self_assembly::circuit(upstream, parameters, {20, 5}), setup),
                      Catch::Contains("too few events for 128 lanes"));
}
