// Low-passed plasticity: W follows E, and E follows post x pre with a time constant.
#include <cmath>

#include "tests/numeric/chain.hpp"
#include "tests/numeric/in_time.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

constexpr double eta = 0.3, presentation = 50;

/// dW = eta E - eta gamma W, tau dE/dt = -E + x x^T
struct Slow {
    double gamma, tau;
    static constexpr auto post_is = basal;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
    double low_pass() const { return tau; }
};

/// Weights from the input to a cell that they do not drive; the cell's dendrite holds the input itself.
Circuit circuit_of(double gamma, double tau, Connectivity connectivity = {}) {
    Circuit circuit = chain({10}, 3);
    circuit.add(Weights{.name = "W",
                        .post = circuit.port(ports::answer).population,
                        .pre = circuit.port(ports::input).population,
                        .connectivity = std::move(connectivity),
                        .rule = rule(Slow{gamma, tau})});
    return circuit;
}

const Matrix<double>& inputs() {
    static const Matrix<double> x = sample<double>(3, 2, "x");
    return x;
}

/// post pre^T, averaged over lanes: what the rule sees at all times.
Matrix<double> product() { return inputs() * inputs().transpose() / 2; }

template <class S = double>
Matrix<double> after(const Circuit& circuit, double step, int presentations, const Matrix<double>& start) {
    Training<S> simulation(circuit, in_time("euler", step, presentation, 2));
    simulation.assign("W", start);
    const Matrix<S> x = inputs().template cast<S>();
    for (int k = 0; k < presentations; ++k) simulation.present(x.data(), x.data());
    return simulation.weights("W");
}

Matrix<double> start() { return sample<double>(3, 3, "W"); }
const Matrix<double> zero = Matrix<double>::Zero(3, 3);

}  // namespace

TEST_CASE("what is switched on at 0 reaches the weights late: gain (t - tau (1 - e^(-t/tau)))") {
    const double tau = 20;
    for (const int presentations : {1, 2, 3}) {
        const double t = presentations * presentation, late = tau * -std::expm1(-t / tau);
        double before = 0;
        for (const double step : {1.0, 0.5, 0.25}) {
            CAPTURE(t, step);
            // A step's plasticity uses E at its end: t - late comes out as the sum of 1 - e^(-k step / tau).
            const double stay = std::exp(-step / tau), sum = t - step * stay * -std::expm1(-t / tau) / (1 - stay);
            const Matrix<double> W = after(circuit_of(0, tau), step, presentations, zero);
            CHECK((W - eta / presentation * sum * product()).norm() < 1e-13 * W.norm());
            // Of first order: half the step, half of what separates it from the integral, which is step / 2 of E.
            const double apart = W.norm() / product().norm() - eta / presentation * (t - late);
            CHECK(apart == Approx(eta / presentation * step / 2 * late / tau).epsilon(0.03));
            if (before > 0) CHECK(before / apart == Approx(2).epsilon(0.03));
            before = apart;
        }
    }
}

TEST_CASE("with decay: both exponentials, step by step") {
    const double tau = 20, gamma = 0.4, step = 0.5, r = eta * gamma * step / presentation;
    Matrix<double> W = start(), E = zero;
    const double stay = std::exp(-step / tau), keep = std::exp(-r), change = eta * step / presentation * (1 - keep) / r;
    for (int k = 0; k < 300; ++k) {
        E = stay * E + (1 - stay) * product();
        W = keep * W + change * E;
    }
    const Matrix<double> found = after(circuit_of(gamma, tau), step, 3, start());
    CHECK((found - W).norm() < 1e-13 * W.norm());
    // tau dE/dt = P - E and dW/dt = g E - d W, of which the steps are a first-order method.
    const double t = 3 * presentation, d = eta * gamma / presentation, g = eta / presentation;
    const double settled = (1 - std::exp(-d * t)) / d, fading = (std::exp(-t / tau) - std::exp(-d * t)) / (d - 1 / tau);
    const Matrix<double> exact = std::exp(-d * t) * start() + g * (settled - fading) * product();
    CHECK((found - exact).norm() < g * step * product().norm());
    CHECK((exact - std::exp(-d * t) * start()).norm() > 50 * g * step * product().norm());
}

TEST_CASE("pairs of cells are low-passed as dense weights are") {
    const Connectivity diagonal = Connectivity::one_to_one();
    const Matrix<double> dense = after(circuit_of(0.4, 20), 0.5, 2, zero),
                         pairs = after(circuit_of(0.4, 20, diagonal), 0.5, 2, zero);
    CHECK((Matrix<double>(dense.diagonal().asDiagonal()) - pairs).norm() < 1e-15 * dense.norm());
    CHECK(pairs.norm() > 0.1);
}

TEMPLATE_TEST_CASE("a short low-pass is none", "", float, double) {
    const auto with = [](double tau) { return after<TestType>(circuit_of(0.4, tau), 0.5, 2, start()); };
    const Matrix<double> direct = with(0);
    const double moved = (direct - start()).norm();
    REQUIRE(moved > 0.1);
    // e^-(step/tau) is nothing beside 1: the same numbers but for rounding.
    const double rounding = std::is_same_v<TestType, double> ? 1e-13 : 1e-5;
    CHECK((with(0.5 / 50) - direct).norm() < rounding * direct.norm());
    double before = 0;
    for (const double tau : {8.0, 4.0, 2.0}) {
        const double apart = (with(tau) - direct).norm();
        if (before > 0) CHECK(before / apart == Approx(2).epsilon(0.3));
        CHECK(apart > 1e-3 * moved);
        before = apart;
    }
}
