// Adaptive exponential cells against the equations, solved by a controlled stepper to 1e-12.
#include "models/neurons/adex.hpp"

#include <array>
#include <boost/numeric/odeint.hpp>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
using State = std::array<double, 2>;  ///< V, w

constexpr double C = 281, g_L = 30, E_L = -70.6, V_T = -50.4, delta_T = 2, a = 4, tau_w = 144;

/// A cell with a synapse that is reached at 0: in pA, or in nS with reversal at 0.
struct Equations {
    double I, weight = 0, tau = 5;
    bool conductance = false;
    void operator()(const State& x, State& dx, double t) const {
        const double syn = weight * std::exp(-t / tau) * (conductance ? -x[0] : 1);
        dx[0] = (-g_L * (x[0] - E_L) + g_L * delta_T * std::exp((x[0] - V_T) / delta_T) - x[1] + I + syn) / C;
        dx[1] = (a * (x[0] - E_L) - x[1]) / tau_w;
    }
};

namespace odeint = boost::numeric::odeint;
auto precise() {
    // Static, so that the stepper's scratch, which the controller copies, is 0 and not what happens to be there.
    static const odeint::runge_kutta_fehlberg78<State> stepper;
    return odeint::make_controlled(1e-12, 1e-12, stepper);
}

/// From rest, after a time.
State solved(const Equations& equations, double time) {
    State state{E_L, 0};
    odeint::integrate_adaptive(precise(), equations, state, 0.0, time, 0.01);
    return state;
}

/// When the potential has come from rest to -20 mV, from where it is at V_peak within 1e-5 ms.
double first_spike(const Equations& equations) {
    State state{E_L, 0};
    double time = 0, step = 0.01;
    auto stepper = precise();
    while (state[0] < -20) stepper.try_step(equations, state, time, step);
    return time;
}

template <class Synapses>
Circuit one_cell(double I, double weight) {
    Circuit circuit;
    circuit.add(Population{.name = "cell",
                           .units = 1,
                           .cells = event_neuron(adex::AdEx<Synapses>{}),
                           .parameters = {{lif::I_e, I}, {lif::tau_excitatory, 5.0}},
                           .initial = {{lif::excitatory, weight}}});
    return circuit;
}

template <class Synapses>
void check_order(double I, double weight) {
    constexpr double time = 20;
    const State exact = solved({I, weight, 5, std::same_as<Synapses, adex::Conductances>}, time);
    CHECK(exact[0] > -60);  // where the exponential matters
    std::vector<double> errors;
    for (const double step : {1.0, 0.5, 0.25, 0.125}) {
        Simulation<double> simulation(one_cell<Synapses>(I, weight), spiking(step));
        simulation.advance(static_cast<std::size_t>(time / step));
        errors.push_back(std::abs(simulation.column("cell", "V")[0] - exact[0]));
    }
    for (std::size_t k = 1; k < errors.size(); ++k)
        CHECK(std::log2(errors[k - 1] / errors[k]) == Approx(4).margin(0.4));
    Simulation<double> usual(one_cell<Synapses>(I, weight), spiking());
    usual.advance(200);
    CHECK(std::abs(usual.column("cell", "V")[0] - exact[0]) < 1e-6);
    CHECK(usual.column("cell", "w")[0] == Approx(exact[1]).epsilon(1e-7));
}

/// Times of the spikes of a cell with a constant current, and w after each, up to `end`.
std::vector<std::pair<double, double>> spikes(double I, double step, double end, double t_ref = 0) {
    Circuit circuit = one_cell<adex::Currents>(I, 0);
    circuit.populations[0].parameters.insert_or_assign("t_ref", t_ref);
    Simulation<double> simulation(circuit, spiking(step));
    std::vector<std::pair<double, double>> all;
    for (std::size_t k = 1; static_cast<double>(k) * step <= end; ++k) {
        simulation.advance(1);
        if (!simulation.spikes("cell").empty())
            all.emplace_back(static_cast<double>(k) * step, simulation.column("cell", "w")[0]);
    }
    return all;
}

}  // namespace

TEST_CASE("below its threshold an adaptive exponential cell follows its equations to fourth order in the step") {
    check_order<adex::Currents>(450, 300);
    check_order<adex::Conductances>(300, 12);
}

TEST_CASE("adaptive exponential cells fire when their potential diverges, adapt, and are reset") {
    const double I = 1000, first = first_spike({I});
    const auto coarse = spikes(I, 0.1, 300), fine = spikes(I, 0.1 / 16, 300);
    CHECK(coarse[0].first >= first);
    CHECK(coarse[0].first < first + 2 * 0.1);
    CHECK(fine[0].first >= first);
    CHECK(fine[0].first < first + 2 * 0.1 / 16);
    REQUIRE(coarse.size() == fine.size());
    REQUIRE(fine.size() > 5);
    CHECK(fine.back().first - fine[fine.size() - 2].first > 2 * (fine[1].first - fine[0].first));  // adaptation
    for (std::size_t k = 0; k < fine.size(); ++k) CHECK(std::abs(coarse[k].second - fine[k].second) < 1.5);  // pA
    CHECK(coarse[0].second > 80.5);
    CHECK(coarse[0].second < 80.5 + 30);
    CHECK(spikes(500, 0.1, 1000).empty());  // below the rheobase
}

TEST_CASE("while an adaptive exponential cell is refractory its potential is held, and adaptation goes on") {
    Circuit circuit = one_cell<adex::Currents>(0, 0);
    circuit.populations[0].parameters.insert_or_assign("t_ref", 5.0);
    circuit.populations[0].parameters.insert_or_assign("a", 0.0);
    circuit.populations[0].initial = {{lif::V, 30.0}, {adex::w, 10.0}};
    Simulation<double> simulation(circuit, spiking());
    simulation.advance(1);
    CHECK(simulation.spikes("cell").size() == 1);
    const double begun = simulation.column("cell", "w")[0];
    CHECK(begun == Approx(90.5).epsilon(1e-3));
    for (std::size_t k = 1; k <= 50; ++k) {
        simulation.advance(1);
        CHECK(simulation.column("cell", "V")[0] == -70.6);
        CHECK(simulation.column("cell", "w")[0] == Approx(begun * std::exp(-0.1 * static_cast<double>(k) / 144)));
    }
    simulation.advance(1);
    CHECK(simulation.column("cell", "V")[0] < -70.6);  // adaptation pulls it down
}
