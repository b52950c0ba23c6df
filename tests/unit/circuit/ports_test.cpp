// The engine without a task: ports that are set, steps that are taken.
#include <cstring>
#include <limits>
#include <stdexcept>

#include "models/neurons/activation.hpp"
#include "models/neurons/leaky.hpp"
#include "models/plasticity/hebbian.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/core/error.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/circuit/looking_back.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

struct Seen {
    static constexpr auto post_is = rate;
    static constexpr auto pre_is = Tag<"intensity">{};
    double gain() const { return 0.1; }
    double decay_rate() const { return 0.01; }
};

/// light -> (learning) retina, ports of names of their own, and none that a task would ask for.
Circuit eye() {
    Circuit circuit;
    const PopulationId light = circuit.add(Population{.name = "light", .units = 3, .clamped = {"intensity"}});
    const PopulationId retina = circuit.add(Population{.name = "retina",
                                                       .units = 2,
                                                       .compartments = {"basal"},
                                                       .neurons = {neuron(Leaky{10})},
                                                       .signals = {signal(RateIsSoma{})}});
    const WeightsId W =
        circuit.add(Weights{.name = "W", .post = retina, .pre = light, .rule = rule(Seen{}), .initial = normal(1)});
    circuit.add(
        Projection{.weights = W, .source = light, .signal = "intensity", .target = retina, .compartment = basal});
    circuit.open("lamp", light, "intensity");
    circuit.open("nerve", retina, "rate");
    return circuit;
}

Setup in_time(const char* stepper = "rk4") {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = 2;
    setup.clock.step = 0.5;
    setup.clock.presentation = 4;
    setup.clock.stepper = stepper;
    return setup;
}

template <class S>
bool same_weights(const Simulation<S>& a, const Simulation<S>& b) {
    for (WeightsId k{}; k < a.weights().size(); ++k) {
        const auto x = a.weights()[k].values(), y = b.weights()[k].values();
        if (std::memcmp(x.data(), y.data(), static_cast<std::size_t>(x.size()) * sizeof(S)) != 0) return false;
    }
    return true;
}

std::span<const double> span_of(const MatrixD& values) {
    return {values.data(), static_cast<std::size_t>(values.size())};
}

/// The lamp is switched to `to` in step `at`.
class Switch final : public Stimulus<double> {
   public:
    Switch(PortHandle lamp, std::uint64_t at, MatrixD to) : lamp_(lamp), at_(at), to_(std::move(to)) {}
    void before_step(std::uint64_t k, Inlet<double>& inlet) override {
        if (k == at_) inlet.set(lamp_, span_of(to_));
    }

   private:
    PortHandle lamp_;
    std::uint64_t at_;
    MatrixD to_;
};

/// Asks for what only happens between steps.
class Teaching final : public Stimulus<double> {
   public:
    void before_step(std::uint64_t, Inlet<double>&) override {}
    bool moves() const override { return true; }
    void move(double, Inlet<double>& inlet) override { inlet.teach(true); }
};

}  // namespace

TEST_CASE("a presentation is ports that are set and steps that are taken, bit for bit") {
    Upstream upstream;
    upstream.hidden = {12, 9};
    upstream.warm_up = 40;
    const ModelCircuit circuit = self_assembly::circuit(upstream, {}, {5, 5, Loss::squared_error, 30});
    for (const Mode mode : {Mode::settled, Mode::continuous}) {
        Setup setup = in_time();
        setup.mode = mode;
        Training<double> task(circuit, setup);
        Simulation<double> by_hand(circuit, setup);
        const PortHandle input = by_hand.port(ports::input), target = by_hand.port(ports::target),
                         answer = by_hand.port(ports::answer);
        for (std::uint64_t k = 1; k <= 4; ++k) {
            const MatrixD x = random_matrix<double>(5, 2, ("x" + std::to_string(k)).c_str());
            task.present(x.data(), x.data());
            by_hand.set(input, span_of(x));
            by_hand.set(target, span_of(x));
            by_hand.set_rate(static_cast<double>(2 * k) / 40);
            by_hand.advance(mode == Mode::settled ? 1 : 8);
            CHECK(same_weights(task, by_hand));
            CHECK(std::ranges::equal(task.column(answer), by_hand.column(answer)));
        }
        CHECK(by_hand.time() == (mode == Mode::settled ? 0 : 16));
    }
}

TEST_CASE("a circuit without a task runs freely through ports of any name") {
    Simulation<double> simulation(eye(), in_time());
    const PortHandle lamp = simulation.port("lamp"), nerve = simulation.port("nerve");
    CHECK(lamp.cells == 6);
    const MatrixD on = MatrixD::Constant(3, 2, 1.5);
    simulation.set(lamp, span_of(on));
    std::vector<double> seen;
    simulation.advance(20, [&](std::uint64_t k) {
        CHECK(k == seen.size());
        seen.push_back(simulation.column(nerve)[0]);
    });
    CHECK(simulation.time() == 10);
    CHECK(seen.front() == 0);
    CHECK(std::abs(seen.back()) > std::abs(seen[1]));
    CHECK(std::ranges::equal(simulation.column("light", "intensity"), span_of(on)));  // it holds what it was set to
    CHECK_THROWS_AS((Training<double>(eye(), in_time())), std::out_of_range);         // no port 'input'
}

TEST_CASE("steps in one call or in many are the same steps") {
    for (const bool held : {false, true}) {
        Setup setup = in_time();
        setup.clock.held_sources = setup.clock.one_pass = held;
        Simulation<double> whole(eye(), setup), parts(eye(), setup);
        const MatrixD on = random_matrix<double>(3, 2, "on");
        for (auto* simulation : {&whole, &parts}) simulation->set(simulation->port("lamp"), span_of(on));
        whole.advance(12);
        for (const std::uint64_t steps : {1, 0, 4, 7}) parts.advance(steps);
        // Decay comes into the weights at the end of a call.
        CHECK((whole.weights("W") - parts.weights("W")).cwiseAbs().maxCoeff() < 1e-14);
        CHECK(whole.time() == parts.time());
    }
}

TEST_CASE("a stimulus that sets a port between two steps is as two calls, whatever is computed once") {
    for (const bool held : {false, true})
        for (const std::size_t lanes : {1, 2}) {
            CAPTURE(held, lanes);
            Setup setup = in_time("adams_bashforth_moulton");
            setup.lanes = lanes;
            setup.clock.held_sources = held;
            Simulation<double> one(eye(), setup), two(eye(), setup);
            const MatrixD first = random_matrix<double>(3, lanes, "first"),
                          second = random_matrix<double>(3, lanes, "second");
            const PortHandle lamp = one.port("lamp");
            for (auto* simulation : {&one, &two}) simulation->set(lamp, span_of(first));
            Switch change(lamp, 5, second);
            one.advance(12, {}, &change);
            two.advance(5);
            two.set(lamp, span_of(second));
            two.advance(7);
            CHECK((one.weights("W") - two.weights("W")).cwiseAbs().maxCoeff() == 0);
            CHECK(std::ranges::equal(one.column(one.port("nerve")), two.column(two.port("nerve"))));
        }
}

TEST_CASE("relaxed cells have seen the ports and nothing else: no time, no learning") {
    Simulation<double> simulation(eye(), in_time("exponential_euler"));
    const MatrixD on = MatrixD::Constant(3, 2, 1), W = simulation.weights("W");
    simulation.set(simulation.port("lamp"), span_of(on));
    simulation.relax(400);  // 20 time constants
    CHECK(simulation.time() == 0);
    CHECK(simulation.weights("W") == W);
    simulation.advance(1);
    CHECK(simulation.column("retina", "soma")[0] == Approx(W.row(0).sum()).epsilon(1e-6));
}

TEST_CASE("settling is with the first input also where inputs move") {
    Setup setup = in_time("exponential_euler");
    setup.clock.ramp = 1;
    setup.clock.settling = 200;
    Circuit circuit = eye();
    circuit.open(ports::input, circuit.population("light"), "intensity");
    circuit.open(ports::answer, circuit.population("retina"), "rate");
    Training<double> simulation(circuit, setup);
    const MatrixD on = MatrixD::Constant(3, 2, 1), W = simulation.weights("W");
    std::vector<double> inputs, potentials;
    simulation.present(on.data(), nullptr, [&](std::uint64_t) {
        inputs.push_back(simulation.column("light", "intensity")[0]);
        potentials.push_back(simulation.column("retina", "soma")[0]);
    });
    CHECK(inputs == std::vector<double>(8, 1.0));
    CHECK(potentials.front() == Approx(W.row(0).sum()).epsilon(1e-6));
}

TEST_CASE("wrong ports and stimuli are refused") {
    using Catch::Contains;
    Simulation<double> simulation(eye(), in_time());
    const PortHandle lamp = simulation.port("lamp");
    CHECK_THROWS_WITH(simulation.port("sun"), Contains("no port 'sun'"));
    const std::vector<double> few(5);
    CHECK_THROWS_WITH(simulation.set(lamp, few), "a port of 6 cells is set to 5 values");
    Circuit wrong = eye();
    wrong.open("blind", wrong.population("light"), "rate");
    CHECK_THROWS_WITH(Simulation<double>(wrong, in_time()), "port 'blind': population 'light' has no column 'rate'");
    CHECK_THROWS_AS(Simulation<double>(wrong, Setup{}), std::invalid_argument);
    Teaching teaching;
    CHECK_THROWS_WITH(simulation.advance(1, {}, &teaching), Contains("run.ramp is 0"));
    Setup moving = in_time();
    moving.clock.ramp = 1;
    Simulation<double> taught(eye(), moving);
    CHECK_THROWS_WITH(taught.advance(1, {}, &teaching), Contains("between steps"));
    Circuit untaught = eye();
    untaught.open(ports::input, untaught.population("light"), "intensity");
    untaught.open(ports::answer, untaught.population("retina"), "rate");
    Training<double> task(untaught, in_time());
    const MatrixD x = MatrixD::Ones(3, 2);
    CHECK_THROWS_WITH(task.present(x.data(), x.data()), Contains("no port 'target'"));
}

TEST_CASE("an instant that has begun cannot be saved where something reads the one before") {
    Simulation<double> simulation(looking_back::circuit(3), in_time());
    const MatrixD x = MatrixD::Ones(3, 2);
    MemoryArchive archive;
    CHECK_NOTHROW(simulation.save(archive, "before"));
    simulation.set(simulation.port(ports::input), span_of(x));
    CHECK_THROWS_AS(simulation.save(archive, "open"), std::logic_error);
    simulation.advance(1);
    CHECK_NOTHROW(simulation.save(archive, "after"));
}

TEST_CASE("a column that is not finite is named with the moment, in ms") {
    Simulation<double> simulation(eye(), in_time());
    const MatrixD x = MatrixD::Constant(3, 2, std::numeric_limits<double>::infinity());
    simulation.set(simulation.port("lamp"), span_of(x));
    simulation.advance(1);
    simulation.advance(1);
    try {
        simulation.check_finite(simulation.port("nerve"));
        FAIL("it did not notice");
    } catch (const NumericalError& error) {
        CHECK(error.parts().population == "retina");
        CHECK(error.parts().time == 1);
        CHECK(error.parts().time_unit == "ms");
    }
}
