// Steppers that control their steps: the error follows the tolerance, nothing is carried over, and what cannot be done
// is said.
#include <cmath>

#include "tests/numeric/order_problems.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

std::vector<StepperInfo> controlled() {
    std::vector<StepperInfo> found;
    for (const StepperInfo& info : steppers())
        if (info.controlled) found.push_back(info);
    return found;
}

/// The problem, and how often its slope was asked for.
template <class S>
Problem<S> counted(Problem<S> problem, int& calls) {
    problem.slope = [slope = problem.slope, &calls](const auto& x, auto& result, S t) {
        ++calls;
        slope(x, result, t);
    };
    return problem;
}

}  // namespace

TEST_CASE("controlled: the error follows the tolerance, and small tolerances cost more evaluations") {
    REQUIRE(controlled().size() == 2);
    for (const StepperInfo& info : controlled())
        for (const auto& problem : problems<double>()) {
            INFO(info.name << ", " << problem.name);
            // Whole problem in one step. The estimate is that of order 4: h^5, as the error of order 5 is in the end.
            double largest = 0, smallest = 0, before = 0;
            for (double tolerance : {1e-4, 1e-6, 1e-8, 1e-10}) {
                int calls = 0;
                const auto watched = counted(problem, calls);
                const double error = error_after(*stepper_for(info.name, watched, tolerance), watched, 1);
                CAPTURE(tolerance, error, calls);
                CHECK(error < 10 * problem.amplifies * tolerance);
                CHECK(calls > before);
                if (tolerance == 1e-4) largest = error;
                smallest = error;
                before = calls;
            }
            // Substeps are whole numbers, so single errors scatter by some factors.
            const double followed = std::log10(largest / smallest) / 6;
            CAPTURE(followed);
            CHECK(std::abs(followed - 1) < 0.25);
        }
}

TEMPLATE_TEST_CASE("controlled: late in a long run, and when an input is far too fast for dt", "", float, double) {
    using S = TestType;
    using Vector = typename Stepper<S>::Vector;
    for (const StepperInfo& info : controlled()) {
        INFO(info.name);
        // tau = 20 us within a step of 1 ms, after three hours: float time advances in steps of 1 ms here.
        const auto fast = [](const Vector& x, Vector& slope, S) { slope = S(50) * (S(1) - x.array()); };
        const auto stepper = make_stepper<S>(info.name);
        Vector x = Vector::Zero(3), slope(3);
        fast(x, slope, 0);
        stepper->step(fast, x, slope, S(1.1e7), 1);
        CHECK((x.array() - S(1)).abs().maxCoeff() < S(1e-5));
    }
}

TEST_CASE("controlled: nothing is carried from step to step, so a resumed run is exact") {
    for (const StepperInfo& info : controlled())
        for (const auto& problem : problems<double>()) {
            INFO(info.name << ", " << problem.name);
            const auto used = stepper_for(info.name, problem, 1e-9);
            Eigen::VectorXd x = problem.solution(0), slope(x.size()), y;
            for (int k = 0; k < 10; ++k) {
                problem.slope(x, slope, k);
                y = x;
                used->step(problem.slope, x, slope, k, 1);
                stepper_for(info.name, problem, 1e-9)->step(problem.slope, y, slope, k, 1);
                CHECK(x == y);
            }
        }
}

TEMPLATE_TEST_CASE("controlled: a state that diverges or a slope that is no number is an error", "", float, double) {
    using S = TestType;
    using Vector = typename Stepper<S>::Vector;
    for (const StepperInfo& info : controlled()) {
        INFO(info.name);
        const auto explodes = [](const Vector& x, Vector& slope, S) { slope = x.array().square(); };  // at t = 1
        const auto stepper = make_stepper<S>(info.name);
        Vector x = Vector::Ones(1), slope = Vector::Ones(1);
        CHECK_THROWS_AS(stepper->step(explodes, x, slope, 0, 2), std::runtime_error);
        x.setOnes();
        CHECK_THROWS_WITH(stepper->step(explodes, x, slope, 0, 2), Catch::Matchers::Contains("tolerance of 1e-06"));
        const auto nothing = [](const Vector&, Vector& result, S) { result.setConstant(S(NAN)); };
        CHECK_THROWS_AS(stepper->step(nothing, x, slope, 0, 1), std::runtime_error);
        CHECK_THROWS_AS(make_stepper<S>(info.name, {{}, 0}), std::invalid_argument);
        // An error leaves nothing behind.
        const auto leak = [](const Vector& at, Vector& result, S) { result = -at; };
        x.setOnes();
        slope = -x;
        stepper->step(leak, x, slope, 0, 1);
        CHECK(std::abs(x[0] - std::exp(S(-1))) < S(1e-5));
    }
}
