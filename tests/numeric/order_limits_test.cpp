// How large a step may be: on dx/dt = -leak x, the equation of every leaky cell that is left alone.
#include <cmath>
#include <limits>
#include <map>

#include "tests/numeric/order_problems.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

/// Largest |x| among the last of n steps with step x leak = z from x = 1.
double left_over(const std::string& name, double z, int n) {
    const double leak = 0.25;
    const auto system = [=](const Eigen::VectorXd& x, Eigen::VectorXd& slope, double) { slope = -leak * x; };
    const auto stepper = make_stepper<double>(name, {Eigen::VectorXd::Constant(1, leak)});
    Eigen::VectorXd x = Eigen::VectorXd::Ones(1), slope(1);
    double largest = 0;
    for (int k = 0; k < n; ++k) {
        system(x, slope, k);
        stepper->step(system, x, slope, k * z / leak, z / leak);
        if (k >= n - 4) largest = std::max(largest, std::abs(x[0]));
    }
    return largest;
}

}  // namespace

TEST_CASE("at the largest step a leaky cell does not grow, and just above the true limit it does") {
    // Euler's true limit is 2, but above 1 it overshoots.
    const std::map<std::string, double> twice{{"euler", 2}, {"euler_maruyama", 2}};
    constexpr int n = 20000;
    for (const StepperInfo& info : steppers()) {
        INFO(info.name);
        if (std::isinf(info.largest_step)) {
            for (const double z : {0.01, 1.0, 5.0, 50.0}) CHECK(left_over(info.name, z, 100) < 1);
            continue;
        }
        CHECK(left_over(info.name, info.largest_step, n) <= 1);
        const double limit = twice.contains(info.name) ? twice.at(info.name) : info.largest_step;
        CHECK(left_over(info.name, limit * 1.001, n) > 2);
        CHECK(left_over(info.name, limit * 0.999, n) < 1e-3);
    }
    CHECK(left_over("euler", 1, 1) == 0);  // straight to the target, the largest step that does not overshoot
}

TEST_CASE("the largest step in ms is that of the fastest leak") {
    const StepperInfo& euler = steppers().front();
    REQUIRE(euler.name == "euler");
    CHECK(largest_step(euler, Eigen::VectorXd{{0.1, 0.25, 0}}) == 4);
    CHECK(largest_step(euler, Eigen::VectorXd::Zero(3)) == std::numeric_limits<double>::infinity());
    CHECK(largest_step(euler, {}) == std::numeric_limits<double>::infinity());
    for (const StepperInfo& info : steppers()) {
        INFO(info.name);
        CHECK(largest_step(info, Eigen::VectorXd{{0.5, 0.1}}) == info.largest_step / 0.5);
    }
}

TEMPLATE_TEST_CASE("exponential_euler is exact for a leak towards a constant target, at any step", "", float, double) {
    using S = TestType;
    using Vector = typename Stepper<S>::Vector;
    const Eigen::VectorXd leak{{0, 1e-12, 0.01, 0.3, 20}};
    const auto& rate = leak.cast<S>();
    const Vector target{{0, 2, -1, 0.5, 3}}, start{{1, 1, 1, 1, 1}};
    const auto system = [&](const Vector& x, Vector& slope, S) {
        slope = rate.array() * (target - x).array();
        slope[0] = S(0.125);  // does not leak, but is driven
    };
    const auto stepper = make_stepper<S>("exponential_euler", {leak});
    for (const double dt : {1e-3, 0.1, 1.0, 7.0, 1e3}) {
        CAPTURE(dt);
        Vector x = start, slope(5);
        constexpr int n = 5;
        for (int k = 0; k < n; ++k) {
            system(x, slope, 0);
            stepper->step(system, x, slope, static_cast<S>(k * dt), static_cast<S>(dt));
        }
        Eigen::VectorXd expected = target.template cast<double>().array() +
                                   (start - target).template cast<double>().array() * (-leak.array() * (n * dt)).exp();
        expected[0] = 1 + 0.125 * n * dt;
        const Eigen::ArrayXd error = (x.template cast<double>() - expected).array() / (1 + expected.array().abs());
        CHECK(error.abs().maxCoeff() < 16 * std::numeric_limits<S>::epsilon());
    }
}
