// Networks with plasticity by events: weights follow from the spikes alone, and nothing but circuit and seed shows.
#include "models/plasticity/error_triggered.hpp"
#include "models/plasticity/stdp.hpp"
#include "sim/core/matrix.hpp"
#include "sim/dynamics/running_network.hpp"
#include "sim/synapses/synapse_visitor.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/by_pairs.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
using namespace apical::stdp;

constexpr std::uint32_t cells = 50;
constexpr double step = 0.1;

struct Matrices final : SynapseVisitor {
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
               std::span<const double> values) override {
        for (std::size_t k = 0; k < post.size(); ++k) weights(post[k], pre[k]) = values[k];
    }
    Matrix<double> weights = Matrix<double>::Zero(cells, cells);
};

/// Driven at random, with synapses that learn and what they transmit in return. Kinetic or instantaneous.
template <class N>
Circuit network(N neuron, const char* receptor, double weight, Attribution attribution, const Quantity& delay) {
    Circuit circuit;
    const PopulationId E = circuit.add(Population{.name = "E",
                                                  .units = cells,
                                                  .cells = event_neuron(neuron),
                                                  .parameters = {{lif::E_L, -60.0}, {lif::V_th, -50.0}},
                                                  .initial = {{lif::V, Quantity::uniform(-60, -50)}}});
    circuit.add(
        EventProjection{.name = "EE",
                        .source = E,
                        .target = E,
                        .receptor = receptor,
                        .connectivity = Connectivity::in_degree(30).without_autapses(),
                        .weight = Quantity::uniform(weight / 2, weight),
                        .delay = delay,
                        .plastic = {event_rule(PowerLaw{}),
                                    {{lambda, 0.05}, {alpha, 0.5}, {w_0, weight}, {tau_plus, 15}, {tau_minus, 30}},
                                    attribution}});
    circuit.add(
        PoissonDrive{.name = "outside", .target = E, .receptor = receptor, .rate = 5000.0, .weight = 3 * weight});
    return circuit;
}

Circuit of_currents(Attribution attribution, const Quantity& delay) {
    return network(lif::Current{}, "excitatory", 30, attribution, delay);
}

template <class S>
Matrix<double> weights_of(const Simulation<S>& simulation) {
    Matrices matrices;
    simulation.visit_synapses("EE", matrices);
    return matrices.weights;
}

template <class S>
std::vector<ByPairs::Times> run(Simulation<S>& simulation, std::uint32_t steps) {
    std::vector<ByPairs::Times> times(cells);
    for (std::uint32_t now = 1; now <= steps; ++now) {
        simulation.advance(1);
        for (const std::uint32_t cell : simulation.spikes("E")) times[cell].push_back(now);
    }
    return times;
}

ByPairs by_pairs(double weight) {
    using V = std::vector<double>;
    return {{{15, Pairing::all}},
            {{30, Pairing::all}},
            [=](double w, const V& K, const V&) { return 0.05 * std::pow(weight, 0.6) * std::pow(w, 0.4) * K[0]; },
            [](double w, const V&, const V& K) { return -0.05 * 0.5 * w * K[0]; },
            0};
}

}  // namespace

TEMPLATE_TEST_CASE("the weights of a network are what its spikes make of them, pair by pair", "", float, double) {
    using S = TestType;
    constexpr std::uint32_t end = 5000;
    const auto check = [&](const Circuit& circuit, double weight) {
        Simulation<S> simulation(circuit, spiking());
        const Matrix<double> before = weights_of(simulation);
        const auto times = run(simulation, end);
        const Matrix<double> after = weights_of(simulation);
        const ByPairs reference = by_pairs(weight);
        const Attribution attribution = circuit.event_projections[0].plastic.delay;
        double worst = 0;
        std::size_t spikes = 0;
        for (Eigen::Index post = 0; post < cells; ++post) {
            spikes += times[static_cast<std::size_t>(post)].size();
            for (Eigen::Index pre = 0; pre < cells; ++pre)
                if (before(post, pre) != 0)
                    worst = std::max(
                        worst,
                        std::abs(reference.weight(before(post, pre), times[static_cast<std::size_t>(pre)],
                                                  times[static_cast<std::size_t>(post)], 15, attribution, end, step) -
                                 after(post, pre)));
        }
        CAPTURE(spikes);
        CHECK(spikes > 20 * cells);
        CHECK(worst < weight * (sizeof(S) == 4 ? 1e-5 : 1e-10));
        CHECK((after - before).norm() > 0.1 * weight);
    };
    for (const Attribution attribution : {Attribution::dendritic, Attribution::axonal}) {
        check(of_currents(attribution, 1.5), 30);
        check(network(lif::Delta{}, "delta", 0.5, attribution, 1.5), 0.5);
    }
}

TEST_CASE("a network that learns has the same bits with 1, 2 and 3 threads, looked at, and saved and loaded") {
    for (const Attribution attribution : {Attribution::dendritic, Attribution::axonal}) {
        const Circuit circuit = of_currents(attribution, Quantity::uniform(0.5, 3));
        Simulation<float> whole(circuit, spiking());
        run(whole, 1500);
        MemoryArchive archive;
        whole.save(archive, "run");
        const auto then = run(whole, 1500);
        const Matrix<double> weights = weights_of(whole);
        for (const int threads : {1, 2, 3}) {
            Setup setup = spiking();
            setup.threads = threads;
            Simulation<float> resumed(circuit, setup), again(circuit, setup);
            resumed.load(archive, "run");
            CHECK(run(resumed, 1500) == then);
            CHECK(weights_of(resumed) == weights);
            for (int k = 0; k < 3; ++k) {
                again.advance(1000);
                (void)weights_of(again);
            }
            CHECK(weights_of(again) == weights);
        }
        // Rest is for activity: weights stay.
        whole.running().rest();
        CHECK(weights_of(whole) == weights);
        run(whole, 100);
        CHECK(weights_of(whole) != weights);
    }
}

TEST_CASE("events of error cells change the synapses of their partners, up or down, once they are known") {
    Circuit circuit;
    const auto add = [&](const char* name, std::size_t units, double rate) {
        const PopulationId p =
            circuit.add(Population{.name = name,
                                   .units = units,
                                   .cells = event_neuron(lif::Delta{}),
                                   .parameters = {{lif::E_L, 0.0}, {lif::V_th, 1.0}, {lif::V_reset, 0.0}}});
        circuit.add(PoissonDrive{.name = name, .target = p, .receptor = "delta", .rate = rate, .weight = 1});
        return p;
    };
    const PopulationId from = add("from", 10, 50), up = add("up", 4, 20), down = add("down", 4, 40),
                       to = circuit.add(Population{.name = "to", .units = 4, .cells = event_neuron(lif::Delta{})});
    circuit.add(EventProjection{.name = "EE",
                                .source = from,
                                .target = to,
                                .receptor = "delta",
                                .weight = 0.1,
                                .delay = 1.5,
                                .plastic = {.rule = event_rule(error_triggered::ErrorTriggered{}),
                                            .parameters = {{eta, 0.02}},
                                            .instructors = {{up, 1}, {down, -1}}}});
    Simulation<double> simulation(circuit, spiking());
    std::vector<ByPairs::Times> pre(10), errors(4), signs(4);
    for (std::uint32_t now = 1; now <= 5000; ++now) {
        simulation.advance(1);
        for (const std::uint32_t cell : simulation.spikes("from")) pre[cell].push_back(now);
        for (const auto& [name, sign] : {std::pair{"up", 1U}, {"down", 0U}})
            for (const std::uint32_t cell : simulation.spikes(name)) {
                errors[cell].push_back(now + 2 * 15);
                signs[cell].push_back(sign);
            }
    }
    const Matrix<double> weights = weights_of(simulation);
    for (std::size_t post = 0; post < 4; ++post)
        for (std::size_t source = 0; source < 10; ++source) {
            ByPairs::Times arrivals = pre[source];
            for (std::uint32_t& time : arrivals) time += 15;
            double w = 0.1;
            for (std::size_t k = 0; k < errors[post].size(); ++k)
                if (errors[post][k] <= 5000)
                    w += (signs[post][k] == 1 ? 0.02 : -0.02) *
                         ByPairs::trace({20, Pairing::all}, arrivals, errors[post][k], step);
            CHECK(weights(static_cast<Eigen::Index>(post), static_cast<Eigen::Index>(source)) ==
                  Approx(w).epsilon(1e-10));
        }
}

TEST_CASE("plasticity is refused where it makes no sense") {
    using Catch::Contains;
    Circuit negative = of_currents(Attribution::axonal, 1.5);
    negative.event_projections[0].weight = Quantity::uniform(-1, 1);
    CHECK_THROWS_WITH((Simulation<float>(negative, spiking())),
                      Contains("'EE': a weight of -0.") && Contains("expected 0 to inf"));
    Circuit elsewhere = of_currents(Attribution::axonal, 1.5);
    elsewhere.event_projections[0].plastic.instructors = {{elsewhere.add(once(3))}};
    CHECK_THROWS_WITH((Simulation<float>(elsewhere, spiking())), Contains("'once' has 3 cells, expected 50"));
    Circuit instant = of_currents(Attribution::axonal, 1.5);
    instant.event_projections[0].plastic.parameters[tau_plus] = 0;
    CHECK_THROWS_WITH((Simulation<float>(instant, spiking())), Contains("'EE': a time constant of 0"));
    const Simulation<float> simulation(of_currents(Attribution::axonal, 1.5), spiking());
    Matrices matrices;
    CHECK_THROWS_WITH(simulation.visit_synapses("EI", matrices), Contains("no event projection 'EI'"));
}
