// Traces of spikes: every value follows from the times of the spikes.
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
using Pairing = EventTrace::Pairing;

constexpr double tau = 7.5, rate_tau = 3, dt = 0.1;

/// Cells of different currents, so that they fire at different times.
Circuit with_traces(std::size_t units = 40) {
    Circuit circuit;
    circuit.add(
        Population{.name = "cells",
                   .units = units,
                   .cells = event_neuron(lif::Current{}),
                   .parameters = {{lif::I_e, Quantity::uniform(300, 2000)}},
                   .traces = {{.column = "all", .tau = tau},
                              {.column = "nearest", .tau = tau, .pairing = Pairing::nearest},
                              {.column = "per_ms", .tau = rate_tau, .gain = -std::expm1(-dt / rate_tau) / dt}}});
    return circuit;
}

struct Expected {
    double all = 0, nearest = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("a trace is the sum of the decays since every spike, or that since the last", "", float, double) {
    using S = TestType;
    Simulation<S> simulation(with_traces(), spiking());
    const double close = std::is_same_v<S, float> ? 1e-4 : 1e-12;
    std::vector<std::vector<int>> spikes(40);
    std::size_t seen = 0;
    double worst = 0;
    for (int k = 1; k <= 1500; ++k) {
        simulation.advance(1);
        for (const std::uint32_t cell : simulation.spikes("cells")) spikes[cell].push_back(k), ++seen;
        if (k % 7 != 0) continue;
        for (std::size_t i = 0; i < 40; ++i) {
            Expected expected;
            for (const int at : spikes[i]) {
                expected.nearest = std::exp(-dt * (k - at) / tau);
                expected.all += expected.nearest;
            }
            const double fired = !spikes[i].empty() && spikes[i].back() == k ? 1 : 0;
            worst = std::max({worst, std::abs(simulation.column("cells", "all")[i] - expected.all),
                              std::abs(simulation.column("cells", "nearest")[i] - expected.nearest),
                              std::abs(simulation.column("cells", "spike")[i] - fired)});
        }
    }
    CHECK(worst <= close);
    CHECK(seen > 200);
}

TEMPLATE_TEST_CASE("a trace ends when less is left of a spike than the rounding error of one, whatever its gain", "",
                   float, double) {
    using S = TestType;
    for (const double gain : {1.0, -3.0, 1e-20, 1e20}) {
        Population cell = once();
        cell.traces = {{.column = "trace", .tau = 1, .gain = gain}};
        Circuit circuit;
        circuit.add(std::move(cell));
        Simulation<S> simulation(circuit, spiking());
        const auto at = [&](double taus) {
            simulation.advance(static_cast<std::size_t>(std::lround(taus / dt)));
            return static_cast<double>(simulation.column("once", "trace")[0]);
        };
        CHECK(at(dt) == Approx(gain));
        const double last = std::is_same_v<S, float> ? 15.9 : 36;  // -ln of the smallest step above 1
        CHECK(at(last) == Approx(gain * std::exp(-last)).epsilon(1e-4));
        CHECK(at(2 * dt) == 0);
    }
}

TEST_CASE("a trace with the gain of a rate has the mean of the spikes a ms") {
    Simulation<double> simulation(with_traces(), spiking());
    double sum = 0, spikes = 0;
    constexpr int steps = 20000;
    for (int k = 0; k < steps; ++k) {
        simulation.advance(1);
        for (const double rate : simulation.column("cells", "per_ms")) sum += rate;
        spikes += static_cast<double>(simulation.spikes("cells").size());
    }
    // What has not decayed at the end is still to come.
    const double keep = std::exp(-dt / rate_tau);
    for (const double rate : simulation.column("cells", "per_ms")) sum += rate * keep / (1 - keep);
    CHECK(sum * dt == Approx(spikes).epsilon(1e-10));
}

TEMPLATE_TEST_CASE("a run that goes on from a checkpoint has the traces of one that was not stopped", "", float,
                   double) {
    using S = TestType;
    Simulation<S> alone(with_traces(), spiking());
    alone.advance(700);
    MemoryArchive archive;
    alone.save(archive, "circuit");
    Simulation<S> resumed(with_traces(), spiking());
    resumed.advance(3);  // whatever it was before
    resumed.load(archive, "circuit");
    for (int k = 0; k < 300; ++k) {
        alone.advance(1);
        resumed.advance(1);
        for (const char* column : {"V", "spike", "all", "nearest", "per_ms"}) {
            const auto expected = alone.column("cells", column), found = resumed.column("cells", column);
            REQUIRE(std::ranges::equal(expected, found));
        }
    }
}

TEST_CASE("threads share the traces of many cells, which are the same") {
    Setup setup = spiking();
    Simulation<float> alone(with_traces(300001), setup);
    setup.threads = 3;
    Simulation<float> together(with_traces(300001), setup);
    alone.advance(60);
    together.advance(60);
    for (const char* column : {"spike", "all", "nearest"})
        CHECK(std::ranges::equal(alone.column("cells", column), together.column("cells", column)));
}

TEST_CASE("traces that make no sense are refused") {
    const auto refused = [](EventTrace trace) {
        Circuit circuit = with_traces();
        circuit.populations[PopulationId(0)].traces = {std::move(trace)};
        REQUIRE_THROWS_AS(Simulation<float>(circuit, spiking()), std::invalid_argument);
        try {
            const Simulation<float> simulation(circuit, spiking());
        } catch (const std::invalid_argument& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK_THAT(refused({.column = "x"}), Catch::Matchers::Contains("expected more than 0 ms"));
    CHECK_THAT(refused({.column = "x", .tau = std::nan("")}), Catch::Matchers::Contains("more than 0 ms"));
    CHECK_THAT(refused({.column = "x", .tau = 1, .gain = INFINITY}), Catch::Matchers::Contains("finite"));
    CHECK_THAT(refused({.column = "x", .event = "burst", .tau = 1}),
               Catch::Matchers::Contains("have no event 'burst'"));
    CHECK_THAT(refused({.column = "V", .tau = 1}), Catch::Matchers::Contains("two columns 'V'"));
    Circuit graded;
    graded.add(
        Population{.name = "graded", .units = 1, .compartments = {"basal"}, .traces = {{.column = "x", .tau = 1}}});
    Setup setup;
    CHECK_THROWS_AS(Simulation<float>(graded, setup), std::invalid_argument);
}
