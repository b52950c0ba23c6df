// What the world does in the course of a presentation: inputs ramp, the target comes late, signals arrive late.
#include <algorithm>
#include <array>
#include <cmath>

#include "models/plasticity/hebbian.hpp"
#include "models/self_assembly/circuit.hpp"
#include "tests/numeric/chain.hpp"
#include "tests/numeric/in_time.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using MatrixD = Matrix<double>;

constexpr std::array<double, 1> silence{};

void show(Training<double>& simulation, double input, const Observer& watch = {}) {
    alignas(64) const double x[1] = {input};
    simulation.present(x, silence.data(), watch);
}

double potential(const Training<double>& simulation, const char* cell) {
    return column_of(simulation, cell, "soma")(0, 0);
}

/// tau du/dt = -u + x(t) after a presentation in which x goes from `before` to `now` within `ramp`, and stays there.
double after_ramp(double u, double before, double now, double ramp, double tau, double presentation) {
    const double left = std::exp(-ramp / tau), slope = (now - before) / ramp;
    const double at_end = left * u + before * (1 - left) + slope * (ramp - tau * (1 - left));
    return now + (at_end - now) * std::exp(-(presentation - ramp) / tau);
}

}  // namespace

TEST_CASE("the input goes in a straight line from the sample before to this one") {
    Setup setup = in_time("rk4", 0.5, 10);
    setup.clock.ramp = 4;
    Training<double> simulation(chain({10}), setup);
    double before = 0;
    for (const double now : {3.0, -1.0, 2.0}) {
        show(simulation, now, [&](std::uint64_t k) {
            const double way = std::min(1.0, static_cast<double>(k) * 0.5 / 4);
            CHECK(column_of(simulation, "in", "rate")(0, 0) == (1 - way) * before + way * now);
        });
        before = now;
    }
}

TEST_CASE("a stepper keeps its order while the input ramps, whatever the splitting") {
    const double tau = 10, presentation = 16, ramp = 8;
    const double first = after_ramp(0, 0, 3, ramp, tau, presentation),
                 expected = after_ramp(first, 3, -2, ramp, tau, presentation);
    for (const Splitting splitting : {Splitting::lie, Splitting::strang, Splitting::coupled}) {
        CAPTURE(static_cast<int>(splitting));
        std::vector<double> errors;
        for (const double step : {4.0, 2.0, 1.0, 0.5}) {
            Setup setup = in_time("rk4", step, presentation);
            setup.clock.ramp = ramp;
            setup.clock.splitting = splitting;
            Training<double> simulation(chain({tau}), setup);
            show(simulation, 3);
            show(simulation, -2);
            errors.push_back(std::abs(simulation.network().states()[0] - expected));
        }
        for (std::size_t k = 1; k < errors.size(); ++k)
            CHECK(std::log2(errors[k - 1] / errors[k]) == Approx(4).margin(0.35));
        CHECK(errors.back() < 1e-6);
    }
}

TEST_CASE("time is the count of steps times the step") {
    Setup setup = in_time("euler", 0.1, 100);
    Training<double> simulation(chain({10}), setup);
    for (int k = 0; k < 100; ++k) show(simulation, 1);
    double summed = 0;
    for (int k = 0; k < 100000; ++k) summed += 0.1;
    CHECK(simulation.time() == 100000 * 0.1);
    CHECK(summed != 100000 * 0.1);
}

TEST_CASE("a clock whose times do not fit together is refused by key") {
    const auto refused = [](const auto& change) {
        Setup setup = in_time("rk4", 0.1, 100);
        change(setup.clock);
        try {
            Training<double>(chain({10}), setup);
        } catch (const ClockError& error) {
            return error.key() + ": " + error.found();
        }
        return std::string();
    };
    CHECK(refused([](Clock&) {}) == "");
    CHECK(refused([](Clock& c) { c.ramp = 0.3, c.error_onset = 99.9; }) == "");  // 0.3 / 0.1 is not quite 3
    CHECK(refused([](Clock& c) { c.step = 0; }) == "step: 0 ms");
    CHECK(refused([](Clock& c) { c.step = -0.1; }) == "step: -0.1 ms");
    CHECK(refused([](Clock& c) { c.presentation = 0.05; }) == "presentation: 0.05 ms");
    CHECK(refused([](Clock& c) { c.presentation = 0; }) == "presentation: 0 ms");
    CHECK(refused([](Clock& c) { c.ramp = 0.25; }) == "ramp: 0.25 ms");
    CHECK(refused([](Clock& c) { c.ramp = 100; }) == "ramp: 100 ms");
    CHECK(refused([](Clock& c) { c.error_onset = -1; }) == "error_onset: -1 ms");
    CHECK(refused([](Clock& c) { c.error_onset = 100; }) == "error_onset: 100 ms");
    CHECK(refused([](Clock& c) { c.step = std::nan(""); }) == "step: nan ms");
}

TEST_CASE("a signal arrives after its delay, to the bit") {
    const std::size_t lanes = 3, units = 5;
    const double step = 0.1;
    Circuit circuit = chain({10, 20}, units);
    const PopulationId cell1 = circuit.population("cell1"), cell2 = circuit.population("cell2");
    circuit.projections[1].delay = 0.7;
    circuit.populations[cell2].compartments.emplace_back("late");
    circuit.add(Projection{.source = cell1, .signal = rate, .target = cell2, .compartment = "late", .delay = 2.5});
    for (const char* stepper : {"euler", "rk4", "dopri5_controlled"}) {
        Training<double> simulation(circuit, in_time(stepper, step, 1.5, lanes));
        std::vector<MatrixD> sent;  // longer than the presentation, and no multiple of it
        for (std::uint64_t event = 0; event < 5; ++event) {
            const MatrixD x = sample<double>(units, lanes, "x", event);
            simulation.present(x.data(), x.data(), [&](std::uint64_t) {
                sent.push_back(column_of(simulation, "cell1", "rate"));
                const auto ago = [&](std::size_t steps) {
                    return sent.size() > steps ? sent[sent.size() - 1 - steps] : MatrixD::Zero(units, lanes).eval();
                };
                CHECK(column_of(simulation, "cell2", "basal") == ago(7));
                CHECK(column_of(simulation, "cell2", "late") == ago(25));
            });
        }
        CHECK(sent.size() == 75);
        CHECK(sent.back().norm() > 0.1);
    }
}

TEST_CASE("a delay of n steps is the same answer n steps later") {
    const auto answers = [](double delay) {
        Circuit circuit = chain({10, 20});
        circuit.projections[1].delay = delay;
        Training<double> simulation(circuit, in_time("euler", 0.5, 40));
        std::vector<double> trace;
        show(simulation, 1, [&](std::uint64_t) { trace.push_back(potential(simulation, "cell2")); });
        return trace;
    };
    const std::vector<double> at_once = answers(0);
    for (const std::size_t n : {1, 2, 13}) {
        const std::vector<double> late = answers(0.5 * static_cast<double>(n));
        for (std::size_t k = 0; k < n; ++k) CHECK(late[k] == 0);
        CHECK(std::equal(late.begin() + static_cast<std::ptrdiff_t>(n), late.end(), at_once.begin()));
    }
    CHECK(at_once.back() > 0.5);
}

TEST_CASE("a delay that is no whole number of steps is refused") {
    const auto with_delay = [](double delay) {
        Circuit circuit = chain({10, 20});
        circuit.projections[1].delay = delay;
        return circuit;
    };
    const Setup setup = in_time("rk4", 0.1, 1);
    for (const double delay : {0.25, 0.04, 0.1000001}) {
        CAPTURE(delay);
        CHECK_THROWS_WITH(Training<double>(with_delay(delay), setup),
                          "the delay of the projection from 'cell1' to 'cell2' is no whole number of steps");
    }
    for (const double delay : {0.1, 0.3, 0.7, 12.3}) CHECK_NOTHROW(Training<double>(with_delay(delay), setup));
    CHECK_NOTHROW(Training<double>(with_delay(0.25), Setup{}));  // nothing is late where nothing takes time
}

namespace {

/// The steps of one presentation, of which the target is seen in the later 6.
struct Shown {
    double before = 0, at = 0, after = 0;  ///< largest error before, in and after the step of the onset
    std::vector<MatrixD> first, at_onset;  ///< weights
};

constexpr std::uint64_t onset = 4;

Shown live(Training<double>& simulation, std::uint64_t event) {
    Shown seen;
    const MatrixD x = sample<double>(6, 2, "x", event), t = sample<double>(3, 2, "t", event);
    simulation.present(x.data(), t.data(), [&](std::uint64_t k) {
        const double error = column_of(simulation, "error", "rate").cwiseAbs().maxCoeff();
        double& largest = k < onset ? seen.before : k == onset ? seen.at : seen.after;
        largest = std::max(largest, error);
        const auto note = [&](std::vector<MatrixD>& to) {
            for (const auto& weights : simulation.weights()) to.push_back(weights.matrix());
        };
        if (k == 0) note(seen.first);
        if (k == onset) note(seen.at_onset);
    });
    return seen;
}

Circuit late_circuit(double gamma) {
    Upstream upstream;
    upstream.hidden = {7, 5};
    upstream.activation = "tanh";
    upstream.gamma_W = gamma;
    self_assembly::Parameters parameters;
    parameters.motif = "dense";
    parameters.signs = "free";
    parameters.gate = "linear";
    parameters.scaling = false;
    return self_assembly::circuit(upstream, parameters, {6, 3, Loss::squared_error, 100});
}

Setup late() {
    Setup setup = in_time("rk4", 0.5, 5, 2);
    setup.clock.error_onset = 0.5 * onset;
    setup.clock.held_sources = setup.clock.one_pass = false;  // to see weights in every step
    return setup;
}

}  // namespace

TEST_CASE("before its onset there is no error; plasticity goes on with what is left of the last one") {
    Training<double> simulation(late_circuit(0), late());
    const auto changes = [&](const Shown& seen, const char* name) {
        const WeightsId id = simulation.circuit().weights_named(name);
        return seen.first[id] != seen.at_onset[id];
    };
    const Shown first = live(simulation, 0), second = live(simulation, 1);
    for (const Shown& seen : {first, second}) {
        CHECK(seen.before == 0);
        CHECK(seen.at > 0.1);
        CHECK(seen.after > 0.1);
    }
    // From rest nothing is active downstream, and nothing is learnt.
    for (const Weights& w : simulation.circuit().weights) CHECK(!changes(first, w.name.c_str()));
    // Later the downstream cells remember.
    for (const char* name : {"W1", "W2", "V1", "Vbar1", "V2", "Vbar2", "Wbar2"}) {
        CAPTURE(name);
        CHECK(changes(second, name));
    }
    // But who hears of the error itself learns nothing before it is there.
    CHECK(!changes(second, "W3"));
    CHECK(!changes(second, "Wbar3"));
}

TEST_CASE("before the onset of the error weights decay as ever") {
    Training<double> simulation(late_circuit(0.3), late());
    const double rate = 0.1 * 0.3, lasts = static_cast<double>(onset) / 10;
    for (std::uint64_t event = 0; event < 2; ++event) {
        const Shown seen = live(simulation, event);
        for (const char* name : {"W3", "Wbar3"}) {
            const WeightsId id = simulation.circuit().weights_named(name);
            CHECK((seen.at_onset[id] - std::exp(-rate * lasts) * seen.first[id]).norm() <
                  1e-15 * seen.first[id].norm());
        }
    }
}

TEST_CASE("the schedule of rates counts the samples of the presentation under way, in both modes") {
    ModelCircuit circuit = chain({10});
    circuit.rates = {/*warm_up*/ 6, /*factor*/ 0.5, /*period*/ 4};
    circuit.add(Weights{.name = "w",
                        .post = circuit.port(ports::target).population,
                        .pre = circuit.port(ports::input).population,
                        .rule = rule(Hebbian{0.25, 0})});
    for (const Mode mode : {Mode::settled, Mode::continuous}) {
        CAPTURE(static_cast<int>(mode));
        Setup setup = in_time("euler", 1, 4, 2);
        setup.mode = mode;
        Training<double> simulation(circuit, setup);
        alignas(64) const double x[2] = {2, 2}, t[2] = {3, 3};
        double expected = simulation.weights("w")(0, 0);
        for (std::uint64_t event = 1; event <= 8; ++event) {
            simulation.present(x, t);
            const std::uint64_t samples = 2 * event, whole_periods = (samples - 1) / 4;
            const double rate =
                std::min(1.0, static_cast<double>(samples) / 6) * std::pow(0.5, static_cast<double>(whole_periods));
            expected += 0.25 * 6 * rate;  // (post)(pre) is 6 in every lane and step
            CAPTURE(event);
            CHECK(simulation.weights("w")(0, 0) == Approx(expected).epsilon(1e-13));
        }
    }
}

TEST_CASE("a multistep stepper starts anew when the error begins, and keeps its order") {
    // u' = (e(t) - u) / tau behind a teacher whose error is 0 before the onset and stands still after it.
    const double tau = 6, presentation = 16, begins = 8;
    Circuit circuit = chain({10});
    const PopulationId error = circuit.add(Population{.name = "error", .units = 1, .compartments = {"rate"}});
    circuit.add(Teacher{.loss = Loss::squared_error,
                        .readout = circuit.port(ports::input).population,
                        .signal = rate,
                        .target = circuit.port(ports::target).population,
                        .target_column = rate,
                        .error = error,
                        .compartment = rate});
    const PopulationId behind = circuit.add(Population{.name = "behind",
                                                       .units = 1,
                                                       .compartments = {"basal"},
                                                       .neurons = {neuron(Leaky{tau})},
                                                       .signals = {signal(RateIsSoma{})}});
    circuit.add(Projection{.source = error, .signal = rate, .target = behind, .compartment = basal});
    std::vector<double> errors;
    for (const double step : {1.0, 0.5, 0.25, 0.125}) {
        Setup setup = in_time("adams_bashforth_moulton", step, presentation);
        setup.clock.error_onset = begins;
        Training<double> simulation(circuit, setup);
        alignas(64) const double x[1] = {1}, t[1] = {4};
        std::vector<double> trace;
        const auto watch = [&](std::uint64_t) { trace.push_back(potential(simulation, "behind")); };
        simulation.present(x, t, watch);
        const double after = static_cast<double>(trace.size()) * step - begins - step;
        const double height = column_of(simulation, "error", "rate")(0, 0);
        REQUIRE(std::abs(height) > 1);
        errors.push_back(std::abs(trace.back() - height * -std::expm1(-after / tau)));
    }
    // Not started anew, the steps before the jump would enter those after it: an error of first order.
    for (std::size_t k = 1; k < errors.size(); ++k) CHECK(std::log2(errors[k - 1] / errors[k]) > 3.5);
    CHECK(errors.back() < 1e-6);
}
