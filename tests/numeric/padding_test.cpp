// Columns are padded to whole cache lines. What stands in the padding is no cell: it must neither reach a stepper,
// whose error estimate would take it for one, nor grow, nor change a result.
#include <algorithm>
#include <cmath>

#include "sim/steppers/stepper.hpp"
#include "tests/numeric/linear_circuit.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

/// Whether each entry of the flat state belongs to a cell.
template <class S>
std::vector<bool> cells_of_state(const Circuit& circuit, std::size_t lanes) {
    constexpr std::size_t line = 64 / sizeof(S);
    std::vector<bool> cells;
    for (const Population& population : circuit.populations) {
        for (const auto& neuron : population.neurons)
            for (std::size_t k = 0; k < neuron->states().size(); ++k) {
                cells.insert(cells.end(), population.units * lanes, true);
                while (cells.size() % line != 0) cells.push_back(false);
            }
    }
    return cells;
}

}  // namespace

TEMPLATE_TEST_CASE("the slope of padding is zero, whatever memory the stepper hands over", "", float, double) {
    using S = TestType;
    const std::size_t lanes = 3;  // 30 x 3 and 5 x 3 cells are no whole lines
    const Circuit circuit = linear_circuit({}, 0);
    std::vector<WeightState<S>> weights;
    for (const Weights& w : circuit.weights)
        weights.emplace_back(w, circuit.populations[w.post].units, circuit.populations[w.pre].units, Random(1));
    Pathways<S> pathways(circuit, weights, lanes, {});
    Network<S> network(circuit, pathways, 0.5);
    const Batch<S> batch(lanes);
    for (const auto& [port, values] :
         {std::pair{ports::input, batch.inputs.data()}, {ports::target, batch.targets.data()}}) {
        const Port& of = circuit.port(port);
        network.columns().set(network.place_of(of.population, of.column), {values, network.cells(of.population)});
    }
    const auto cells = cells_of_state<S>(circuit, lanes);
    REQUIRE(static_cast<std::size_t>(network.states().size()) == cells.size());
    REQUIRE(std::count(cells.begin(), cells.end(), false) > 0);
    using Vector = typename Network<S>::Vector;
    const Vector x = Vector::Ones(network.states().size());
    const auto check = [&](const Vector& slope) {
        for (Eigen::Index k = 0; k < slope.size(); ++k) {
            if (cells[static_cast<std::size_t>(k)]) CHECK(std::isfinite(slope[k]));
            else CHECK(slope[k] == 0);
        }
    };
    ThreadPool pool(1);
    Vector slope = Vector::Constant(x.size(), std::numeric_limits<S>::quiet_NaN());
    network.accept(x, slope, pool);
    check(slope);
    Vector at_stage = Vector::Constant(x.size(), std::numeric_limits<S>::quiet_NaN());
    network.stage(x, at_stage, pool);
    check(at_stage);
    CHECK(at_stage == slope);
    Vector unsized;
    network.stage(x, unsized, pool);
    CHECK(unsized == slope);
}

TEMPLATE_TEST_CASE("after many steps the state is finite, its padding still zero", "", float, double) {
    using S = TestType;
    for (const StepperInfo& info : steppers()) {
        INFO(info.name);
        Setup setup;
        setup.mode = Mode::continuous;
        setup.lanes = 3;
        setup.clock.step = 0.5;
        setup.clock.presentation = 10;
        setup.clock.stepper = info.name;
        Training<S> simulation(linear_circuit({"W", "Wbar"}, 1e-3), setup);
        const Batch<S> batch(setup.lanes);
        for (int k = 0; k < 50; ++k) simulation.present(batch.inputs.data(), batch.targets.data());
        const auto& states = simulation.network().states();
        const auto cells = cells_of_state<S>(simulation.circuit(), setup.lanes);
        int stray = 0;
        for (Eigen::Index k = 0; k < states.size(); ++k)
            stray += cells[static_cast<std::size_t>(k)] ? !std::isfinite(states[k]) : states[k] != 0;
        CHECK(stray == 0);
    }
}

TEST_CASE("a lane's numbers do not depend on how many lanes run beside it, to rounding") {
    const auto soma_of_lane_0 = [](std::size_t lanes) {
        Setup setup;
        setup.mode = Mode::continuous;
        setup.lanes = lanes;
        setup.clock.presentation = 20;
        Training<double> simulation(linear_circuit({}, 0), setup);
        const Batch<double> all(7);
        const Matrix<double> x = all.inputs.leftCols(static_cast<Eigen::Index>(lanes)),
                             y = all.targets.leftCols(static_cast<Eigen::Index>(lanes));
        simulation.present(x.data(), y.data());
        return simulation.network().column(simulation.circuit().population("down1"), "soma")[0];
    };
    const double alone = soma_of_lane_0(1);
    CHECK(std::abs(soma_of_lane_0(3) - alone) < 1e-12 * std::abs(alone));
    CHECK(std::abs(soma_of_lane_0(7) - alone) < 1e-12 * std::abs(alone));
}
