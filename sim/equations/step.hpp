#pragma once
#include <span>
#include <string>
#include <vector>

#include "sim/equations/expression.hpp"

namespace apical::equations {

/// How states whose slopes are text take a step `dt`, a name that stands for its length.
enum class Scheme : unsigned char {
    exponential_euler,  ///< x + f (e^(a dt) - 1) / a with a = df/dx, of slopes that are linear in their own state
    euler,              ///< x + dt f
    rk4,                ///< Runge and Kutta, order 4
};

struct Slope {
    std::string state;
    Expression expression;
};
/// A column that decays by itself, exactly, also within a step.
struct Decay {
    std::string column;
    Expression tau;
};

/// What each of these states is a step later, of the columns at the beginning of the step. Throws ExpressionError, with
/// the place in the slope, where exponential Euler meets one that is not linear in its own state; `state` is then the
/// number of the slope.
Expression step_of(Scheme scheme, std::size_t state, std::span<const Slope> slopes, std::span<const Decay> decays);

/// A slope a x + b that is linear in its own state x, a pure number: rate (target - x).
struct Relaxation {
    Expression rate;    ///< -a
    Expression target;  ///< b / -a
};
/// Throws ExpressionError, with the place in the slope, for one that is not linear, or does not depend on its state.
Relaxation relaxation_of(const Slope& slope);

}  // namespace apical::equations
