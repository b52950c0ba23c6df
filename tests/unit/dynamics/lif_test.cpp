// Integrate-and-fire cells against what can be written down of them.
#include <algorithm>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;

/// V after one synapse of an exponential current, `time` after its arrival.
double potential(double weight, double C, double tau_m, double tau_s, double time) {
    return weight / C * tau_m * tau_s / (tau_m - tau_s) * (std::exp(-time / tau_m) - std::exp(-time / tau_s));
}

}  // namespace

TEMPLATE_TEST_CASE("a cell with a constant current fires every 575, 298 and 159 steps", "", float, double) {
    Circuit circuit;
    // Resistance 1: the current is R I in mV above E_L.
    circuit.add(Population{.name = "cells",
                           .units = 3,
                           .cells = event_neuron(lif::Current{}),
                           .parameters = {{lif::E_L, 0.0},
                                          {lif::C_m, 20.0},
                                          {lif::tau_m, 20.0},
                                          {lif::V_th, 15.0},
                                          {lif::V_reset, 0.0},
                                          {lif::t_ref, 2.0},
                                          {lif::I_e, Quantity::list({16, 20, 30})}}});
    Simulation<TestType> simulation(circuit, spiking());
    std::vector<std::vector<std::size_t>> spikes(3);
    for (std::size_t k = 1; k <= 6000; ++k) {
        simulation.advance(1);
        for (const std::uint32_t cell : simulation.spikes("cells")) spikes[cell].push_back(k);
    }
    const std::size_t expected[] = {575, 298, 159};
    for (std::size_t cell = 0; cell < 3; ++cell) {
        REQUIRE(spikes[cell].size() == (6000 + 20) / expected[cell]);
        CHECK(spikes[cell][0] == expected[cell] - 20);  // from rest, which is the reset
        for (std::size_t n = 1; n < spikes[cell].size(); ++n)
            CHECK(spikes[cell][n] - spikes[cell][n - 1] == expected[cell]);
        // The continuous rate is above that of the grid, by less than a step in an interval.
        const double above = std::vector<double>{16, 20, 30}[cell];
        const double interval = 2 + 20 * std::log(above / (above - 15));
        CHECK(static_cast<double>(expected[cell]) * 0.1 - interval > 0);
        CHECK(static_cast<double>(expected[cell]) * 0.1 - interval < 0.1);
    }
}

TEST_CASE("a refractory cell stays at its reset for t_ref, while currents go on and jumps are lost") {
    Circuit circuit;
    const PopulationId source = circuit.add(once());
    const std::map<std::string, Quantity> parameters{
        {lif::E_L, 0.0}, {lif::V_th, 15.0}, {lif::V_reset, 3.0}, {lif::t_ref, 2.0}};
    const PopulationId current = circuit.add(Population{.name = "current",
                                                        .units = 1,
                                                        .cells = event_neuron(lif::Current{}),
                                                        .parameters = parameters,
                                                        .initial = {{lif::V, 100.0}}});
    const PopulationId delta = circuit.add(Population{.name = "delta",
                                                      .units = 1,
                                                      .cells = event_neuron(lif::Delta{}),
                                                      .parameters = parameters,
                                                      .initial = {{lif::V, 100.0}}});
    for (const auto& [target, receptor] : {std::pair{current, "excitatory"}, {delta, "delta"}})
        circuit.add(EventProjection{
            .name = receptor, .source = source, .target = target, .receptor = receptor, .weight = 10.0, .delay = 1.0});
    Simulation<double> simulation(circuit, spiking());
    simulation.advance(1);
    CHECK(simulation.spikes("current").size() == 1);
    CHECK(simulation.spikes("delta").size() == 1);
    for (std::size_t k = 1; k <= 20; ++k) {  // the arrival is at the end of the tenth
        simulation.advance(1);
        CHECK(simulation.column("current", "V")[0] == 3);
        CHECK(simulation.column("delta", "V")[0] == 3);
        const double I = k < 10 ? 0 : 10 * std::exp(-static_cast<double>(k - 10) * 0.1 / 2);
        CHECK(simulation.column("current", "excitatory")[0] == Approx(I).epsilon(1e-13));
    }
    simulation.advance(1);
    CHECK(simulation.column("current", "V")[0] > 3 * std::exp(-0.01));
    CHECK(simulation.column("delta", "V")[0] == Approx(3 * std::exp(-0.005)).epsilon(1e-14));
}

TEMPLATE_TEST_CASE("the potential after one synapse is that of the closed form, exactly", "", float, double) {
    const double w = 87.8081, C = 250, tau_m = 10, tau_s = 0.5;
    Simulation<TestType> simulation(
        one_synapse(lif::Current{}, {{lif::C_m, C}, {lif::tau_m, tau_m}, {lif::tau_excitatory, tau_s}}, "excitatory", w,
                    1.5),
        spiking());
    const std::vector<double> V = trace(simulation, 1200);
    const std::size_t arrival = 15;  // steps after the first, whose end is at [0]
    CHECK(std::all_of(V.begin(), V.begin() + arrival + 1, [](double v) { return v == 0; }));
    const double peak = potential(w, C, tau_m, tau_s, std::log(tau_m / tau_s) / (1 / tau_s - 1 / tau_m));
    CHECK(peak == Approx(0.149999).epsilon(1e-5));
    double integral = 0;
    for (std::size_t k = arrival + 1; k < V.size(); ++k) {
        const double expected = potential(w, C, tau_m, tau_s, static_cast<double>(k - arrival) * 0.1);
        if (std::is_same_v<TestType, double>) REQUIRE(V[k] == Approx(expected).epsilon(1e-12));
        else REQUIRE(std::abs(V[k] - expected) < 2e-6 * peak);
        integral += 0.1 * V[k];
    }
    CHECK(std::max_element(V.begin(), V.end()) - V.begin() == arrival + 16);
    CHECK(integral == Approx(1.75616).epsilon(0.002));  // trapezoids
}

TEST_CASE("the step does not matter to exact cells") {
    std::vector<double> coarse;
    for (std::size_t finer : {1, 2, 4, 8}) {
        const double step = 0.1 / static_cast<double>(finer);
        Circuit circuit = one_synapse(lif::Current{}, {}, "inhibitory", -40, 1.0 - step);  // at 1 ms
        Simulation<double> simulation(circuit, spiking(step));
        std::vector<double> V;
        for (std::size_t k = 0; k < 300; ++k) {
            simulation.advance(finer);
            V.push_back(simulation.column("cell", "V")[0]);
        }
        if (finer == 1) coarse = V;
        CHECK(*std::min_element(V.begin(), V.end()) < -0.1);
        for (std::size_t k = 0; k < V.size(); ++k) REQUIRE(std::abs(V[k] - coarse[k]) < 1e-10 * 0.15);
    }
}

TEST_CASE("equal time constants of membrane and synapse are nothing special") {
    for (const double step : {0.001, 0.1}) {
        double before = 0, of_equal = lif::propagator(10, 10, 250, step);
        CHECK(of_equal == Approx(step / 250 * std::exp(-step / 10)).epsilon(1e-15));
        for (const double d : {-1e-1, -1e-3, -1e-5, -1e-7, -1e-9, -1e-10, 0.0, 1e-10, 1e-9, 1e-7, 1e-5, 1e-3, 1e-1}) {
            const double P = lif::propagator(10, 10 + d, 250, step);
            CHECK(P >= before);  // monotone in tau_s
            // dP / d tau_s = P step / (2 tau^2), to first order
            CHECK(P / of_equal - 1 == Approx(d * step / 200).epsilon(0.03).margin(4e-16));
            before = P;
        }
        for (const double d : {0.0, 1e-10, -1e-5}) {
            Simulation<double> simulation(
                one_synapse(lif::Current{}, {{lif::tau_m, 1.0}, {lif::tau_excitatory, 1 + d}}, "excitatory", 250, step),
                spiking(step));
            const std::vector<double> V = trace(simulation, static_cast<std::size_t>(5 / step));
            std::size_t turns = 0;
            for (std::size_t k = 2; k < V.size(); ++k)
                turns += static_cast<std::size_t>(V[k] <= V[k - 1] && V[k - 1] > V[k - 2]);
            CHECK(turns == 1);
            CHECK(*std::max_element(V.begin(), V.end()) == Approx(std::exp(-1)).epsilon(1e-4));  // t/tau e^(-t/tau)
        }
    }
}

TEST_CASE("a constant conductance is followed exactly, and a decaying one to first order in the step") {
    Circuit still;
    still.add(Population{.name = "cell",
                         .units = 1,
                         .cells = event_neuron(lif::Conductance{}),
                         .parameters = {{lif::C_m, 200.0},
                                        {lif::tau_excitatory, 1e15},
                                        {lif::E_L, -60.0},
                                        {lif::V_th, 0.0},
                                        {lif::V_reset, -60.0}},
                         .initial = {{lif::excitatory, 6.0}, {lif::V, -75.0}}});
    Simulation<double> simulation(still, spiking());
    const double goal = (10 * -60.0 + 6 * 0) / 16;
    const std::vector<double> V = trace(simulation, 500);
    for (std::size_t k = 0; k < V.size(); ++k)
        REQUIRE(V[k] ==
                Approx(goal + (-75 - goal) * std::exp(-16.0 / 200 * 0.1 * static_cast<double>(k + 1))).epsilon(1e-12));

    // One synapse of 40 nS, reached at 1 ms, 5 ms later; the reference by Runge and Kutta, with a step of 1e-4 ms.
    const auto slope = [](double v, double t) { return (-10 * (v + 60) - 40 * std::exp(-t / 5) * v) / 200; };
    double reference = -60;
    const double h = 1e-3;
    for (int k = 0; k < 5000; ++k) {
        const double t = k * h, a = slope(reference, t), b = slope(reference + h / 2 * a, t + h / 2),
                     c = slope(reference + h / 2 * b, t + h / 2), e = slope(reference + h * c, t + h);
        reference += h / 6 * (a + 2 * b + 2 * c + e);
    }
    std::vector<double> errors;
    for (const std::size_t steps : {10, 20, 40, 80}) {  // in a ms
        const double step = 1 / static_cast<double>(steps);
        Circuit circuit = one_synapse(lif::Conductance{}, {{lif::C_m, 200.0}, {lif::E_L, -60.0}, {lif::V_reset, -60.0}},
                                      "excitatory", 40, 1 - step);
        Simulation<double> cell(circuit, spiking(step));
        errors.push_back(std::abs(trace(cell, 6 * steps).back() - reference));
    }
    CHECK(errors[0] < 0.5);
    for (std::size_t k = 1; k < errors.size(); ++k) CHECK(errors[k - 1] / errors[k] == Approx(2).epsilon(0.05));
}
