// Every stepper of the registry converges with the order it claims: a new one is tested by being listed.
#include <cmath>
#include <map>

#include "tests/numeric/order_problems.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

/// Order with which the error falls as the step is halved, as long as it is larger than `resolved` (times what
/// the problem amplifies): a smaller one is partly rounding. The next term of the error makes the slope between two
/// steps differ from the order by something proportional to the step, so the last two slopes are extrapolated.
template <class S>
double measured_order(Stepper<S>& stepper, const Problem<S>& problem, double resolved) {
    constexpr int most_steps = 4096;
    int n = 8;
    double error = error_after(stepper, problem, n), slope = 0, slope_before = 0;
    for (n *= 2; n <= most_steps; n *= 2) {
        const double finer = error_after(stepper, problem, n);
        if (finer < resolved * problem.amplifies) break;
        slope_before = slope;
        slope = std::log2(error / finer);
        error = finer;
    }
    return 2 * slope - slope_before;
}

constexpr double margin = 0.25;  // the neighbouring orders are 1 away

}  // namespace

TEST_CASE("every stepper converges with its order, on linear and nonlinear problems") {
    constexpr double resolved = 1e-14;  // some hundred roundings
    for (const StepperInfo& info : steppers())
        for (const auto& problem : problems<double>()) {
            INFO(info.name << ", " << problem.name);
            CHECK(std::abs(measured_order(*stepper_for(info.name, problem), problem, resolved) - info.order) < margin);
        }
}

TEST_CASE("in single precision order 1 can be seen too") {
    constexpr double resolved = 5e-5;  // some hundred roundings
    for (const StepperInfo& info : steppers()) {
        if (info.order > 1) continue;
        for (const auto& problem : problems<float>()) {
            INFO(info.name << ", " << problem.name);
            CHECK(std::abs(measured_order(*stepper_for(info.name, problem), problem, resolved) - info.order) < margin);
        }
    }
}

TEMPLATE_TEST_CASE("steppers of order 4 and more go down to rounding, and stay there", "", float, double) {
    using S = TestType;
    constexpr bool fine = sizeof(S) == 8;
    // The roundings of n steps, of 1e-16 or 6e-8 each; most of them cancel.
    constexpr int n = fine ? 8192 : 256;
    constexpr double rounding = fine ? 2e-14 : 2e-6;
    for (const StepperInfo& info : steppers()) {
        if (info.order < 4) continue;
        for (const auto& problem : problems<S>()) {
            INFO(info.name << ", " << problem.name);
            const auto stepper = stepper_for(info.name, problem);
            CHECK(error_after(*stepper, problem, n) < rounding * problem.amplifies);
            CHECK(error_after(*stepper, problem, 2 * n) < rounding * problem.amplifies);
        }
    }
}

TEST_CASE("a float stepper takes the steps of a double one, but for rounding") {
    constexpr double rounding = 1e-6;
    const auto coarse = problems<float>();
    const auto fine = problems<double>();
    for (const StepperInfo& info : steppers())
        for (std::size_t k = 0; k < fine.size(); ++k) {
            INFO(info.name << ", " << fine[k].name);
            const auto x = end_after(*stepper_for(info.name, coarse[k]), coarse[k], 16);
            const auto y = end_after(*stepper_for(info.name, fine[k]), fine[k], 16);
            CHECK((x.template cast<double>() - y).cwiseAbs().maxCoeff() < rounding * fine[k].amplifies);
        }
}

TEST_CASE("a step asks for as many slopes as its formula has, beside the one at hand") {
    // As many as its order, if not said here.
    const std::map<std::string, int> others{
        {"midpoint", 2},          {"cash_karp54", 5},           {"dopri5", 5}, {"adams_bashforth_moulton", 1},
        {"dopri5_controlled", 6}, {"cash_karp54_controlled", 5}};
    for (const StepperInfo& info : steppers()) {
        INFO(info.name);
        auto problem = problems<double>().front();
        int calls = 0;
        const auto slope_of = problem.slope;
        problem.slope = [&](const auto& x, auto& slope, double t) { ++calls, slope_of(x, slope, t); };
        const auto stepper = stepper_for(info.name, problem);
        end_after(*stepper, problem, 10);
        const int starting = info.name == "adams_bashforth_moulton" ? 3 * (3 - 1) : 0;  // three steps of rk4
        const auto said = others.find(info.name);
        CHECK(calls == 10 * (said == others.end() ? info.order : 1 + said->second) + starting);
    }
}
