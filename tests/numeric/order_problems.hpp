#pragma once
#include <cmath>
#include <functional>
#include <vector>

#include "sim/steppers/stepper.hpp"

namespace apical {

/// An initial value problem with a known solution, on [0, length].
template <class S>
struct Problem {
    using Vector = typename Stepper<S>::Vector;
    const char* name;
    double length, amplifies;  ///< by what an error may grow on the way
    Eigen::VectorXd leak;      ///< what exponential_euler is told
    typename Stepper<S>::System slope;
    std::function<Vector(S)> solution;
};

template <class S>
std::vector<Problem<S>> problems() {
    using Vector = typename Stepper<S>::Vector;
    return {
        {"damped oscillator (linear)", 2, 1, Eigen::VectorXd{{0.5, 0.5}},
         [](const Vector& x, Vector& slope, S) {
             slope = Vector{{x[1] - x[0] / 2, -x[0] - x[1] / 2}};
         },
         [](S t) {
             return Vector{{std::exp(-t / 2) * std::cos(t), -std::exp(-t / 2) * std::sin(t)}};
         }},
        {"chain of leaky cells (linear)", 3, 2, Eigen::VectorXd{{1, 1, 1}},
         [](const Vector& x, Vector& slope, S) {
             slope = Vector{{1 - x[0], x[0] - x[1], x[1] - x[2]}};
         },
         [](S t) {
             const S e = std::exp(-t);
             return Vector{{1 - e, 1 - e * (1 + t), 1 - e * (1 + t + t * t / 2)}};
         }},
        {"logistic growth (nonlinear)", 4, 3, Eigen::VectorXd{{1}},
         [](const Vector& x, Vector& slope, S) { slope = x.array() * (1 - x.array()); },
         [](S t) { return Vector{{1 / (1 + 9 * std::exp(-t))}}; }},
        {"pendulum's separatrix (nonlinear)", 3, 20, Eigen::VectorXd{{0, 0}},
         // x'' = -sin x with the energy of the upper rest: x = 4 atan(tanh(t / 2))
         [](const Vector& x, Vector& slope, S) {
             slope = Vector{{x[1], -std::sin(x[0])}};
         },
         [](S t) {
             return Vector{{4 * std::atan(std::tanh(t / 2)), 2 / std::cosh(t)}};
         }},
        {"driven from outside (depends on time)", 2, 1, Eigen::VectorXd{{0}},
         [](const Vector& x, Vector& slope, S t) { slope = -2 * t * x; },
         [](S t) { return Vector{{std::exp(-t * t)}}; }},
    };
}

/// With a tolerance that all steps meet, a controlled stepper is its formula with a fixed step.
constexpr double no_tolerance = 1e30;

template <class S>
std::unique_ptr<Stepper<S>> stepper_for(const std::string& name, const Problem<S>& problem,
                                        double tolerance = no_tolerance) {
    return make_stepper<S>(name, {problem.leak, tolerance});
}

/// The state at the end after n steps.
template <class S>
typename Stepper<S>::Vector end_after(Stepper<S>& stepper, const Problem<S>& problem, int n) {
    typename Stepper<S>::Vector x = problem.solution(0), slope(x.size());
    const double dt = problem.length / n;
    stepper.restart();
    for (int k = 0; k < n; ++k) {
        const S t = static_cast<S>(k * dt);
        problem.slope(x, slope, t);
        stepper.step(problem.slope, x, slope, t, static_cast<S>(dt));
    }
    return x;
}

/// Largest error at the end after n steps.
template <class S>
double error_after(Stepper<S>& stepper, const Problem<S>& problem, int n) {
    const auto end = problem.solution(static_cast<S>(problem.length));
    return static_cast<double>((end_after(stepper, problem, n) - end).cwiseAbs().maxCoeff());
}

}  // namespace apical
