// Graded columns and events in one circuit: every value follows from a closed form.
#include <algorithm>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/firing.hpp"
#include "tests/unit/dynamics/graded_cells.hpp"

namespace {

using namespace apical;
using graded::dendrite, graded::drive, graded::error;

inline constexpr Tag<"trace"> trace_of_spikes;
inline constexpr Tag<"sent"> sent;

Setup with(const char* stepper, double step = 0.1, int threads = 1) {
    Setup setup = spiking(step);
    setup.clock.stepper = stepper;
    setup.clock.presentation = 10;
    setup.threads = threads;
    return setup;
}

/// A constant source.
PopulationId add_source(Circuit& circuit, double value, std::size_t units = 1) {
    return circuit.add(Population{.name = "source", .units = units, .clamped = {rate}, .constant = value});
}

/// A soma whose dendrite goes to `value` with the time constant `tau`.
Circuit two_compartments(double value, double tau, double threshold) {
    Circuit circuit;
    const PopulationId source = add_source(circuit, value);
    const PopulationId cell = circuit.add(Population{.name = "cell",
                                                     .units = 1,
                                                     .compartments = {drive},
                                                     .neurons = {neuron(graded::Leaky<dendrite, drive>{tau})},
                                                     .cells = event_neuron(graded::Soma{}),
                                                     .parameters = {{"threshold", threshold}}});
    circuit.add(Projection{.source = source, .signal = rate, .target = cell, .compartment = drive});
    return circuit;
}

/// Volleys of 20 cells that fire at times of their own.
Population volleys(std::size_t units = 20) {
    return {.name = "cells",
            .units = units,
            .cells = event_neuron(lif::Current{}),
            .parameters = {{lif::I_e, Quantity::uniform(600, 2000)}},
            .traces = {{.column = "trace", .tau = 5}}};
}

}  // namespace

TEST_CASE("a dendrite drives the soma through a conductance: potential and first spike of the closed form") {
    // dV/dt = -a V + b d(t), d = 1 - exp(-t / tau_d): V = b/a (1 - e^-at) - b / (a - c) (e^-ct - e^-at).
    const double a = 0.3, b = 0.2, c = 1 / 7.0;
    const auto exact = [&](double t) {
        return b / a * (1 - std::exp(-a * t)) - b / (a - c) * (std::exp(-c * t) - std::exp(-a * t));
    };
    double error_before = 0;
    for (const double step : {0.2, 0.1, 0.05}) {
        Simulation<double> simulation(two_compartments(1, 7, 1e9), with("rk4", step));
        double worst = 0;
        for (int k = 1; k * step <= 30; ++k) {
            simulation.advance(1);
            worst = std::max(worst, std::abs(simulation.column("cell", "V")[0] - exact(k * step)));
        }
        if (error_before > 0)
            CHECK(error_before / worst == Approx(2).epsilon(0.05));  // the dendrite is held for a step
        error_before = worst;
    }
    CHECK(error_before < 2e-3);
    // A dendrite that is there at once: exact, and so is the step of the spike.
    Simulation<double> at_once(two_compartments(1, 1e-3, 0.5), with("exponential_euler"));
    const double first = std::ceil(std::log(1 / (1 - 0.5 * a / b)) / a / 0.1 - 1e-9);
    for (int k = 1; at_once.spikes("cell").empty(); ++k) {
        at_once.advance(1);
        REQUIRE(k <= first + 1);  // in the first step the dendrite is still at 0
        CHECK(at_once.spikes("cell").empty() == (k < first + 1));
    }
    CHECK(at_once.column("cell", "V")[0] == 0);
}

TEMPLATE_TEST_CASE("spikes and their traces drive a graded readout, a state that follows its equation", "", float,
                   double) {
    using S = TestType;
    Circuit circuit;
    const PopulationId cells = circuit.add(volleys());
    const PopulationId readout = circuit.add(Population{.name = "readout",
                                                        .units = 3,
                                                        .compartments = {basal, drive},
                                                        .neurons = {neuron(graded::Leaky<soma, basal>{12})}});
    const WeightsId W = circuit.add(Weights{.name = "W", .post = readout, .pre = cells, .initial = uniform(-1, 1)});
    circuit.add(Projection{.weights = W, .source = cells, .signal = spike, .target = readout, .compartment = basal});
    circuit.add(Projection{
        .weights = W, .source = cells, .signal = trace_of_spikes, .target = readout, .compartment = drive, .scale = 2});
    Simulation<S> simulation(circuit, with("exponential_euler"));
    const Eigen::MatrixXd weights = simulation.weights("W");
    const double step = 0.1, close = std::is_same_v<S, float> ? 1e-4 : 1e-12, keep = std::exp(-step / 12);
    Eigen::VectorXd x = Eigen::VectorXd::Zero(3), traces = Eigen::VectorXd::Zero(20);
    std::size_t seen = 0;
    for (int k = 0; k < 1000; ++k) {
        const Eigen::VectorXd before = x;
        simulation.advance(1);
        traces *= std::exp(-step / 5);
        x *= keep;
        for (const std::uint32_t cell : simulation.spikes("cells")) {
            ++seen;
            traces(cell) += 1;
            x += (1 - keep) * weights.col(cell);
        }
        const Eigen::VectorXd drives = 2 * weights * traces;
        for (Eigen::Index i = 0; i < 3; ++i) {
            REQUIRE(std::abs(simulation.column("readout", "drive")[static_cast<std::size_t>(i)] - drives(i)) <
                    20 * close);
            // In the step of a spike the readout still has what it had at its beginning.
            REQUIRE(std::abs(simulation.column("readout", "soma")[static_cast<std::size_t>(i)] - before(i)) < close);
        }
    }
    CHECK(seen > 100);
}

TEST_CASE("events arrive at compartments, which hold them for a step, and at states, to which they are added") {
    Circuit circuit;
    const PopulationId first = circuit.add(once());
    const PopulationId cell = circuit.add(Population{
        .name = "cell",
        .units = 1,
        .compartments = {basal, apical::apical},
        .neurons = {neuron(graded::Leaky<soma, basal>{4}), neuron(graded::Leaky<dendrite, apical::apical>{4})}});
    const PopulationId source = add_source(circuit, 0.25);
    circuit.add(Projection{.source = source, .signal = rate, .target = cell, .compartment = basal});
    const auto connect = [&](const char* name, const char* receptor, double weight, double delay) {
        circuit.add(EventProjection{
            .name = name, .source = first, .target = cell, .receptor = receptor, .weight = weight, .delay = delay});
    };
    connect("held", "basal", 3, 0.5);
    connect("again", "basal", 5, 0.5);
    connect("added", "dendrite", 2, 1);
    Simulation<double> simulation(circuit, with("exponential_euler"));
    const double keep = std::exp(-0.1 / 4);
    double state = 0;
    for (int k = 1; k <= 40; ++k) {  // the source fires at the end of step 1
        simulation.advance(1);
        const double held = 0.25 + (k == 6 ? 8 : 0);
        CHECK(simulation.column("cell", "basal")[0] == held);
        CHECK(simulation.column("cell", "soma")[0] == Approx(state).margin(1e-12));
        state = keep * state + (1 - keep) * held;
        // Added at the end of step 11, seen as a column from the next one on.
        CHECK(simulation.column("cell", "dendrite")[0] == Approx(k < 12 ? 0 : 2 * std::pow(keep, k - 12)));
    }
}

TEST_CASE("what an input projects steers cells in the same step") {
    Circuit circuit;
    const PopulationId input = circuit.add(Population{.name = "input", .units = 3, .clamped = {rate}});
    const PopulationId cells = circuit.add(Population{.name = "cells",
                                                      .units = 3,
                                                      .compartments = {dendrite},
                                                      .cells = event_neuron(graded::Soma{}),
                                                      .parameters = {{"threshold", 1.0}, {"coupling", 1.0}}});
    circuit.add(Projection{.source = input, .signal = rate, .target = cells, .compartment = dendrite});
    circuit.open(ports::input, input, rate);
    circuit.open(ports::answer, cells, graded::V);
    Simulation<double> simulation(circuit, with("rk4"));
    const double drives[] = {2.5, 4, 1.9};  // the last stays below the threshold
    simulation.set(simulation.port(ports::input), drives);
    std::vector<int> intervals[3];
    for (int k = 1; k <= 600; ++k) {
        simulation.advance(1);
        for (const std::uint32_t cell : simulation.spikes("cells")) intervals[cell].push_back(k);
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const double interval = std::ceil(-std::log(1 - 2 / drives[i]) * 5 / 0.1);
        REQUIRE(intervals[i].size() == static_cast<std::size_t>(600 / interval));
        for (std::size_t n = 0; n < intervals[i].size(); ++n)
            CHECK(intervals[i][n] == static_cast<int>(interval) * static_cast<int>(n + 1));
    }
    CHECK(intervals[2].empty());
    CHECK(simulation.column(simulation.port(ports::answer))[2] ==
          Approx(0.95 * (1 - std::exp(-60 / 5.0))).epsilon(1e-9));
}

namespace {

/// Only the spikes of cells whose dendrite is above 0 are sent.
struct Gated {
    static constexpr auto sees = tags(dendrite, spike);
    static constexpr auto writes = tags(sent);
    template <class C>
    auto operator()(const C& c) const {
        return select(c[dendrite] > 0, c[spike], 0);
    }
};

/// dW = eta error trace_pre^T: what an error of this step does to synapses that were active.
struct ByErrors {
    double eta;
    static constexpr auto post_is = error;
    static constexpr auto pre_is = trace_of_spikes;
    double gain() const { return eta; }
};

/// Cells with a gate, a readout with pairs of error cells that teach it, errors that come back as events and as traces,
/// and Poisson input to a dendrite: everything at once.
Circuit everything(std::size_t units = 20) {
    Circuit circuit;
    Population cells = volleys(units);
    cells.compartments = {basal};
    cells.neurons = {neuron(graded::Leaky<dendrite, basal>{8})};
    cells.signals = {signal(Gated{})};
    const PopulationId hidden = circuit.add(cells);
    const PopulationId target =
        circuit.add(Population{.name = "target", .units = 4, .clamped = {rate}, .constant = 0.3});
    const PopulationId readout = circuit.add(Population{.name = "readout",
                                                        .units = 4,
                                                        .compartments = {basal, drive},
                                                        .neurons = {neuron(graded::Leaky<soma, basal>{3})},
                                                        .noise = {{.column = "noise", .sigma = 0.1, .tau = 5}},
                                                        .cells = event_neuron(graded::ErrorPair{}),
                                                        .parameters = {{"threshold", 0.06}},
                                                        .traces = {{.column = "errors", .event = error, .tau = 20}}});
    const WeightsId W = circuit.add(
        Weights{.name = "W", .post = readout, .pre = hidden, .rule = rule(ByErrors{2}), .initial = uniform(0, 0.2)});
    circuit.add(Projection{.weights = W, .source = hidden, .signal = sent, .target = readout, .compartment = basal});
    circuit.add(Projection{.source = target, .signal = rate, .target = readout, .compartment = drive});
    circuit.add(Projection{.source = readout, .signal = soma, .target = readout, .compartment = drive, .scale = -1});
    circuit.add(Projection{.source = readout, .signal = "noise", .target = readout, .compartment = drive});
    circuit.add(EventProjection{.name = "back",
                                .source = readout,
                                .target = hidden,
                                .receptor = dendrite,
                                .event = error,
                                .connectivity = Connectivity::in_degree(2),
                                .weight = Quantity::normal(0, 3),
                                .delay = 0.7});
    circuit.add(PoissonDrive{
        .name = "outside", .target = hidden, .receptor = basal, .rate = 400.0, .weight = Quantity::normal(0, 2)});
    circuit.add(EventProjection{.name = "lateral",
                                .source = hidden,
                                .target = hidden,
                                .receptor = "inhibitory",
                                .connectivity = Connectivity::in_degree(3),
                                .weight = -50,
                                .delay = 0.2});
    return circuit;
}

}  // namespace

TEMPLATE_TEST_CASE(
    "dendrites gate what their cells send, errors are quanta that lose nothing, and weights learn from "
    "both",
    "", float, double) {
    using S = TestType;
    Simulation<S> simulation(everything(), with("exponential_euler"));
    Eigen::MatrixXd W = simulation.weights("W");
    const Eigen::MatrixXd initially = W;
    const double close = std::is_same_v<S, float> ? 1e-4 : 1e-11, quantum = 0.06;
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(4), quanta = sum, traces = sum;
    std::size_t errors = 0, closed = 0, open = 0;
    for (int k = 0; k < 3000; ++k) {
        simulation.advance(1);
        const auto column = [&](const char* population, const char* name) {
            return simulation.column(population, name);
        };
        traces *= std::exp(-0.1 / 20);
        for (std::size_t i = 0; i < 4; ++i) {
            const auto e = static_cast<double>(column("readout", "error")[i]);
            const auto at = static_cast<Eigen::Index>(i);
            sum(at) += 0.1 * static_cast<double>(column("readout", "drive")[i]);
            quanta(at) += e;
            traces(at) += e;
            errors += e != 0;
            REQUIRE(std::abs(quanta(at) - sum(at)) < quantum + close);
            REQUIRE(std::abs(traces(at) - static_cast<double>(column("readout", "errors")[i])) < close);
            // Gains are per presentation of 100 steps.
            for (std::size_t j = 0; j < 20; ++j)
                W(at, static_cast<Eigen::Index>(j)) += 0.02 * e * static_cast<double>(column("cells", "trace")[j]);
        }
        for (std::size_t j = 0; j < 20; ++j) {
            const bool gate = column("cells", "dendrite")[j] > 0;
            REQUIRE(column("cells", "sent")[j] == (gate ? column("cells", "spike")[j] : S(0)));
            (gate ? open : closed) += column("cells", "spike")[j] != 0;
        }
    }
    CHECK(errors > 200);
    CHECK(open > 100);
    CHECK(closed > 100);
    CHECK((simulation.weights("W") - W).cwiseAbs().maxCoeff() < 100 * close);
    CHECK((W - initially).cwiseAbs().maxCoeff() > 0.01);
}

TEMPLATE_TEST_CASE("graded columns and events go on from a checkpoint, on any threads, as if nothing had happened", "",
                   float, double) {
    using S = TestType;
    const auto same = [](const Simulation<S>& one, const Simulation<S>& other) {
        for (const auto& [population, column] : {std::pair{"cells", "V"},
                                                 {"cells", "dendrite"},
                                                 {"cells", "sent"},
                                                 {"cells", "trace"},
                                                 {"readout", "soma"},
                                                 {"readout", "error"},
                                                 {"readout", "plus"},
                                                 {"readout", "errors"}})
            if (!std::ranges::equal(one.column(population, column), other.column(population, column))) return false;
        return one.weights("W") == other.weights("W");
    };
    for (const char* stepper : {"exponential_euler", "stochastic_heun"}) {
        Simulation<S> alone(everything(), with(stepper));
        alone.advance(500);
        MemoryArchive archive;
        alone.save(archive, "circuit");
        Simulation<S> resumed(everything(), with(stepper));
        resumed.advance(3);
        resumed.load(archive, "circuit");
        alone.advance(300);
        resumed.advance(300);
        CHECK(same(alone, resumed));
        Simulation<S> watched(everything(), with(stepper));
        std::size_t looks = 0;
        for (int k = 0; k < 8; ++k)
            watched.advance(100, [&](std::uint64_t) { looks += watched.column("cells", "V").size(); });
        CHECK(looks == 800 * 20);
        CHECK(same(alone, watched));
    }
    Simulation<S> alone(everything(100000), with("exponential_euler"));
    alone.advance(20);
    for (const int threads : {2, 3}) {
        Simulation<S> together(everything(100000), with("exponential_euler", 0.1, threads));
        together.advance(20);
        CHECK(same(alone, together));
    }
}

TEST_CASE("what graded columns and events cannot do together is refused, with the reason") {
    const auto refused = [](const Circuit& circuit, const char* why, const Setup& setup = with("exponential_euler")) {
        CHECK_THROWS_WITH(Simulation<float>(circuit, setup), Catch::Matchers::Contains(why));
    };
    Circuit circuit = everything();
    circuit.event_projections[0].event = "burst";
    refused(circuit, "'back': the cells of population 'readout' have no event 'burst'");
    circuit = everything();
    circuit.event_projections[0].receptor = "soma";
    refused(circuit,
            "'back': population 'cells': found receptor 'soma', expected one of basal, current, dendrite, excitatory, "
            "inhibitory");
    circuit = everything();
    circuit.event_projections[1].source = circuit.population("target");
    refused(circuit, "'lateral': the cells of population 'target' have no event 'spike'");
    circuit = everything();
    circuit.add(Projection{.source = circuit.population("readout"),
                           .signal = error,
                           .target = circuit.population("readout"),
                           .compartment = drive});
    refused(circuit, "cycle: ");
    circuit.projections.back().delay = 0.1;
    CHECK_NOTHROW(Simulation<float>(circuit, with("exponential_euler")));
    circuit.projections.back().delay = 0.15;
    refused(circuit, "no whole number of steps");
    circuit = everything();
    circuit.populations[circuit.population("target")].parameters = {{"threshold", 1.0}};
    refused(circuit, "its cells have no parameter 'threshold'");
    Setup lanes = with("exponential_euler");
    lanes.lanes = 2;
    refused(everything(), "run.lanes", lanes);
    refused(everything(), "with noise", with("rk4"));
    Setup long_presentation = with("exponential_euler");
    long_presentation.clock.presentation = 0.25;
    refused(everything(), "run.presentation", long_presentation);
    Circuit graded_alone;
    add_source(graded_alone, 1);
    refused(graded_alone, "no cell of the circuit fires");
    for (const Mode mode : {Mode::settled, Mode::continuous}) {
        Setup other;
        other.mode = mode;
        refused(everything(), "population 'cells' has cells that fire, which take spiking dynamics", other);
    }
}
