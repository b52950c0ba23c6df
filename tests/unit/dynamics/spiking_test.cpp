// Networks of cells that fire: nothing but circuit and seed shows in the spikes.
#include <cmath>
#include <tuple>

#include "sim/dynamics/running_network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
using Spikes = std::vector<std::pair<std::size_t, std::uint32_t>>;  ///< 10 step + population, cell

/// Excitation and inhibition with delays, random wiring, Poisson input and initial potentials.
Circuit network(std::size_t scale = 1) {
    Circuit circuit;
    const auto add = [&](const char* name, std::size_t units, auto neuron) {
        return circuit.add(Population{.name = name,
                                      .units = units,
                                      .cells = event_neuron(neuron),
                                      .parameters = {{lif::E_L, -60.0}, {lif::V_th, -50.0}, {lif::V_reset, -60.0}},
                                      .initial = {{lif::V, Quantity::uniform(-60, -50)}}});
    };
    const PopulationId E = add("E", 240 * scale, lif::Current{}), I = add("I", 60 * scale, lif::Conductance{}),
                       D = add("D", 50 * scale, lif::Delta{});
    const auto connect = [&](const char* name, PopulationId source, PopulationId target, const char* receptor,
                             double weight, const Quantity& delay) {
        circuit.add(EventProjection{.name = name,
                                    .source = source,
                                    .target = target,
                                    .receptor = receptor,
                                    .connectivity = Connectivity::in_degree(20),
                                    .weight = Quantity::normal(weight, std::abs(weight) / 10),
                                    .delay = delay});
    };
    connect("EE", E, E, "excitatory", 20, Quantity::uniform(0.5, 2));
    connect("EI", E, I, "excitatory", 0.3, 1.0);
    connect("IE", I, E, "inhibitory", -20, 0.1);
    connect("ED", E, D, "delta", 0.5, 1.5);
    connect("DD", D, D, "delta", 0.1, 25.5);
    for (const auto& [target, receptor, weight] :
         {std::tuple{E, "excitatory", 30.0}, {I, "excitatory", 0.08}, {D, "delta", 0.3}})
        circuit.add(PoissonDrive{.name = "outside_" + circuit.populations[target].name,
                                 .target = target,
                                 .receptor = receptor,
                                 .rate = 8000.0,
                                 .weight = weight});
    return circuit;
}

template <class S>
Spikes run(Simulation<S>& simulation, std::size_t steps) {
    Spikes all;
    for (std::size_t k = 0; k < steps; ++k) {
        simulation.advance(1);
        for (std::size_t p = 0; p < simulation.circuit().populations.size(); ++p)
            for (const std::uint32_t cell : simulation.spikes(simulation.circuit().populations[p].name))
                all.emplace_back(k * 10 + p, cell);
    }
    return all;
}

Setup with_threads(int threads) {
    Setup setup = spiking();
    setup.threads = threads;
    return setup;
}

}  // namespace

TEMPLATE_TEST_CASE("the same seed gives the same spikes to 1, 2 and 3 threads, and another seed gives others", "",
                   float, double) {
    Simulation<TestType> alone(network(), with_threads(1));
    const Spikes expected = run(alone, 1000);
    CHECK(expected.size() > 1000);
    for (const int threads : {2, 3}) {
        Simulation<TestType> together(network(), with_threads(threads));
        CHECK(run(together, 1000) == expected);
    }
    Setup other = spiking();
    other.seed = 2;
    Simulation<TestType> drawn_anew(network(), other);
    CHECK(run(drawn_anew, 1000) != expected);
}

TEST_CASE("cells that threads share give the same spikes") {
    const Circuit large = [] {  // enough for the work to be shared
        Circuit circuit;
        circuit.add(Population{.name = "cells",
                               .units = 300001,
                               .cells = event_neuron(lif::Current{}),
                               .parameters = {{lif::I_e, 700.0}},
                               .initial = {{lif::V, Quantity::uniform(-70, -55)}}});
        return circuit;
    }();
    Simulation<float> alone(large, with_threads(1)), together(large, with_threads(3));
    const Spikes expected = run(alone, 50);
    CHECK(expected.size() > 10000);
    CHECK(run(together, 50) == expected);
}

TEST_CASE("a spike arrives after its delay, to the step, and those of other delays with it") {
    constexpr std::size_t longest = 255;
    Circuit circuit;
    const PopulationId first = circuit.add(once());
    Population later = once();  // fires three steps after the first
    later.name = "later";
    later.initial = {};
    const PopulationId second = circuit.add(later);
    const PopulationId cells = circuit.add(Population{.name = "cells",
                                                      .units = longest,
                                                      .cells = event_neuron(lif::Current{}),
                                                      .parameters = {{lif::tau_excitatory, 1e12}}});
    std::vector<double> delays;
    for (std::size_t k = 1; k <= longest; ++k) delays.push_back(0.1 * static_cast<double>(k));
    const auto add = [&](const char* name, PopulationId source, PopulationId target, const char* receptor,
                         double weight, Quantity delay) {
        circuit.add(EventProjection{.name = name,
                                    .source = source,
                                    .target = target,
                                    .receptor = receptor,
                                    .weight = weight,
                                    .delay = std::move(delay)});
    };
    add("wake", first, second, "delta", 100, 0.3);
    add("delays", first, cells, "excitatory", 1, Quantity::list(delays));
    add("others", second, cells, "excitatory", 2, 0.7);  // at step 11, with the tenth of the first
    add("beyond the run", first, cells, "excitatory", 4, 5000);
    Simulation<double> simulation(circuit, spiking());
    for (std::size_t step = 1; step <= longest + 10; ++step) {
        simulation.advance(1);
        const auto I = simulation.column("cells", "excitatory");
        for (std::size_t k = 1; k <= longest; ++k)
            REQUIRE(I[k - 1] == Approx((step >= 1 + k ? 1 : 0) + (step >= 11 ? 2 : 0)).epsilon(1e-9));
    }
}

TEST_CASE("a run that is saved and loaded goes on as if nothing had happened, and so does one begun anew") {
    Simulation<float> whole(network(), spiking());
    const Spikes first = run(whole, 333);
    MemoryArchive archive;
    whole.save(archive, "run");
    const Spikes then = run(whole, 500);

    Simulation<float> resumed(network(), spiking());
    run(resumed, 7);
    resumed.load(archive, "run");
    CHECK(resumed.time() == Approx(33.3));
    CHECK(run(resumed, 500) == then);

    resumed.running().rest();
    CHECK(resumed.time() == 0);
    CHECK(run(resumed, 333) == first);
}

TEST_CASE("a checkpoint goes on with the synapses that it was written with, and with no others") {
    using Catch::Contains;
    Simulation<float> written(network(), spiking());
    run(written, 20);
    MemoryArchive archive;
    written.save(archive, "run");
    const auto load = [&](const Circuit& circuit, std::uint64_t seed, int threads = 1) {
        Setup setup = with_threads(threads);
        setup.seed = seed;
        Simulation<float>(circuit, setup).load(archive, "run");
    };
    CHECK_NOTHROW(load(network(), 1));
    CHECK_NOTHROW(load(network(), 1, 3));  // whatever threads cut them into
    CHECK_THROWS_WITH(load(network(), 2),
                      Contains("synapses/EE") && Contains("other synapses than this program draws"));
    Circuit other = network();
    other.event_projections[3].weight = Quantity::normal(0.5, 0.06);
    CHECK_THROWS_WITH(load(other, 1), Contains("synapses/ED"));
}

TEST_CASE("looking at a run, or taking its steps in one call, does not change it") {
    Simulation<float> watched(network(), spiking()), alone(network(), spiking());
    std::size_t seen = 0;
    watched.advance(400, [&](std::uint64_t) { seen += watched.spikes("E").size(); });
    CHECK(seen > 100);
    const Spikes expected = run(alone, 500);
    Spikes last;
    for (const auto& [when, cell] : expected)
        if (when >= 4000) last.emplace_back(when - 4000, cell);
    CHECK(run(watched, 100) == last);
    for (const char* population : {"E", "I", "D"}) {
        const auto a = watched.column(population, "V"), b = alone.column(population, "V");
        CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    }
}

TEST_CASE("what makes no sense is refused, with the reason") {
    using Catch::Contains;
    const auto refusal = [](const Circuit& circuit, const Setup& setup = spiking()) -> std::string {
        try {
            Simulation<float>(circuit, setup);
        } catch (const std::exception& e) {
            return e.what();
        }
        return "";
    };
    const auto cells = [](std::map<std::string, Quantity> parameters, std::map<std::string, Quantity> initial = {}) {
        Circuit circuit;
        circuit.add(Population{.name = "cells",
                               .units = 2,
                               .cells = event_neuron(lif::Current{}),
                               .parameters = std::move(parameters),
                               .initial = std::move(initial)});
        return circuit;
    };
    CHECK(refusal(cells({})).empty());
    CHECK_THAT(refusal(cells({{"tau", 3.0}})), Contains("'cells'") && Contains("no parameter 'tau'"));
    CHECK_THAT(refusal(cells({{"tau_n", 3.0}})), Contains("did you mean 'tau_m'?"));
    CHECK_THAT(refusal(cells({}, {{"U", 3.0}})), Contains("no column 'U'"));
    CHECK_THAT(refusal(cells({{"tau_m", 0.0}})), Contains("tau_m is 0"));
    CHECK_THAT(refusal(cells({{"C_m", -1.0}})), Contains("C_m is -1"));
    CHECK_THAT(refusal(cells({{"V_reset", -55.0}})), Contains("not below V_th"));
    CHECK_THAT(refusal(cells({{"I_e", 1e300}})), Contains("not finite in this precision"));
    CHECK_THAT(refusal(cells({}, {{"V", -1e300}})), Contains("not finite in this precision"));
    CHECK_THAT(refusal(cells({{"t_ref", 0.25}})), Contains("no whole number of steps"));
    CHECK_THAT(refusal(cells({{"t_ref", -1.0}})), Contains("no whole number of steps"));
    CHECK(refusal(cells({{"t_ref", 0.0}})).empty());
    CHECK_THAT(refusal(cells({{"tau_m", Quantity::list({3, 4, 5})}})), Contains("tau_m"));
    Circuit none = cells({});
    none.populations[0].units = 0;
    CHECK_THAT(refusal(none), Contains("no cells"));

    Setup lanes = spiking();
    lanes.lanes = 2;
    CHECK(refusal(cells({}), lanes).empty());
    Circuit driven = cells({});
    driven.add(PoissonDrive{.name = "outside", .target = PopulationId(0), .receptor = "excitatory", .rate = 1.0});
    CHECK_THAT(refusal(driven, lanes), Contains("run.lanes: found 2 lanes, expected one"));
    CHECK_THAT(refusal(cells({}), spiking(0)), Contains("run.step"));
    CHECK_THAT(refusal(cells({}), spiking(std::nan(""))), Contains("run.step"));
    for (const Mode graded : {Mode::settled, Mode::continuous}) {
        Setup setup = spiking();
        setup.mode = graded;
        CHECK_THAT(refusal(cells({}), setup), Contains("take spiking dynamics"));
    }
    Circuit same_name = one_synapse(lif::Current{}, {}, "excitatory", 1, 1);
    same_name.add(same_name.event_projections[0]);
    CHECK_THAT(refusal(same_name), Contains("two projections have the name 'synapse'"));
    CHECK_THAT(refusal(one_synapse(lif::Current{}, {}, "excitatory", 1, 0.05)), Contains("'synapse'"));
    CHECK_THAT(refusal(one_synapse(lif::Current{}, {}, "excitatori", 1, 1)),
               Contains("'synapse'") && Contains("'excitatori', expected one of current, excitatory, inhibitory"));
}

TEST_CASE("Poisson input gives currents and potentials of the mean and variance that Campbell's theorem says") {
    const double lambda = 2, w = 87.8081, C = 250, tau_m = 10, tau_s = 0.5;  // lambda in events per ms
    Circuit circuit;
    const std::size_t cells = 1000;
    circuit.add(Population{.name = "current",
                           .units = cells,
                           .cells = event_neuron(lif::Current{}),
                           .parameters = {{lif::E_L, 0.0},
                                          {lif::V_th, 1000.0},
                                          {lif::V_reset, 0.0},
                                          {lif::C_m, C},
                                          {lif::tau_m, tau_m},
                                          {lif::tau_excitatory, tau_s}}});
    circuit.add(Population{.name = "conductance",
                           .units = cells,
                           .cells = event_neuron(lif::Conductance{}),
                           .parameters = {{lif::V_th, 1000.0}, {lif::tau_excitatory, 5.0}}});
    for (const char* name : {"current", "conductance"})
        circuit.add(PoissonDrive{.name = name,
                                 .target = circuit.population(name),
                                 .receptor = "excitatory",
                                 .rate = 1000 * lambda,
                                 .weight = name[2] == 'r' ? w : 1.5});
    Simulation<double> simulation(circuit, spiking());
    simulation.advance(2000);
    struct Moments {
        double sum = 0, squares = 0, count = 0;
        void add(std::span<const double> values) {
            for (const double v : values) {
                sum += v;
                squares += v * v;
                ++count;
            }
        }
        double mean() const { return sum / count; }
        double variance() const { return squares / count - mean() * mean(); }
    } V, g;
    const std::size_t samples = 20;
    for (std::size_t k = 0; k < samples; ++k) {  // 50 ms apart: independent
        simulation.advance(500);
        V.add(simulation.column("current", "V"));
        g.add(simulation.column("conductance", "excitatory"));
    }
    const double n = samples * cells, errors = 4;
    const double A = w / C * tau_m * tau_s / (tau_m - tau_s);
    const double mean_V = lambda * w * tau_s * tau_m / C,
                 var_V = lambda * A * A * (tau_m / 2 + tau_s / 2 - 2 * tau_m * tau_s / (tau_m + tau_s));
    CHECK(mean_V == Approx(3.51232).epsilon(1e-5));
    CHECK(std::sqrt(var_V) == Approx(0.541963).epsilon(1e-5));
    // On the grid the input of a step comes at once: sums in the place of integrals.
    const double h = 0.1, decay_s = std::exp(-h / tau_s), decay_m = std::exp(-h / tau_m);
    const double grid_mean_V = lambda * h * w / (1 - decay_s) * lif::propagator(tau_m, tau_s, C, h) / (1 - decay_m);
    CHECK(grid_mean_V == Approx(mean_V).epsilon(2e-4));
    CHECK(std::abs(V.mean() - grid_mean_V) < errors * std::sqrt(var_V / n));
    CHECK(std::abs(V.variance() - var_V) < (errors * std::sqrt(2 / n) + 2e-3) * var_V);
    const double decay = std::exp(-h / 5), mean_g = lambda * h * 1.5 / (1 - decay),
                 var_g = lambda * h * 1.5 * 1.5 / (1 - decay * decay);
    CHECK(std::abs(g.mean() - mean_g) < errors * std::sqrt(var_g / n));
    CHECK(std::abs(g.variance() - var_g) < errors * std::sqrt(2.1 / n) * var_g);
}
