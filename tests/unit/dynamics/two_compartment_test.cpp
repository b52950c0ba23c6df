// A soma that fires as its potential says, and synapses of its dendrite that learn to predict that (Urbanczik and Senn
// 2014): closed forms, where learning ends, and that nothing is learned of what is predicted.
#include "models/neurons/two_compartment.hpp"

#include <cmath>

#include "models/network/model.hpp"
#include "models/plasticity/spike_prediction.hpp"
#include "sim/core/document.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
namespace two = two_compartment;

constexpr double attenuation = 600.0 / 630, presentation = 10;

Setup with_presentations() {
    Setup setup = spiking();
    setup.clock.stepper = "exponential_euler";
    setup.clock.presentation = presentation;
    return setup;
}

/// In 1/ms, at a potential in mV.
double phi(double potential) { return 0.15 / (1 + 0.5 * std::exp((-55 - potential) / 3)); }

/// One cell whose dendrite gets W times 1, and synapses that learn.
Circuit held(double weight, double eta) {
    Circuit circuit;
    const PopulationId source = circuit.add(Population{.name = "source", .units = 1, .clamped = {psp}, .constant = 1});
    const PopulationId cell = circuit.add(
        Population{.name = "cell", .units = 1, .compartments = {basal}, .cells = event_neuron(two::TwoCompartment{})});
    const WeightsId W = circuit.add(Weights{.name = "W",
                                            .post = cell,
                                            .pre = source,
                                            .rule = rule(SpikePrediction{.eta = eta, .step = 0.1}),
                                            .initial = uniform(weight, weight)});
    circuit.add(Projection{.weights = W, .source = source, .signal = psp, .target = cell, .compartment = basal});
    return circuit;
}

/// Conductances that pull the soma to a potential, each constant in time.
void teach(Circuit& circuit, double excitation, double inhibition) {
    for (const auto& [receptor, conductance] : {std::pair{"excitatory", excitation}, {"inhibitory", inhibition}})
        circuit.add(RegularDrive{.name = receptor,
                                 .target = circuit.population("cell"),
                                 .receptor = receptor,
                                 .interval = 0.1,
                                 .first = 0.1,
                                 .weight = conductance * -std::expm1(-0.1 / 3)});
}

}  // namespace

TEST_CASE("a soma goes where conductances and its dendrite pull it, and fires at the rate of its potential") {
    Circuit circuit = held(14, 0);
    teach(circuit, 40, 90);
    Simulation<double> simulation(circuit, with_presentations());
    simulation.advance(2000);
    const double all = 30 + 600 + 40 + 90, goal = (600 * (-70.0 + 14) + 30 * -70.0 + 90 * -75.0) / all;
    CHECK(simulation.column("cell", "V")[0] == Approx(goal).epsilon(1e-12));
    double before = 0, spikes = 0;
    for (int k = 0; k < 20000; ++k) {
        simulation.advance(1);
        if (k == 0) before = simulation.column("cell", "phase")[0];
        else spikes += static_cast<double>(simulation.spikes("cell").size());
    }
    const double after = simulation.column("cell", "phase")[0];
    CHECK(spikes + after - before == Approx(19999 * 0.1 * phi(goal)).epsilon(1e-10));
    CHECK((after >= 0 && after < 1));
    // Nothing holds it: it approaches the dendrite with the time constant of all conductances.
    Circuit alone = held(9, 0);
    Simulation<double> free(alone, with_presentations());
    for (int k = 1; k <= 30; ++k) {
        free.advance(1);
        const double expected = -70 + attenuation * 9 * -std::expm1(-0.1 * k * 630 / 300);
        CHECK(free.column("cell", "V")[0] == Approx(expected).epsilon(1e-12));
    }
}

TEST_CASE("synapses learn until the dendrite predicts the soma: its potential is the one it is taught", "[long]") {
    // E_exc = 0 mV and E_inh = -75 mV match at -75 g_inh / (g_exc + g_inh).
    const double excitation = 30, inhibition = 110, matching = -75 * inhibition / (excitation + inhibition);
    for (const double from : {9.0, 15.0}) {
        Circuit circuit = held(from, 2);
        teach(circuit, excitation, inhibition);
        Simulation<double> simulation(circuit, with_presentations());
        simulation.advance(500000);
        const double predicted = -70 + attenuation * simulation.weights("W")(0, 0);
        CAPTURE(from, predicted, matching);
        CHECK(std::abs(predicted - matching) < 0.15);  // spikes, which are some, move it by .04 mV
        CHECK(std::abs(from - simulation.weights("W")(0, 0)) > 2);
    }
}

TEST_CASE("nothing is learned where the dendrite predicts the soma: weights stay within one spike of where they were") {
    const double eta = 0.3, weight = 14, potential = -70 + attenuation * weight;
    const double slope = (1 - phi(potential) / 0.15) / 3, of_a_spike = eta / presentation * slope;
    Simulation<double> simulation(held(weight, eta), with_presentations());
    double largest = 0;
    simulation.advance(100);  // the soma has come to rest
    const double begin = simulation.weights("W")(0, 0);
    for (int k = 0; k < 2000; ++k) {
        simulation.advance(10);
        largest = std::max(largest, std::abs(simulation.weights("W")(0, 0) - begin));
    }
    CHECK(largest > 0.3 * of_a_spike);
    CHECK(largest < 1.1 * of_a_spike);
    // And a soma that is pulled away teaches its synapses at once: by the difference of both rates.
    Circuit taught = held(weight, eta);
    teach(taught, 60, 0);
    Simulation<double> learns(taught, with_presentations());
    learns.advance(100);
    const double before = learns.weights("W")(0, 0), pulled = learns.column("cell", "V")[0];
    learns.advance(400);
    const double change = learns.weights("W")(0, 0) - before;
    CHECK(change == Approx(40 * eta / presentation * slope * (phi(pulled) - phi(potential))).margin(of_a_spike));
    CHECK(change > of_a_spike);
}

TEST_CASE("a network from a file learns to predict the spikes of its somata as one of a program does") {
    const Circuit said = network::model().build(parse_toml(R"(
[run]
mode = "spiking"
step = "0.1 ms"
[circuit]
model = "network"
[population.source]
neuron = "lif_current"
size = 3
I_e = ["700 pA", "900 pA", "1200 pA"]
traces = { psp = "10 ms" }
[population.cell]
neuron = "two_compartment"
size = 2
[projection.W]
source = "source"
signal = "psp"
target = "cell"
compartment = "basal"
weight = [0.2, 0.1, 0.05, 0.05, 0.1, 0.2]
plasticity = "spike_prediction"
eta = 0.01
)",
                                                           "net.toml"),
                                                {});
    Circuit made;
    Population source{.name = "source", .units = 3, .cells = event_neuron(lif::Current{})};
    source.parameters = {{lif::I_e, Quantity::list({700, 900, 1200})}};
    source.traces = {{.column = psp.name.data(), .tau = 10, .gain = -std::expm1(-0.1 / 10) / 0.1 * 1000}};
    const PopulationId from = made.add(source);
    const PopulationId cells = made.add(
        Population{.name = "cell", .units = 2, .compartments = {basal}, .cells = event_neuron(two::TwoCompartment{})});
    const WeightsId W =
        made.add(Weights{.name = "W",
                         .post = cells,
                         .pre = from,
                         .rule = rule(SpikePrediction{.eta = 0.01, .step = 0.1}),
                         .initial = [](const Random&, const std::string&, std::size_t, std::size_t) -> Entries {
                             return [](std::size_t i, std::size_t j) {
                                 return std::array{0.2, 0.1, 0.05, 0.05, 0.1, 0.2}.at(3 * i + j);
                             };
                         }});
    made.add(Projection{.weights = W, .source = from, .signal = psp, .target = cells, .compartment = basal});
    Simulation<double> file(said, with_presentations()), program(made, with_presentations());
    const Eigen::MatrixXd first = file.weights("W");
    CHECK(first == program.weights("W"));
    file.advance(5000);
    program.advance(5000);
    CHECK(file.weights("W") == program.weights("W"));
    CHECK((file.weights("W") - first).cwiseAbs().minCoeff() > 1e-4);
}

TEST_CASE("cells whose rate is more than a spike in a step are refused") {
    Circuit circuit = held(1, 0);
    circuit.populations[circuit.population("cell")].parameters = {{two::phi_max, 10001.0}};
    CHECK_THROWS_WITH((Simulation<double>(circuit, with_presentations())),
                      Catch::Contains("more than a spike in a step of 0.1 ms"));
}

TEST_CASE("predictions of many cells go on from a checkpoint as if nothing had happened") {
    const auto make = [] {
        Circuit circuit;
        Population source{.name = "source", .units = 20, .cells = event_neuron(lif::Current{})};
        source.parameters = {{lif::I_e, Quantity::uniform(600, 2000)}};
        source.filters = {{.column = "synaptic", .of = spike, .tau = 3},
                          {.column = psp.name.data(), .of = "synaptic", .tau = 10}};
        const PopulationId from = circuit.add(source);
        const PopulationId cells = circuit.add(Population{.name = "cell",
                                                          .units = 5,
                                                          .compartments = {basal},
                                                          .cells = event_neuron(two::TwoCompartment{}),
                                                          .initial = {{two::phase, Quantity::uniform(0, 1)}}});
        const WeightsId W = circuit.add(Weights{.name = "W",
                                                .post = cells,
                                                .pre = from,
                                                .rule = low_passed(rule(SpikePrediction{.eta = 5e4, .step = 0.1}), 100),
                                                .initial = uniform(0, 200)});
        circuit.add(Projection{.weights = W, .source = from, .signal = psp, .target = cells, .compartment = basal});
        teach(circuit, 40, 90);
        return circuit;
    };
    Simulation<float> alone(make(), with_presentations()), resumed(make(), with_presentations());
    const Eigen::MatrixXd first = alone.weights("W");
    alone.advance(500);
    MemoryArchive archive;
    alone.save(archive, "circuit");
    resumed.load(archive, "circuit");
    alone.advance(500);
    resumed.advance(500);
    CHECK(alone.weights("W") == resumed.weights("W"));
    CHECK((alone.weights("W") - first).cwiseAbs().maxCoeff() > 0.1);
    CHECK(std::ranges::equal(alone.column("cell", "phase"), resumed.column("cell", "phase")));
}
