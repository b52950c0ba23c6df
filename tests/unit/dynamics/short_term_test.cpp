// Short-term plasticity: what spikes carry along a projection, by its closed forms.
#include <cmath>

#include "models/neurons/parrot.hpp"
#include "sim/dynamics/running_network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
using Catch::Contains;

/// A cell whose excitatory current does not decay hears a source that fires at every interval.
Circuit regular(const ShortTerm& numbers, double interval, double weight = 2, double delay = 1.5) {
    Circuit circuit;
    const PopulationId source =
        circuit.add(Population{.name = "source", .units = 1, .cells = event_neuron(parrot::Parrot{})});
    const PopulationId cell = circuit.add(Population{.name = "cell",
                                                     .units = 1,
                                                     .cells = event_neuron(lif::Current{}),
                                                     .parameters = {{lif::tau_excitatory, 1e15}, {lif::V_th, 1e9}}});
    circuit.add(RegularDrive{
        .name = "clock", .target = source, .receptor = "spikes", .interval = interval, .first = interval, .weight = 1});
    circuit.add(EventProjection{.name = "synapse",
                                .source = source,
                                .target = cell,
                                .receptor = "excitatory",
                                .weight = weight,
                                .delay = delay,
                                .short_term = numbers});
    return circuit;
}

/// What arrived with each spike.
std::vector<double> arrived(const Circuit& circuit, std::size_t steps) {
    Simulation<double> simulation(circuit, spiking());
    std::vector<double> jumps;
    double before = 0;
    for (std::size_t k = 0; k < steps; ++k) {
        simulation.advance(1);
        const double now = simulation.column("cell", "excitatory")[0];
        if (now > before + 1e-12) jumps.push_back(now - before);
        before = now;
    }
    return jumps;
}

/// Sources that fire at random, delays that differ, plastic in the short term.
Circuit random_network() {
    Circuit circuit;
    const PopulationId sources =
        circuit.add(Population{.name = "sources", .units = 200, .cells = event_neuron(parrot::Parrot{})});
    const PopulationId cells = circuit.add(Population{.name = "cells",
                                                      .units = 100,
                                                      .cells = event_neuron(lif::Current{}),
                                                      .initial = {{lif::V, Quantity::uniform(-70, -55)}}});
    circuit.add(PoissonDrive{.name = "in", .target = sources, .receptor = "spikes", .rate = 50.0, .weight = 1});
    circuit.add(EventProjection{.name = "on",
                                .source = sources,
                                .target = cells,
                                .receptor = "excitatory",
                                .connectivity = Connectivity::in_degree(50),
                                .weight = Quantity::normal(1500, 50),
                                .delay = Quantity::uniform(0.5, 3),
                                .short_term = ShortTerm{0.3, 200, 100}});
    circuit.add(EventProjection{.name = "back",
                                .source = cells,
                                .target = cells,
                                .receptor = "inhibitory",
                                .connectivity = Connectivity::in_degree(10),
                                .weight = -50,
                                .delay = 1,
                                .short_term = ShortTerm{0.5, 100, 0}});
    return circuit;
}

std::vector<std::uint32_t> run(Simulation<float>& simulation, std::size_t steps) {
    std::vector<std::uint32_t> all;
    for (std::size_t k = 0; k < steps; ++k) {
        simulation.advance(1);
        const auto fired = simulation.spikes("cells");
        all.insert(all.end(), fired.begin(), fired.end());
        all.push_back(100);
    }
    return all;
}

}  // namespace

TEST_CASE("a regular train comes to carry what Tsodyks, Uziel and Markram say") {
    for (const ShortTerm& of : {ShortTerm{0.5, 800, 0}, {0.2, 130, 530}, {0.1, 0, 1000}, {1, 300, 50}, {0.4, 0, 0}})
        for (const double interval : {5.0, 20.0, 100.0}) {
            const std::vector<double> jumps = arrived(regular(of, interval), 60000);
            REQUIRE(jumps.size() >= 59);
            CHECK(jumps[0] == Approx(2 * of.U).epsilon(1e-12));
            const double f = of.tau_facilitation > 0 ? std::exp(-interval / of.tau_facilitation) : 0;
            const double d = of.tau_depression > 0 ? std::exp(-interval / of.tau_depression) : 0;
            const double u = of.U / (1 - (1 - of.U) * f), x = (1 - d) / (1 - (1 - u) * d);
            CHECK(jumps.back() == Approx(2 * u * x).epsilon(interval < 100 ? 1e-6 : 1e-3));
            // The second, from the first.
            const double u2 = of.U + of.U * f * (1 - of.U), x2 = 1 - of.U * d;
            CHECK(jumps[1] == Approx(2 * u2 * x2).epsilon(1e-9));
        }
}

TEST_CASE("f raises what is used from U on: the recursion of Naud and Payeur") {
    for (const ShortTerm& of :
         {ShortTerm{0.9, 20, 1000, 0.1}, {0.02, 100, 100, 0.1}, {0, 50, 50, 1}, {1, 30, 20, 0.5}}) {
        const std::vector<double> jumps = arrived(regular(of, 8), 20000);
        double u = of.U, x = 1;
        std::size_t k = 0;
        for (int spike = 0; spike < 20; ++spike) {
            if (u * x > 1e-12) CHECK(jumps.at(k++) == Approx(2 * u * x).epsilon(1e-9));
            x -= u * x;
            u += *of.f * (1 - u);
            x = 1 - (1 - x) * std::exp(-8 / of.tau_depression);
            u = of.U + (u - of.U) * std::exp(-8 / of.tau_facilitation);
        }
        CHECK(k >= 19);
    }
}

TEST_CASE("what a spike carries is that of when it was fired, however long it is on its way") {
    const std::vector<double> soon = arrived(regular({0.3, 200, 100}, 5, 2, 0.1), 2005);
    const std::vector<double> late = arrived(regular({0.3, 200, 100}, 5, 2, 60), 2600);
    REQUIRE(soon.size() == late.size());
    for (std::size_t k = 0; k < soon.size(); ++k) CHECK(late[k] == Approx(soon[k]).epsilon(1e-9));
}

TEST_CASE("synapses that are plastic in the short term go on after a checkpoint, on any number of threads") {
    Simulation<float> whole(random_network(), spiking());
    const auto first = run(whole, 777);
    MemoryArchive archive;
    whole.save(archive, "run");
    const auto expected = run(whole, 1000);
    CHECK(expected.size() > 1200);
    Setup two = spiking();
    two.threads = 2;
    Simulation<float> resumed(random_network(), two);
    run(resumed, 5);
    resumed.load(archive, "run");
    CHECK(run(resumed, 1000) == expected);
    resumed.running().rest();
    CHECK(run(resumed, 777) == first);
    Circuit without = random_network();
    for (EventProjection& projection : without.event_projections) projection.short_term = {};
    Simulation<float> other(without, spiking());
    CHECK(run(other, 777) != first);
}

TEST_CASE("numbers of short-term plasticity that make no sense are refused") {
    const auto refusal = [](const ShortTerm& numbers) -> std::string {
        try {
            Simulation<float>(regular(numbers, 10), spiking());
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "";
    };
    CHECK(refusal({1, 0, 0}).empty());
    for (const double U : {0.0, -0.1, 1.1, std::nan("")})
        CHECK_THAT(refusal({U, 100, 0}), Contains("projection 'synapse': U is"));
    for (const double time : {-1.0, std::nan(""), HUGE_VAL}) {
        CHECK_THAT(refusal({0.5, time, 0}), Contains("tau_depression is"));
        CHECK_THAT(refusal({0.5, 0, time}), Contains("tau_facilitation is"));
    }
}
