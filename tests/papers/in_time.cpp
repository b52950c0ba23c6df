// The theorem in continuous time: every synapse always plastic, inputs that jump, an error module that never pauses.
// All cells are leaky, with tau = 1 ms; prospective output takes the delay of the cells away, an error that sets in
// later waits until it is over.
#include <cmath>

#include "models/self_assembly/circuit.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/theorem_run.hpp"

using namespace apical;
using namespace apical::theorem;

namespace {

Clock clock_of(double presentation, double onset, double step = 0.5) {
    Clock clock;
    clock.step = step;
    clock.presentation = presentation;
    clock.error_onset = onset;
    clock.stepper = "exponential_euler";
    return clock;
}

Row with_cells(Row row, bool prospective) {
    row.upstream.tau = row.parameters.tau_downstream = 1;
    row.upstream.prospective = prospective;
    return row;
}

Row linear_slow(bool prospective) {
    Row row = with_cells(linear_row(), prospective);
    row.name = "linear, tied";
    row.steps = 10000;
    return plastic_cross(row, 1e-4, 0);
}

Row partner_slow(bool prospective) {
    Row row = with_cells(relu_row(), prospective);
    row.name = "ReLU, partner, tied";
    row.parameters.motif = "topographic";
    row.parameters.gate = "partner";
    row.steps = 8000;
    return plastic_cross(row, 1e-4, 0);
}

/// Largest rel over the hidden layers; the circuit has learnt about as well as backpropagation, at full rank.
double rel_of(const Row& row) {
    const std::vector<Outcome> outcomes = run_seeds(row, 1, true);
    print(row, outcomes, "rel", &LayerAlignment::rel);
    CHECK(relative_loss(outcomes).median < 1.5);
    CHECK(least(outcomes, &LayerAlignment::smallest_eigenvalue_H) > 1e-3);
    return most(outcomes, &LayerAlignment::rel);
}

/// R^2 = Vbar^2 Wbar^2T - W^2 V^1T of a circuit with two hidden layers.
Matrix<double> residual(const Training<double>& simulation) {
    return simulation.weights("Vbar2") * simulation.weights("Wbar2").transpose() -
           simulation.weights("W2") * simulation.weights("V1").transpose();
}

}  // namespace

TEST_CASE("always on, slow V, linear: the accumulated update is H times the gradient to 2e-2") {
    CHECK(rel_of(in_time(linear_slow(true), clock_of(10, 0, 1))) < 2e-2);
}

TEST_CASE("always on, slow V, ReLU partner: the accumulated update is H times the gradient to 1e-1") {
    CHECK(rel_of(in_time(partner_slow(true), clock_of(10, 0, 1))) < 1e-1);
}

TEST_CASE("without prospective output the lag of the cells is what limits it", "[paper]") {
    const double early = rel_of(in_time(linear_slow(false), clock_of(20, 0))),
                 late = rel_of(in_time(linear_slow(false), clock_of(40, 8))),
                 later = rel_of(in_time(linear_slow(false), clock_of(80, 16)));
    CHECK(later < late);
    CHECK(late < early);
}

TEST_CASE("rule drive: R forgets as exp(-(g_W + g_V) t), at any speed of V") {
    Upstream upstream;
    upstream.hidden = {12, 12};
    upstream.activation = "tanh";
    upstream.eta_W = 0.05;
    upstream.gamma_W = 0.5;
    upstream.tau = 5;
    self_assembly::Parameters p;
    p.motif = "dense";
    p.signs = "free";
    p.gate = "linear";
    p.scaling = false;
    p.rule_V = p.rule_Vbar = "drive";
    p.gamma_V = {0.2};
    p.tau_downstream = 5;
    const double rate = upstream.eta_W * (upstream.gamma_W + p.gamma_V[0]);  // per presentation
    const int presentations = 40;
    const std::size_t lanes = 3;
    const Random random(5);
    const auto distance = [&](Splitting splitting, double step) {
        Setup setup{.mode = Mode::continuous, .lanes = lanes, .seed = 3};
        setup.clock = clock_of(20, 0, step);
        setup.clock.splitting = splitting;
        setup.clock.stepper = "dopri5";
        Training<double> simulation(self_assembly::circuit(upstream, p, {8, 4, Loss::squared_error, 1000}), setup);
        const Matrix<double> start = residual(simulation);
        Matrix<double> x(8, lanes), t(4, lanes);
        for (std::uint64_t k = 0; k < presentations; ++k) {
            std::uint32_t entity = 0;
            for (double& value : x.reshaped()) value = random.normal(Random::stream("x"), entity++, k);
            for (double& value : t.reshaped()) value = random.normal(Random::stream("t"), entity++, k);
            simulation.present(x.data(), t.data());
        }
        REQUIRE((simulation.weights("V1") - simulation.weights("W2")).norm() > 0);
        return (residual(simulation) - std::exp(-rate * presentations) * start).norm() / start.norm();
    };
    REQUIRE(std::exp(-rate * presentations) < 0.3);
    // As one system: to the error of the stepper. Split: a step changes R by products of two changes, O(dt).
    CHECK(distance(Splitting::coupled, 0.25) < 1e-10);
    const double coarse = distance(Splitting::lie, 1), fine = distance(Splitting::lie, 0.5);
    CHECK(coarse < 1e-2);
    CHECK(coarse / fine == Approx(2).epsilon(0.1));
}
