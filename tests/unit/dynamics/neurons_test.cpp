// Every cell that fires, and those with receptors that rise, by what can be written down of them.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "models/components.hpp"
#include "models/neurons/izhikevich.hpp"
#include "models/neurons/lif_rising.hpp"
#include "models/neurons/parrot.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
using Catch::Contains;

constexpr double w = 87.8081, C = 250, tau_m = 10;

/// V after one synapse of a current w (t/tau) e^(1 - t/tau).
double alpha_potential(double tau, double t) {
    const double d = 1 / tau - 1 / tau_m;
    return w * std::numbers::e / tau / C *
           ((std::exp(-t / tau_m) - std::exp(-t / tau)) / (d * d) - t * std::exp(-t / tau) / d);
}

/// V after one synapse of a current n w (e^(-t/decay) - e^(-t/rise)), whose peak is w.
double double_exponential_potential(double rise, double decay, double t) {
    const double peak = rise * decay * std::log(decay / rise) / (decay - rise);
    const double n = 1 / (std::exp(-peak / decay) - std::exp(-peak / rise));
    const auto one = [&](double tau) {
        return tau_m * tau / (tau_m - tau) * (std::exp(-t / tau_m) - std::exp(-t / tau));
    };
    return w * n / C * (one(decay) - one(rise));
}

template <class S>
void check_potential(const Circuit& circuit, const auto& expected) {
    Simulation<S> simulation(circuit, spiking());
    const std::vector<double> V = trace(simulation, 800);
    const double peak = *std::max_element(V.begin(), V.end());
    constexpr std::size_t arrival = 15;  // steps after the first, whose end is at [0]
    for (std::size_t k = 0; k < V.size(); ++k) {
        const double is = k < arrival ? 0 : expected(0.1 * static_cast<double>(k - arrival));
        REQUIRE(std::abs(V[k] - is) < (std::is_same_v<S, double> ? 1e-12 : 1e-4) * peak);
    }
}

/// One cell with inputs of its own, driven hard enough to fire.
Circuit driven(const std::shared_ptr<const EventNeuron>& cells, std::map<std::string, Quantity> parameters) {
    Circuit circuit;
    Population population{.name = "cells", .units = 100, .cells = cells, .parameters = std::move(parameters)};
    for (const Read& read : cells->reads()) population.compartments.push_back(read.column);
    const PopulationId p = circuit.add(population);
    const bool keeps = !cells->receptors().empty();  // what arrives, which otherwise acts for a step
    const EventNeuron::Receptor reached = cells->receptor(keeps ? "excitatory" : cells->inputs()[0].name);
    const double weight = reached.column.unit != "pA" ? 1 : keeps ? 40 : 400;
    circuit.add(PoissonDrive{
        .name = "in", .target = p, .receptor = std::string(reached.column.name), .rate = 20000.0, .weight = weight});
    return circuit;
}

}  // namespace

TEMPLATE_TEST_CASE("currents that rise are followed exactly", "", float, double) {
    for (const double tau : {0.5, 2.0, 30.0})
        check_potential<TestType>(
            one_synapse(lif::CurrentAlpha{}, {{lif::C_m, C}, {lif::tau_m, tau_m}, {lif::tau_excitatory, tau}},
                        "excitatory", w, 1.5),
            [&](double t) { return alpha_potential(tau, t); });
    for (const auto& [rise, decay] : {std::pair{0.2, 2.0}, {1.0, 80.0}, {5.0, 0.5}})
        check_potential<TestType>(
            one_synapse(
                lif::CurrentDoubleExponential{},
                {{lif::C_m, C}, {lif::tau_m, tau_m}, {lif::tau_excitatory, decay}, {lif::tau_rise_excitatory, rise}},
                "excitatory", w, 1.5),
            [&, rise_time = rise, decay_time = decay](double t) {
                return double_exponential_potential(rise_time, decay_time, t);
            });
}

TEST_CASE("a weight is the peak of what rises, at the time that is said, and goes on while a cell is refractory") {
    const auto peak = [](const Circuit& circuit) {
        Simulation<double> simulation(circuit, spiking(0.01));
        const std::vector<double> I = trace(simulation, 2000, "inhibitory_slow");
        const auto at = std::max_element(I.begin(), I.end());
        CHECK(*at == Approx(7).epsilon(1e-4));
        return static_cast<double>(at - I.begin()) * 0.01 - 1;  // it arrives 1 ms after the end of the first step
    };
    CHECK(peak(one_synapse(lif::CurrentAlpha{}, {{lif::tau_inhibitory, 3.0}}, "inhibitory", 7, 1)) ==
          Approx(3).margin(0.011));
    const std::map<std::string, Quantity> times{{lif::tau_inhibitory, 4.0}, {lif::tau_rise_inhibitory, 1.0}};
    const double expected = 4.0 / 3 * std::log(4.0);
    CHECK(peak(one_synapse(lif::ConductanceDoubleExponential{}, times, "inhibitory", 7, 1)) ==
          Approx(expected).margin(0.011));
    std::map<std::string, Quantity> refractory = times;
    refractory.insert({lif::t_ref, 100.0});
    Circuit held = one_synapse(lif::CurrentDoubleExponential{}, refractory, "inhibitory", 7, 1);
    held.populations[1].initial = {{lif::V, 2000.0}};
    CHECK(peak(held) == Approx(expected).margin(0.011));
    CHECK(peak(one_synapse(lif::ConductanceAlpha{}, {{lif::tau_inhibitory, 3.0}}, "inhibitory", 7, 1)) ==
          Approx(3).margin(0.011));
}

TEST_CASE("equal time constants of rise, decay and membrane are nothing special") {
    const lif::Rising equal{10, 10};
    CHECK(equal.gain() == Approx(std::numbers::e / 10).epsilon(1e-14));
    CHECK(equal.potential_of_rise(10, C, 0.1) ==
          Approx(std::numbers::e / 10 * 0.1 * 0.1 / C * std::exp(-0.01) / 2).epsilon(1e-14));
    for (const double d : {-1e-1, -1e-4, -1e-7, -1e-10, 1e-10, 1e-7, 1e-4, 1e-1}) {
        const lif::Rising near{10 + d, 10 - d};
        CHECK(near.gain() == Approx(equal.gain()).epsilon(0.02 * std::abs(d) + 1e-13));
        for (const double tau : {10.0, 10 + d, 10 - d, 0.02})
            CHECK(near.potential_of_rise(tau, C, 0.1) ==
                  Approx(equal.potential_of_rise(tau, C, 0.1)).epsilon(0.02 * std::abs(d) + 1e-13));
    }
    // Far apart, in long double from the definition.
    for (const auto& [a, b, c] : {std::tuple{-1e-3L, -0.4L, -7.0L}, {-30.0L, -0.2L, -0.9L}, {-2.0L, -800.0L, -1.0L}}) {
        const auto pair = [](long double x, long double y) { return (std::exp(x) - std::exp(y)) / (x - y); };
        const long double expected = (pair(a, b) - pair(b, c)) / (a - c);
        CHECK(exp_difference(static_cast<double>(a), static_cast<double>(b), static_cast<double>(c)) ==
              Approx(static_cast<double>(expected)).epsilon(1e-14));
    }
}

TEST_CASE("the step does not matter to cells whose currents rise") {
    std::vector<double> coarse;
    for (const std::size_t finer : {1, 4}) {
        const double step = 0.1 / static_cast<double>(finer);
        Circuit circuit = one_synapse(lif::CurrentAlpha{}, {}, "excitatory", 40, 1.0 - step);  // at 1 ms
        Simulation<double> simulation(circuit, spiking(step));
        std::vector<double> V;
        for (std::size_t k = 0; k < 300; ++k) {
            simulation.advance(finer);
            V.push_back(simulation.column("cell", "V")[0]);
        }
        if (finer == 1) coarse = V;
        for (std::size_t k = 0; k < V.size(); ++k) REQUIRE(std::abs(V[k] - coarse[k]) < 1e-12);
    }
}

TEST_CASE("a conductance that rises and stays is followed to first order in the step") {
    std::vector<double> last;
    for (const std::size_t steps : {10, 20, 40}) {  // in a ms
        const double step = 1 / static_cast<double>(steps);
        Simulation<double> cell(one_synapse(lif::ConductanceAlpha{}, {{lif::E_L, -60.0}, {lif::V_reset, -60.0}},
                                            "excitatory", 40, 1 - step),
                                spiking(step));
        last.push_back(trace(cell, 6 * steps).back());
    }
    CHECK((last[1] - last[0]) / (last[2] - last[1]) == Approx(2).epsilon(0.05));
}

TEMPLATE_TEST_CASE("cells fire the same whether their parameters are one number or one a cell", "", float, double) {
    std::set<std::string_view> names;
    for (const auto& cells : every_event_neuron()) {
        CAPTURE(std::string(cells->info().name));
        CHECK(names.insert(cells->info().name).second);
        std::map<std::string, Quantity> each;
        for (const CellParameter& of : cells->parameters())
            each.insert({std::string(of.name), Quantity::list(std::vector<double>(100, of.preset))});
        const auto spikes = [&](std::map<std::string, Quantity> parameters) {
            Simulation<TestType> simulation(driven(cells, std::move(parameters)), spiking());
            std::vector<std::uint32_t> all;
            for (std::size_t k = 0; k < 1000; ++k) {
                simulation.advance(1);
                const auto fired = simulation.spikes("cells");
                all.insert(all.end(), fired.begin(), fired.end());
                all.push_back(100);
            }
            return all;
        };
        const auto expected = spikes({});
        CHECK(expected.size() > 1050);  // steps and spikes
        CHECK(spikes(each) == expected);
    }
}

TEST_CASE("every cell that fires refuses what makes no sense of its parameters") {
    for (const auto& cells : every_event_neuron())
        for (const CellParameter& of : cells->parameters()) {
            CAPTURE(std::string(cells->info().name), std::string(of.name));
            const auto refusal = [&](double number) -> std::string {
                try {
                    Simulation<double>(driven(cells, {{std::string(of.name), number}}), spiking());
                } catch (const std::invalid_argument& error) {
                    return error.what();
                }
                return "";
            };
            CHECK_FALSE(refusal(std::nan("")).empty());
            if (of.name.starts_with("tau") || of.name == "C_m" || of.name == "g_L" || of.name == "delta_T")
                for (const double number : {0.0, -1.0})
                    CHECK_THAT(refusal(number), Contains(std::string(of.name) + " is") && Contains("'cells'"));
            if (of.name == "V_reset" || (of.name == "c" && cells->info().name == "izhikevich"))
                CHECK_THAT(refusal(1000), Contains(std::string(of.name) + ", 1000 mV, is not below"));
        }
}

TEST_CASE("Izhikevich's cell takes the steps of the program in his paper") {
    struct Kind {
        double a, b, c, d, I;
    };
    // Regular spiking, chattering, fast spiking, low-threshold spiking.
    for (const Kind& kind :
         {Kind{0.02, 0.2, -65, 8, 10}, {0.02, 0.2, -50, 2, 10}, {0.1, 0.2, -65, 2, 10}, {0.02, 0.25, -65, 2, 10}}) {
        Circuit circuit;
        using namespace izhikevich;
        circuit.add(
            Population{.name = "cell",
                       .units = 1,
                       .cells = event_neuron(Izhikevich{}),
                       .parameters = {{"a", kind.a}, {"b", kind.b}, {"c", kind.c}, {"d", kind.d}, {"I_e", kind.I}}});
        Simulation<double> simulation(circuit, spiking(1));
        double v = -65, recovery = kind.b * v;
        if (kind.c != -65) {
            v = kind.c;
            recovery = kind.b * v;
        }
        std::size_t spikes = 0;
        for (std::size_t ms = 0; ms < 500; ++ms) {
            simulation.advance(1);
            for (int half = 0; half < 2; ++half) v += 0.5 * ((0.04 * v + 5) * v + (140 - recovery + kind.I));
            recovery += kind.a * (kind.b * v - recovery);
            REQUIRE(simulation.spikes("cell").size() == (v >= 30 ? 1 : 0));
            if (v >= 30) {
                ++spikes;
                v = kind.c;
                recovery += kind.d;
            }
            REQUIRE(simulation.column("cell", "V")[0] == Approx(v).margin(1e-9));
            REQUIRE(simulation.column("cell", "u")[0] == Approx(recovery).margin(1e-9));
        }
        CHECK(spikes > 5);
    }
}

TEST_CASE("a parrot repeats what arrives, in the step in which it arrives, and passes it on") {
    Circuit circuit;
    const PopulationId source = circuit.add(once(3)),
                       parrots = circuit.add(
                           Population{.name = "parrots", .units = 3, .cells = event_neuron(parrot::Parrot{})}),
                       second = circuit.add(
                           Population{.name = "second", .units = 1, .cells = event_neuron(parrot::Parrot{})});
    circuit.add(EventProjection{.name = "to parrots",
                                .source = source,
                                .target = parrots,
                                .receptor = "spikes",
                                .connectivity = Connectivity::one_to_one(),
                                .weight = Quantity::list({1, -1, 0.5}),
                                .delay = Quantity::list({0.5, 0.5, 1})});
    circuit.add(EventProjection{
        .name = "on", .source = parrots, .target = second, .receptor = "spikes", .weight = 1, .delay = 0.1});
    Simulation<float> simulation(circuit, spiking());
    for (std::size_t k = 1; k <= 20; ++k) {
        simulation.advance(1);
        CHECK(simulation.spikes("parrots").size() == (k == 6 || k == 11 ? 1 : 0));
        CHECK(simulation.spikes("second").size() == (k == 7 || k == 12 ? 1 : 0));
        if (k == 11) CHECK(simulation.spikes("parrots")[0] == 2);
    }
}
