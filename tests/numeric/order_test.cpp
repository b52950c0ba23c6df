// Every stepper of the registry converges with the order it claims: a new one is tested by being listed.
#include <cmath>

#include "sim/dynamics/stepper.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using Vector = Eigen::VectorXd;

/// An initial value problem with a known solution, on [0, length].
struct Problem {
    const char* name;
    double length;
    Stepper<double>::System slope;
    std::function<Vector(double)> solution;
};

std::vector<Problem> problems() {
    return {
        {"damped oscillator (linear)", 2,
         [](const Vector& x, Vector& slope, double) {
             slope = Vector{{x[1] - 0.5 * x[0], -x[0] - 0.5 * x[1]}};
         },
         [](double t) {
             return Vector{{std::exp(-0.5 * t) * std::cos(t), -std::exp(-0.5 * t) * std::sin(t)}};
         }},
        {"chain of leaky cells (linear)", 3,
         [](const Vector& x, Vector& slope, double) {
             slope = Vector{{1 - x[0], x[0] - x[1], x[1] - x[2]}};
         },
         [](double t) {
             const double e = std::exp(-t);
             return Vector{{1 - e, 1 - e * (1 + t), 1 - e * (1 + t + t * t / 2)}};
         }},
        {"logistic growth (nonlinear)", 4,
         [](const Vector& x, Vector& slope, double) { slope = x.array() * (1 - x.array()); },
         [](double t) { return Vector{{1 / (1 + 9 * std::exp(-t))}}; }},
        {"pendulum's separatrix (nonlinear)", 3,
         // x'' = -sin x with the energy of the upper rest: x = 4 atan(tanh(t / 2))
         [](const Vector& x, Vector& slope, double) {
             slope = Vector{{x[1], -std::sin(x[0])}};
         },
         [](double t) {
             return Vector{{4 * std::atan(std::tanh(t / 2)), 2 / std::cosh(t)}};
         }},
        {"driven from outside (depends on time)", 2,
         [](const Vector& x, Vector& slope, double t) { slope = -2 * t * x; },
         [](double t) { return Vector{{std::exp(-t * t)}}; }},
    };
}

/// Largest error at the end after n steps.
double error_after(Stepper<double>& stepper, const Problem& problem, int n) {
    Vector x = problem.solution(0), slope(x.size());
    const double dt = problem.length / n;
    for (int k = 0; k < n; ++k) {
        const double t = k * dt;
        problem.slope(x, slope, t);
        stepper.step(problem.slope, x, slope, t, dt);
    }
    return (x - problem.solution(problem.length)).cwiseAbs().maxCoeff();
}

/// Order with which the error falls as the step is halved. The next term of the error makes the slope between two steps
/// differ from the order by something proportional to the step, so the last two slopes are extrapolated.
double measured_order(Stepper<double>& stepper, const Problem& problem, int n) {
    constexpr double resolved = 1e-13;  // a smaller error is partly rounding
    constexpr int most_steps = 4096;
    double error = error_after(stepper, problem, n), slope = 0, slope_before = 0;
    for (n *= 2; n <= most_steps; n *= 2) {
        const double finer = error_after(stepper, problem, n);
        if (finer < resolved) break;
        slope_before = slope;
        slope = std::log2(error / finer);
        error = finer;
    }
    return 2 * slope - slope_before;
}

}  // namespace

TEST_CASE("every stepper converges with its order, on linear and nonlinear problems") {
    for (const StepperInfo& info : steppers())
        for (const Problem& problem : problems()) {
            INFO(info.name << ", " << problem.name);
            CHECK(std::abs(measured_order(*make_stepper<double>(info.name), problem, 8) - info.order) <
                  0.25);  // the neighbouring orders are 1 away
        }
}

TEST_CASE("steppers of order 4 and more go down to rounding, and stay there") {
    // Some thousand steps of 1e-16 each, times what the problem amplifies.
    constexpr double rounding = 2e-13;
    for (const StepperInfo& info : steppers()) {
        if (info.order < 4) continue;
        for (const Problem& problem : problems()) {
            INFO(info.name << ", " << problem.name);
            const auto stepper = make_stepper<double>(info.name);
            CHECK(error_after(*stepper, problem, 4096) < rounding);
            CHECK(error_after(*stepper, problem, 8192) < rounding);
        }
    }
}

TEST_CASE("a stepper holds what is at rest exactly, and float as well as double") {
    for (const StepperInfo& info : steppers()) {
        INFO(info.name);
        const auto at_rest = [](const Eigen::VectorXf& x, Eigen::VectorXf& slope, float) {
            slope = (1.5f - x.array()) * 0.1f;
        };
        const auto stepper = make_stepper<float>(info.name);
        Eigen::VectorXf x = Eigen::VectorXf::Constant(16, 1.5f), slope = Eigen::VectorXf::Zero(16);
        for (int k = 0; k < 100; ++k) stepper->step(at_rest, x, slope, float(k), 1);
        CHECK((x.array() == 1.5f).all());
    }
    CHECK_THROWS_AS(make_stepper<double>("leapfrog"), std::invalid_argument);
}
