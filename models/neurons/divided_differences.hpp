#pragma once
#include <algorithm>
#include <array>
#include <cmath>

namespace apical {

// Divided differences of the exponential function, of which the exact steps of linear equations are made: the equation
// dx/dt = a x + y, dy/dt = b y, x(0) = 0 has x(t) = t e[a t, b t] y(0), a chain of three t^2 e[a t, b t, c t], and so
// on. Smooth where arguments are equal, with an error of a few units in the last place.

/// (e^a - e^b) / (a - b); e^a where both are equal. From the larger on, so that nothing overflows.
inline double exp_difference(double a, double b) {
    const double x = std::min(a, b) - std::max(a, b);
    return std::exp(std::max(a, b)) * (x == 0 ? 1 : std::expm1(x) / x);
}

/// (e[a, b] - e[b, c]) / (a - c); e^a / 2 where all are equal.
inline double exp_difference(double a, double b, double c) {
    std::array<double, 3> at{a, b, c};
    std::ranges::sort(at);
    const double wide = at[2] - at[0];
    if (wide >= 1) return (exp_difference(at[2], at[1]) - exp_difference(at[1], at[0])) / wide;
    // e^m sum over n of h_n(x, y) / (n + 2)!, with h_n the sum of all products of n factors x or y.
    const double x = at[0] - at[2], y = at[1] - at[2];
    double sum = 0, h = 1, y_to_n = 1, factorial = 2;
    for (int n = 0; n < 20; ++n) {
        sum += h / factorial;
        factorial *= n + 3;
        y_to_n *= y;
        h = x * h + y_to_n;
    }
    return std::exp(at[2]) * sum;
}

}  // namespace apical
