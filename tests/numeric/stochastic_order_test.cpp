// Steppers with noise, against closed-form solutions on the same Brownian paths. The noise reaches a stepper as the
// engine hands it over: xi / sqrt(dt) in the slope, held for the step.
#include <cmath>

#include "sim/core/random.hpp"
#include "sim/steppers/stepper.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using Vector = Eigen::VectorXd;
using Array = Eigen::ArrayXd;

constexpr int paths = 10000, finest = 512, coarsest = 16;  // steps in [0, 1]

/// W on [0, 1]: normal numbers (paths x steps), and those of coarser steps on the same paths.
class Brownian {
   public:
    explicit Brownian(std::uint64_t seed) : xi(paths, finest), eta(paths, finest) {
        const Random random(seed);
        for (int k = 0; k < finest; ++k)
            for (int path = 0; path < paths; ++path) {
                const auto pair = random.normals(Random::stream("W"), std::uint32_t(path), std::uint64_t(k));
                xi(path, k) = pair[0];
                eta(path, k) = pair[1];
            }
    }
    Vector coarse(int steps, int k) const {
        const int together = finest / steps;
        return xi.middleCols(k * together, together).rowwise().sum() / std::sqrt(together);
    }
    Array end() const { return xi.rowwise().sum().array() / std::sqrt(finest); }

    Eigen::MatrixXd xi, eta;  ///< eta: what else is drawn in a step, independent of W
};

const Brownian& brownian() {
    static const Brownian drawn(17);
    return drawn;
}

/// dx = f dt + G dW from x(0) = 1, and its end at time 1.
struct Equation {
    std::function<Array(const Array&)> f, G;
    Array end;
    double leak = 0;
};

/// dx = mu x dt + s x dW; Stratonovich's is solved by the ordinary rules of calculus, Ito's loses s^2 / 2.
Equation geometric(double mu, double s, bool ito) {
    return {[=](const Array& x) -> Array { return mu * x; }, [=](const Array& x) -> Array { return s * x; },
            (mu - (ito ? s * s / 2 : 0) + s * brownian().end()).exp(), -mu};
}

/// x = sinh(y), dy = mu dt + s dW: nonlinear drift and noise. In Ito's form the drift gains G G' / 2 = s^2 x / 2.
Equation hyperbolic(double mu, double s, bool ito) {
    const auto root = [](const Array& x) -> Array { return (1 + x.square()).sqrt(); };
    return {[=](const Array& x) -> Array { return mu * root(x) + (ito ? s * s / 2 : 0) * x; },
            [=](const Array& x) -> Array { return s * root(x); }, (std::asinh(1.0) + mu + s * brownian().end()).sinh(),
            0.5};
}

/// dx = -leak x dt + s dW. Within a fine step h, the filtered noise int e^(-leak (h - u)) dW(u) has variance
/// (1 - e^(-2 leak h)) / (2 leak) and covariance (1 - e^(-leak h)) / leak with W's increment.
Equation additive(double leak, double s) {
    const double h = 1.0 / finest, keep = std::exp(-leak * h), with_W = (1 - keep) / leak / std::sqrt(h);
    const double alone = std::sqrt((1 - keep * keep) / (2 * leak) - with_W * with_W);
    Array x = Array::Ones(paths);
    for (int k = 0; k < finest; ++k)
        x = keep * x + s * (with_W * brownian().xi.col(k) + alone * brownian().eta.col(k)).array();
    return {[=](const Array& at) -> Array { return -leak * at; },
            [=](const Array& at) -> Array { return Array::Constant(at.size(), s); }, x, leak};
}

Array end_of(const std::string& name, const Equation& equation, int steps) {
    const auto stepper = make_stepper<double>(name, {Vector::Constant(paths, equation.leak)});
    const double dt = 1.0 / steps;
    Vector x = Vector::Ones(paths), slope(paths), xi;
    const auto system = [&](const Vector& at, Vector& result, double) {
        result = equation.f(at) + equation.G(at) * xi.array() / std::sqrt(dt);
    };
    for (int k = 0; k < steps; ++k) {
        xi = brownian().coarse(steps, k);
        system(x, slope, k * dt);
        stepper->step(system, x, slope, k * dt, dt);
    }
    return x;
}

/// A mean over paths and its standard error.
struct Estimate {
    double value, error;
    explicit Estimate(const Array& of)
        : value(of.mean()), error(std::sqrt((of - of.mean()).square().sum() / (paths - 1) / paths)) {}
};

/// Order with which `error_of(steps)` falls from the coarsest to the finest step, and its standard error. Errors of the
/// same paths rise and fall together, so taking them for independent is on the safe side.
template <class Error>
std::pair<double, double> order_of(const Error& error_of, int last = finest) {
    const Estimate first = error_of(coarsest), end = error_of(last);
    const double octaves = std::log2(double(last) / coarsest);
    return {std::log2(std::abs(first.value / end.value)) / octaves,
            std::hypot(first.error / first.value, end.error / end.value) / std::log(2.0) / octaves};
}

/// Of the mean distance from the solution, path by path.
std::pair<double, double> strong_order(const std::string& name, const Equation& equation) {
    return order_of([&](int steps) { return Estimate((end_of(name, equation, steps) - equation.end).abs()); });
}

constexpr double confident = 4;  // standard errors: one in 16000
// What the next term of the error, smaller by sqrt(dt) or dt, may bend an order between 1/16 and 1/512.
constexpr double bend = 0.06;

void check_strong(const std::string& name, const Equation& equation, double expected) {
    const auto [order, error] = strong_order(name, equation);
    CAPTURE(name, order, error);
    CHECK(confident * error < 0.04);
    CHECK(std::abs(order - expected) < bend + confident * error);
}

}  // namespace

TEST_CASE("strong orders: multiplicative noise, 1/2 as Ito's and 1 as Stratonovich's", "[long]") {
    for (const char* name : {"euler_maruyama", "exponential_euler"}) {
        check_strong(name, geometric(-0.5, 1, true), 0.5);
        check_strong(name, hyperbolic(-0.5, 0.7, true), 0.5);
    }
    check_strong("stochastic_heun", geometric(-0.5, 1, false), 1);
    check_strong("stochastic_heun", hyperbolic(-0.5, 0.7, false), 1);
}

TEST_CASE("strong orders: additive noise, 1 for all of them") {
    for (const StepperInfo& info : steppers())
        if (info.takes_noise) check_strong(info.name, additive(1, 0.8), 1);
}

TEST_CASE("negative control: the wrong interpretation does not converge") {
    const double mu = -0.5, s = 1;
    const auto check = [&](const char* name, bool right) {
        const Equation equation = geometric(mu, s, right);
        const auto [order, error] = strong_order(name, equation);
        CAPTURE(name, order, error);
        CHECK(order + confident * error < 0.1);
        const Estimate off(end_of(name, equation, finest) - equation.end);
        // The means are e^mu (Ito) and e^(mu + s^2/2) (Stratonovich) apart, whatever the step.
        CHECK(std::abs(off.value) > 20 * off.error);
        CHECK(std::abs(off.value) == Approx(std::exp(mu + s * s / 2) - std::exp(mu)).epsilon(0.05));
    };
    check("euler_maruyama", false);
    check("exponential_euler", false);
    check("stochastic_heun", true);
    // The drift that turns one into the other makes it converge again.
    Equation turned = geometric(mu, s, false);
    turned.f = [=](const Array& x) -> Array { return (mu + s * s / 2) * x; };
    check_strong("euler_maruyama", turned, 0.5);
}

TEST_CASE("weak order 1: the means, step by step what they must be") {
    const double mu = 2, s = 0.6;
    // What the mean is multiplied by in a step.
    const auto check = [&](const char* name, bool ito, const std::function<double(double)>& factor, bool exact) {
        const Equation equation = geometric(mu, s, ito);
        // The solution's mean is known: only the difference from it has to be estimated.
        const double mean = std::exp(mu + (ito ? 0 : s * s / 2));
        const auto error_of = [&](int steps) { return Estimate(end_of(name, equation, steps) - equation.end); };
        for (const int steps : {16, 64, 256}) {
            CAPTURE(name, steps);
            const Estimate found = error_of(steps);
            CHECK(std::abs(found.value - (std::pow(factor(1.0 / steps), steps) - mean)) < confident * found.error);
        }
        if (exact) return;
        const auto [order, error] = order_of(error_of, 128);
        CAPTURE(name, order, error);
        CHECK(confident * error < 0.1);
        CHECK(std::abs(order - 1) < 0.1 + confident * error);
    };
    check(
        "euler_maruyama", true, [=](double dt) { return 1 + mu * dt; }, false);
    check(
        "exponential_euler", true, [=](double dt) { return std::exp(mu * dt); }, true);
    check(
        "stochastic_heun", false, [=](double dt) { return 1 + mu * dt + (mu * mu * dt * dt + s * s * dt) / 2; }, false);
}
