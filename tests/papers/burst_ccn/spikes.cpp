// 5.8 of the specification: the rule at one synapse between Poisson cells of the same rate, against the closed form.
#include <cmath>
#include <cstdio>
#include <limits>

#include "models/neurons/burst.hpp"
#include "models/neurons/parrot.hpp"
#include "models/plasticity/burst_dependent.hpp"
#include "sim/circuit/circuit.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

struct Counted {
    double e, b;    ///< Hz
    double change;  ///< of the weight in 100 s, eta = 1e-5, the presynaptic factor being the rate
    double p() const { return b / e; }
};

/// Means of `cells` simulated cells. The rate is that of the spikes: a Poisson cell has one at most in a step.
Counted count(double rate, std::size_t cells, double seconds, double p_b = 0.5) {
    constexpr double step = 0.2;
    Circuit circuit;
    const PopulationId pre =
        circuit.add(Population{.name = "pre", .units = 1, .clamped = {apical::rate}, .constant = rate});
    constexpr double ever = std::numeric_limits<double>::infinity();
    const PopulationId post =
        circuit.add(Population{.name = "post",
                               .units = cells,
                               .compartments = {basal},
                               .cells = event_neuron(parrot::Parrot{}),
                               .events = {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})},
                               .traces = {{.column = "events", .event = bursts::event, .tau = ever},
                                          {.column = "bursts", .event = bursts::burst, .tau = ever}}});
    circuit.add(PoissonDrive{.name = "drive",
                             .target = post,
                             .receptor = "spikes",
                             .rate = -1e3 / step * std::log1p(-rate * step * 1e-3),
                             .weight = 1});
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = step;
    const WeightsId W =
        circuit.add(Weights{.name = "W",
                            .post = post,
                            .pre = pre,
                            .rule = rule(BurstDependentEvents<>{1e-5 * setup.clock.presentation / step, p_b}),
                            .initial = constant(0)});
    circuit.add(Projection{.weights = W, .source = pre, .signal = apical::rate, .target = post, .compartment = basal});
    Simulation<double> simulation(circuit, setup);
    simulation.advance(static_cast<std::uint64_t>(1e3 * seconds / step));
    const auto mean = [&](const char* column) {
        double sum = 0;
        for (const double one : simulation.column("post", column)) sum += one;
        return sum / static_cast<double>(cells) / seconds;
    };
    return {mean("events"), mean("bursts"), simulation.weights("W").mean() * 100 / seconds};
}

}  // namespace

TEST_CASE("BurstCCN 5.8: the rule at one synapse follows the closed form and changes sign at ln 2 / 16 ms = 43.3 Hz") {
    for (const double rate : {20., 40., 60., 80.}) {
        CAPTURE(rate);
        const Counted found = count(rate, 400, 20);
        const double e = rate * std::exp(-0.016 * rate), p = 1 - std::exp(-0.016 * rate);
        CHECK(found.e == Approx(e).epsilon(0.02));
        CHECK(found.p() == Approx(p).epsilon(0.02));
        CHECK(found.b == Approx(p * e).epsilon(0.02));
        const double change = 1e-5 * rate * 100 * (p - 0.5) * e;
        std::printf("5.8 %.0f Hz: e %.2f, b %.2f, p %.3f, dW %.4f (%.4f)\n", rate, found.e, found.b, found.p(),
                    found.change, change);
        CHECK(found.change == Approx(change).margin(0.01).epsilon(0.02));
    }
    // The published means: dW = -.0653, -.0260, .1616 and .396.
    CHECK(count(20, 400, 20).change == Approx(-.0653).margin(0.003).epsilon(0));
    CHECK(count(80, 400, 20).change == Approx(.396).margin(0.008).epsilon(0));
    const Counted below = count(41, 1000, 20), above = count(46, 1000, 20);
    CHECK(below.change < 0);
    CHECK(above.change > 0);
    const double crossing = 41 + 5 * (0.5 - below.p()) / (above.p() - below.p());
    std::printf("5.8 zero crossing %.2f Hz\n", crossing);
    CHECK(crossing == Approx(43.3).margin(1).epsilon(0));
}
