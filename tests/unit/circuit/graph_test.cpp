#include "sim/circuit/graph.hpp"

#include "models/neurons/activation.hpp"
#include "models/neurons/leaky.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

std::vector<std::size_t> order_of(const std::vector<Computation>& computations) {
    return topological_order(computations);
}

/// in (3) -> W -> cell (2), whose soma is the answer.
Circuit small_circuit() {
    Circuit circuit;
    const PopulationId in = circuit.add(Population{.name = "in", .units = 3, .clamped = {"rate"}});
    circuit.open(ports::input, in, "rate");
    circuit.open(ports::target, circuit.add(Population{.name = "target", .units = 2, .clamped = {"rate"}}), "rate");
    const PopulationId cell = circuit.add(Population{.name = "cell",
                                                     .units = 2,
                                                     .compartments = {"basal"},
                                                     .neurons = {neuron(Leaky{10})},
                                                     .signals = {signal(RateOf<Relu>{{}})}});
    circuit.open(ports::answer, cell, "soma");
    const WeightsId W = circuit.add(Weights{.name = "W", .post = cell, .pre = in});
    circuit.add(Projection{.weights = W, .source = in, .signal = rate, .target = cell, .compartment = basal});
    return circuit;
}

std::string error_of(Circuit circuit) {
    try {
        Training<double> simulation(std::move(circuit), Setup{});
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

struct SeesLateral {
    static constexpr auto sees = tags(Tag<"lateral">{});
    static constexpr auto writes = tags(Tag<"other">{});
    template <class C>
    auto operator()(const C& c) const {
        return c[Tag<"lateral">{}];
    }
};

struct LateralByAnotherName {
    static constexpr auto is = Tag<"lateral">{};
    static constexpr auto writes = tags(Tag<"other">{});
};

struct SomaAgain {
    static constexpr auto is = basal;
    static constexpr auto writes = tags(soma);
};

}  // namespace

TEST_CASE("a computation waits for the longest chain below it, and answers need only what they stand on") {
    // column: 0 given, a -> 1, b: 1 -> 2, c: 0 -> 3, d: 2, 3 -> 4, e: 1 -> 5
    const std::vector<Computation> computations{
        {"d", {2, 3}, {4}}, {"a", {0}, {1}}, {"b", {1}, {2}}, {"c", {0}, {3}}, {"e", {1}, {5}}};
    CHECK(depths(computations) == std::vector<std::size_t>{2, 0, 1, 0, 1});
    CHECK(needed_for(std::vector<std::size_t>{2}, computations) == std::vector<bool>{false, true, true, false, false});
    CHECK(needed_for(std::vector<std::size_t>{4}, computations) == std::vector<bool>{true, true, true, true, false});
    CHECK(needed_for(std::vector<std::size_t>{0}, computations) == std::vector<bool>(5, false));
}

TEST_CASE("work is done after what it needs, and otherwise in the order in which it was given") {
    CHECK(order_of({{"c", {1}, {2}}, {"b", {0}, {1}}, {"a", {}, {0}}}) == std::vector<std::size_t>{2, 1, 0});
    CHECK(order_of({{"a", {}, {0}}, {"b", {}, {1}}, {"c", {}, {2}}}) == std::vector<std::size_t>{0, 1, 2});
    CHECK(order_of({{"d", {1, 2}, {3}}, {"c", {0}, {2}}, {"b", {0}, {1}}, {"a", {9}, {0}}}) ==
          std::vector<std::size_t>{3, 2, 1, 0});
    CHECK(order_of({}).empty());
}

TEST_CASE("a cycle is reported with the columns that form it, and no others") {
    try {
        order_of({{"x", {}, {9}}, {"a", {2, 9}, {0}}, {"b", {0}, {1}}, {"c", {1}, {2}}, {"y", {0}, {8}}});
        FAIL("no cycle found");
    } catch (const Cycle& cycle) {
        CHECK(cycle.labels() == std::vector<std::string>{"a", "c", "b"});
        CHECK(std::string(cycle.what()) == "cycle: a <- c <- b <- a");
    }
    CHECK_THROWS_WITH(order_of({{"self", {0}, {0}}}), "cycle: self <- self");
}

TEST_CASE("a circuit whose rate drives itself within one instant is refused; through a state it may run in time") {
    Circuit circuit = small_circuit();
    const PopulationId cell = circuit.port(ports::answer).population;
    const WeightsId R = circuit.add(Weights{.name = "R", .post = cell, .pre = cell});
    circuit.add(Projection{.weights = R, .source = cell, .signal = rate, .target = cell, .compartment = basal});
    CHECK(error_of(circuit) == "cycle: cell.basal <- cell.rate <- cell.basal");
    Setup setup;
    setup.mode = Mode::continuous;
    CHECK_NOTHROW(Training<double>(circuit, setup));
}

TEST_CASE("a circuit that names what is not there, or names a thing twice, is refused and told what") {
    CHECK(error_of(small_circuit()).empty());
    const auto after = [](auto change) {
        Circuit circuit = small_circuit();
        change(circuit);
        return error_of(circuit);
    };
    CHECK(after([](Circuit& c) { c.projections[0].signal = "spike"; }) == "population 'in' has no column 'spike'");
    CHECK(after([](Circuit& c) { c.projections[0].signal = "rte"; }) ==
          "population 'in' has no column 'rte'; did you mean 'rate'?");
    CHECK(after([](Circuit& c) { c.projections[0].compartment = "apical"; }) ==
          "projection from 'in': population 'cell' has no compartment 'apical'");
    CHECK(after([](Circuit& c) { c.populations[2].signals.push_back(signal(SeesLateral{})); }) ==
          "population 'cell' has no column 'lateral'");
    CHECK(after([](Circuit& c) { c.populations[2].signals.push_back(signal(LateralByAnotherName{})); }) ==
          "population 'cell' has no column 'lateral'");
    CHECK(after([](Circuit& c) { c.populations[2].compartments.push_back("rate"); }) ==
          "population 'cell' has two columns 'rate'");
    CHECK(after([](Circuit& c) { c.populations[2].signals.push_back(signal(SomaAgain{})); }) ==
          "population 'cell' has two columns 'soma'");
    CHECK(after([](Circuit& c) { c.projections[0].transposed = true; }) ==
          "projection from 'in' to 'cell.basal' does not fit its weights");
    CHECK(after([](Circuit& c) { c.projections[0].weights.reset(); }) ==
          "projection from 'in' to 'cell.basal' does not fit its weights");
    CHECK(after([](Circuit& c) {
              c.populations[2].compartments.push_back("error");
              c.add(Teacher{.loss = Loss::squared_error,
                            .readout = c.port(ports::answer).population,
                            .signal = soma,
                            .target = c.port(ports::input).population,
                            .target_column = rate,
                            .error = c.port(ports::answer).population,
                            .compartment = "error"});
          }) == "the teacher's readout, target and error differ in size");
}

TEST_CASE("a setup that makes no sense is refused") {
    Setup setup;
    setup.lanes = 0;
    CHECK_THROWS_AS(Training<double>(small_circuit(), setup), std::invalid_argument);
    setup = {};
    setup.mode = Mode::continuous;
    setup.clock.step = 0;
    CHECK_THROWS_AS(Training<double>(small_circuit(), setup), std::invalid_argument);
    setup.clock.step = 200;  // longer than the presentation
    CHECK_THROWS_AS(Training<double>(small_circuit(), setup), std::invalid_argument);
    setup.clock.step = 1;
    setup.clock.stepper = "euler2";
    CHECK_THROWS_WITH(Training<double>(small_circuit(), setup), "run.stepper: found 'euler2', expected a known one");
}
