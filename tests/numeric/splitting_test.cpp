// Three ways to let states and weights take turns, against a reference solution of both as one system: `coupled` by
// Dormand and Prince in tiny steps. The circuit is linear and dense, 20-30-30-5, all weights plastic, its right side
// smooth.
#include <cmath>

#include "models/plasticity/heterosynaptic.hpp"
#include "tests/numeric/chain.hpp"
#include "tests/numeric/in_time.hpp"
#include "tests/numeric/linear_circuit.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

constexpr std::size_t lanes = 2;
constexpr double presentation = 16;

/// All numbers of a run over two presentations.
struct End {
    Eigen::VectorXd states, weights;
};

Circuit plastic_circuit() { return linear_circuit({"W", "Wbar", "V", "Vbar"}, 0.1); }

End end_of(const Circuit& circuit, Setup setup, Splitting splitting) {
    setup.clock.splitting = splitting;
    Training<double> simulation(circuit, setup);
    const Batch<double> batch(lanes);
    simulation.present(batch.inputs.data(), batch.targets.data());
    const Matrix<double> other = -0.5 * batch.inputs;
    simulation.present(other.data(), batch.targets.data());
    End end{simulation.network().states(), {}};
    for (const auto& weights : simulation.weights()) {
        const auto size = end.weights.size();
        end.weights.conservativeResize(size + weights.values().size());
        end.weights.tail(weights.values().size()) = weights.values();
    }
    return end;
}

double relative(const Eigen::VectorXd& found, const Eigen::VectorXd& expected) {
    return (found - expected).norm() / expected.norm();
}

End reference(const Circuit& circuit) {
    return end_of(circuit, in_time("dopri5", 0.125, presentation, lanes), Splitting::coupled);
}

struct Errors {
    std::vector<double> states, weights;
};

/// At steps of 2, 1, 1/2 and 1/4 ms, inner steps of the fourth order.
Errors errors_of(const Circuit& circuit, const End& expected, Splitting splitting) {
    Errors errors;
    for (const double step : {2.0, 1.0, 0.5, 0.25}) {
        const End end = end_of(circuit, in_time("rk4", step, presentation, lanes), splitting);
        errors.states.push_back(relative(end.states, expected.states));
        errors.weights.push_back(relative(end.weights, expected.weights));
    }
    return errors;
}

}  // namespace

TEST_CASE("the reference is a solution to 1e-10, and the weights move") {
    const Circuit circuit = plastic_circuit();
    const End fine = reference(circuit),
              coarse = end_of(circuit, in_time("dopri5", 0.25, presentation, lanes), Splitting::coupled);
    // Of fifth order: the finer is closer by 32, so what separates the two is 31 times the finer's error.
    CHECK(relative(coarse.states, fine.states) < 1e-10);
    CHECK(relative(coarse.weights, fine.weights) < 1e-10);
    const Training<double> start(circuit, in_time("rk4", 1, presentation, lanes));
    const auto W1 = start.weights()[0].values();
    CHECK(relative(fine.weights.head(W1.size()), W1) > 0.03);
}

TEST_CASE("lie is of first order, strang of second, coupled of its stepper's") {
    const Circuit circuit = plastic_circuit();
    const End expected = reference(circuit);
    struct Expected {
        Splitting splitting;
        double order, close;  ///< error of the weights at 1/4 ms
    };
    for (const auto& [splitting, order, close] :
         {Expected{Splitting::lie, 1, 1e-2}, {Splitting::strang, 2, 1e-4}, {Splitting::coupled, 4, 1e-6}}) {
        CAPTURE(order);
        const Errors errors = errors_of(circuit, expected, splitting);
        for (const auto& error : {errors.states, errors.weights}) {
            // Halving the finer steps, where the leading term has taken over.
            CHECK(std::log2(error[2] / error[3]) == Approx(order).margin(0.2));
            CHECK(error[3] < close);
        }
    }
}

TEST_CASE("without activity only decay is left, and it is exact in all three") {
    const Circuit circuit = plastic_circuit();
    const Matrix<double> nothing = Matrix<double>::Zero(20, lanes);
    for (const Splitting splitting : {Splitting::lie, Splitting::strang, Splitting::coupled}) {
        CAPTURE(static_cast<int>(splitting));
        Setup setup = in_time("rk4", 1, presentation, lanes);
        setup.clock.splitting = splitting;
        Training<double> simulation(circuit, setup);
        const Training<double> start(circuit, setup);
        for (int k = 0; k < 3; ++k) simulation.present(nothing.data(), nothing.data());
        for (WeightsId k{}; k < circuit.weights.size(); ++k) {
            const double rate = circuit.weights[k].rule->plasticity().decay_rate;
            CAPTURE(circuit.weights[k].name, rate);
            REQUIRE(rate > 0);
            // 48 steps, each rounded; the method itself leaves out (rate / 16)^5 / 120 of a step.
            CHECK(relative(simulation.weights()[k].values(), std::exp(-3 * rate) * start.weights()[k].values()) <
                  48 * 1e-16);
        }
    }
}

namespace {

struct Slow {
    static constexpr auto post_is = soma;
    static constexpr auto pre_is = rate;
    double gain() const { return 1; }
    double low_pass() const { return 20; }
};

struct Before {
    static constexpr auto post_is = previous(soma);
    static constexpr auto pre_is = rate;
    double gain() const { return 1; }
};

/// A chain of two cells, weights from the first to the second.
Circuit weighted_chain() {
    Circuit circuit = chain({10, 20});
    circuit.add(Weights{.name = "W",
                        .post = circuit.population("cell2"),
                        .pre = circuit.population("cell1"),
                        .rule = rule(BasalSteered{1, 0})});
    circuit.projections[1].weights = WeightsId{0};
    return circuit;
}

template <class Change>
void check_refused(const Change& change, const std::string& reason, bool also_by_strang) {
    Circuit circuit = weighted_chain();
    change(circuit);
    Setup setup = in_time("exponential_euler", 1, 10);
    CHECK_NOTHROW(Training<double>(circuit, setup));
    setup.clock.splitting = Splitting::coupled;
    CHECK_THROWS_WITH(Training<double>(circuit, setup), "run.splitting: found coupled, expected lie, since " + reason);
    setup.clock.splitting = Splitting::strang;
    if (also_by_strang)
        CHECK_THROWS_WITH(Training<double>(circuit, setup),
                          "run.splitting: found strang, expected lie, since " + reason);
    else CHECK_NOTHROW(Training<double>(circuit, setup));
}

}  // namespace

TEST_CASE("splittings other than lie refuse a right side that has a past, coupled also one that is cut off") {
    check_refused(
        [](Circuit& c) {
            c.populations[c.port(ports::answer).population].noise = {{.column = "noise", .sigma = 1, .tau = 5}};
        },
        "'cell2' has noise", true);
    check_refused([](Circuit& c) { c.projections[1].delay = 2; }, "a projection has a delay", true);
    check_refused([](Circuit& c) { c.weights[0].rule = rule(Before{}); }, "something reads the previous step", true);
    check_refused([](Circuit& c) { c.weights[0].rule = rule(Slow{}); }, "weights 'W' have a low-passed plasticity",
                  true);
    const std::string limits = "weights 'W' have bounds or scaling, or follow from others";
    check_refused([](Circuit& c) { c.weights[0].lower = 0; }, limits, false);
    check_refused([](Circuit& c) { c.weights[0].scaling = Scaling::incoming; }, limits, false);
    Setup setup = in_time("rk4", 1, 10);
    for (const Splitting splitting : {Splitting::strang, Splitting::coupled}) {
        setup.clock.splitting = splitting;
        CHECK_NOTHROW(Training<double>(weighted_chain(), setup));
    }
}
