// `continuous` against `settled`: the same circuit at the end of a long presentation, weights frozen and plastic. Every
// cell has tau = 10 ms. A change of the input goes through up1, up2, up3, down2 and down1 one after the other.
#include <cmath>
#include <map>

#include "tests/numeric/linear_circuit.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using MatrixD = Matrix<double>;

constexpr std::size_t lanes = 4;
constexpr double tau = 10;

Setup continuous(const std::string& stepper, double presentation, double step = 1) {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = lanes;
    setup.clock.stepper = stepper;
    setup.clock.presentation = presentation;
    setup.clock.step = step;
    return setup;
}

Setup settled() {
    Setup setup;
    setup.lanes = lanes;
    return setup;
}

/// Largest difference of the columns after one presentation, relative to the largest settled value.
double distance(const Training<double>& a, const Training<double>& b) {
    double difference = 0, scale = 0;
    for (const char* population : {"up1", "up2", "up3", "down1", "down2"})
        for (const char* column : {"soma", "apical"}) {
            const PopulationId p = a.circuit().population(population);
            if (!a.network().has_column(p, column)) continue;
            const auto n = static_cast<Eigen::Index>(a.network().cells(p));
            const Eigen::Map<const Eigen::VectorXd> x(a.network().column(p, column), n),
                y(b.network().column(p, column), n);
            difference = std::max(difference, (x - y).cwiseAbs().maxCoeff());
            scale = std::max(scale, y.cwiseAbs().maxCoeff());
        }
    return difference / scale;
}

/// Change of all weights over one presentation from rest, stacked.
Eigen::VectorXd change(const Setup& setup, double eta) {
    Training<double> simulation(linear_circuit({"W", "Wbar", "V", "Vbar"}, eta), setup);
    const Batch<double> batch(lanes);
    std::vector<MatrixD> before;
    Eigen::Index size = 0;
    for (const auto& state : simulation.weights()) size += before.emplace_back(state.matrix()).size();
    simulation.present(batch.inputs.data(), batch.targets.data());
    Eigen::VectorXd result(size);
    Eigen::Index at = 0;
    for (std::size_t k = 0; k < before.size(); ++k) {
        const MatrixD difference = simulation.weights()[k].matrix() - before[k];
        result.segment(at, difference.size()) = difference.reshaped();
        at += difference.size();
    }
    return result;
}

}  // namespace

TEST_CASE("frozen: somata and dendrites end at the settled fixed point, as fast as a chain of five cells does") {
    const Batch<double> batch(lanes);
    Training<double> fixed_point(linear_circuit({}, 0), settled());
    fixed_point.present(batch.inputs.data(), batch.targets.data());
    for (const char* stepper : {"rk4", "dopri5"}) {
        for (double T : {60.0, 120.0, 200.0, 500.0}) {
            CAPTURE(stepper, T);
            Training<double> simulation(linear_circuit({}, 0), continuous(stepper, T));
            simulation.present(batch.inputs.data(), batch.targets.data());
            // Five equal leaky cells in a row forget as e^-s (1 + s + ... + s^4 / 24) with s = t / tau; the columns are
            // those of the last step's beginning. Products of weights enlarge the later terms by up to `gain`.
            const double s = (T - 1) / tau, gain = 10, rounding = 1e-14;
            const double chain = std::exp(-s) * (1 + s * (1 + s / 2 * (1 + s / 3 * (1 + s / 4))));
            CHECK(distance(simulation, fixed_point) < gain * chain + rounding);
            if (T >= 500) CHECK(distance(simulation, fixed_point) < 1e-10);
        }
        // From one sample to the next nothing is reset, and it does not matter.
        Training<double> again(linear_circuit({}, 0), continuous(stepper, 500));
        const Batch<double> other(lanes);
        again.present(MatrixD(-3 * other.inputs).eval().data(), other.targets.data());
        CHECK(distance(again, fixed_point) > 0.1);
        again.present(batch.inputs.data(), batch.targets.data());
        CHECK(distance(again, fixed_point) < 1e-10);
    }
}

TEST_CASE("plastic: the update of a presentation tends to the settled one as tau / T", "[long]") {
    // The weights themselves change by some ten eta within the presentation, which the settled step cannot feel.
    const double eta = 1e-7, of_the_rate = 100 * eta;
    const Eigen::VectorXd expected = change(settled(), eta);
    REQUIRE(expected.norm() > 0);
    for (const char* stepper : {"rk4", "dopri5"}) {
        CAPTURE(stepper);
        std::vector<Eigen::VectorXd> error;
        for (double T : {500.0, 1000.0, 2000.0})
            error.emplace_back((change(continuous(stepper, T), eta) - expected) / expected.norm());
        // Signals are late by a few tau, so a part of about that over T is missing: 5 cells, 2 factors.
        CHECK(error[0].norm() < 10 * tau / 500);
        CHECK(error[0].norm() > tau / 500);
        // Twice the time, half the part: within 500 ms the start is forgotten to e^-50, and nothing else is left out.
        CHECK((error[0] - 2 * error[1]).norm() < of_the_rate);
        CHECK((error[1] - 2 * error[2]).norm() < of_the_rate);
    }
}

TEST_CASE("plastic: 60 long presentations in time leave the weights where 60 settled steps do", "[long]") {
    const std::vector<std::string> all{"W", "Wbar", "V", "Vbar"};
    const double eta = 2e-3;
    Training<double> reference(linear_circuit(all, eta), settled());
    Training<double> simulation(linear_circuit(all, eta), continuous("rk4", 1000, 2));
    std::map<std::string, MatrixD> start;
    for (const Weights& w : reference.circuit().weights) start[w.name] = reference.weights(w.name);
    Batch<double> batch(lanes);
    for (int k = 0; k < 60; ++k) {
        batch.inputs.row(k % 20) *= -1;
        reference.present(batch.inputs.data(), batch.targets.data());
        simulation.present(batch.inputs.data(), batch.targets.data());
    }
    for (const auto& [name, before] : start) {
        CAPTURE(name);
        const MatrixD expected = reference.weights(name) - before, found = simulation.weights(name) - before;
        REQUIRE(expected.norm() > 0.01 * before.norm());
        // Late by a few tau / T = 1 % each time, and within a presentation W already feels its own change.
        CHECK((found - expected).norm() < 0.1 * expected.norm());
    }
}
