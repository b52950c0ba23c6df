// What the engine counts on, whichever stepper it is given.
#include <boost/numeric/odeint/integrate/integrate_n_steps.hpp>
#include <set>
#include <tuple>

#include "sim/steppers/euler_maruyama.hpp"
#include "sim/steppers/exponential_euler.hpp"
#include "sim/steppers/stochastic_heun.hpp"
#include "tests/numeric/order_problems.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory.hpp"

namespace {

using namespace apical;

Eigen::VectorXd run(Stepper<double>& stepper, const Problem<double>& problem, int steps) {
    Eigen::VectorXd x = problem.solution(0), slope(x.size());
    for (int k = 0; k < steps; ++k) {
        problem.slope(x, slope, k * 0.1);
        stepper.step(problem.slope, x, slope, k * 0.1, 0.1);
    }
    return x;
}

}  // namespace

TEST_CASE("the registry: names are unique, and who takes no noise says why") {
    std::set<std::string> names;
    for (const StepperInfo& info : steppers()) {
        INFO(info.name);
        CHECK(names.insert(info.name).second);
        CHECK(!info.reference.empty());
        CHECK(info.text.back() == '.');
        CHECK(info.takes_noise == info.why_no_noise.empty());
        CHECK(info.largest_step > 0);
    }
    CHECK_THROWS_AS(make_stepper<double>("leapfrog"), std::invalid_argument);
    CHECK_THROWS_AS(make_stepper<double>("exponential_euler"), std::invalid_argument);
    const auto stepper = make_stepper<double>("exponential_euler", {Eigen::VectorXd::Ones(3)});
    Eigen::VectorXd x = Eigen::VectorXd::Ones(2);
    CHECK_THROWS_AS(stepper->step(problems<double>()[0].slope, x, x, 0, 1), std::invalid_argument);
}

TEMPLATE_TEST_CASE("a stepper holds what is at rest exactly", "", float, double) {
    using S = TestType;
    using Vector = typename Stepper<S>::Vector;
    for (const StepperInfo& info : steppers()) {
        INFO(info.name);
        const auto at_rest = [](const Vector& x, Vector& slope, S) { slope = (S(1.5) - x.array()) * S(0.1); };
        const auto stepper = make_stepper<S>(info.name, {Eigen::VectorXd::Constant(16, 0.1)});
        Vector x = Vector::Constant(16, S(1.5)), slope = Vector::Zero(16);
        for (int k = 0; k < 100; ++k) stepper->step(at_rest, x, slope, S(k), 1);
        CHECK((x.array() == S(1.5)).all());
    }
}

TEST_CASE("after a restart a stepper does as a new one, bit for bit") {
    for (const StepperInfo& info : steppers())
        for (const auto& problem : problems<double>()) {
            INFO(info.name << ", " << problem.name);
            const auto used = stepper_for(info.name, problem, 1e-6);
            for (int before = 1; before < 7; ++before) {
                run(*used, problem, before);
                used->restart();
                CHECK(run(*used, problem, 9) == run(*stepper_for(info.name, problem, 1e-6), problem, 9));
                used->restart();
            }
        }
}

TEST_CASE("a restart forgets what was before an input jumped") {
    // dx/dt = input - x, the input being 1 and then -1.
    double input = 1;
    const Stepper<double>::System system = [&](const Eigen::VectorXd& x, Eigen::VectorXd& slope, double) {
        slope = input - x.array();
    };
    const auto error = [&](bool restarts) {
        const auto stepper = make_stepper<double>("adams_bashforth_moulton");
        Eigen::VectorXd x = Eigen::VectorXd::Zero(1), slope(1);
        for (int k = 0; k < 40; ++k) {
            input = k < 20 ? 1 : -1;
            if (k == 20 && restarts) stepper->restart();
            system(x, slope, 0);
            stepper->step(system, x, slope, k * 0.1, 0.1);
        }
        return std::abs(x[0] - (-1 + (2 - std::exp(-2.0)) * std::exp(-2.0)));
    };
    CHECK(error(true) < 1e-5);
    CHECK(error(false) > 100 * error(true));
}

TEMPLATE_TEST_CASE("no memory is taken after the first step", "", float, double) {
    if (!test::counts_memory()) return;
    using S = TestType;
    using Vector = typename Stepper<S>::Vector;
    const std::size_t at_first = test::allocations();
    CHECK(Vector::Ones(100).eval().sum() == 100);
    REQUIRE(test::allocations() > at_first);
    for (const StepperInfo& info : steppers()) {
        INFO(info.name);
        S together[] = {1, 2, 3, 4, 5, 6, 7, 8};  // more than fits into a std::function: a copy of it would show
        const typename Stepper<S>::System system = [=](const Vector& x, Vector& slope, S) {
            slope = -together[0] * x + Vector::Constant(x.size(), together[7]);
        };
        const auto stepper = make_stepper<S>(info.name, {Eigen::VectorXd::Ones(100), 1e-4});
        Vector x = Vector::Ones(100), slope = Vector::Ones(100);
        std::size_t before = 0;
        for (int k = 0; k < 20; ++k) {
            // Of several steps: the first is a different method's.
            if (k == 4) before = test::allocations();
            system(x, slope, 0);
            stepper->step(system, x, slope, S(k), S(0.5));
        }
        CHECK(test::allocations() == before);
    }
}

using Ours = std::tuple<EulerMaruyama<float>, EulerMaruyama<double>, StochasticHeun<float>, StochasticHeun<double>,
                        ExponentialEuler<float>, ExponentialEuler<double>>;

TEMPLATE_LIST_TEST_CASE("odeint's own loop takes our steppers, and gives the same", "", Ours) {
    using S = typename TestType::value_type;
    namespace odeint = boost::numeric::odeint;
    const Problem<S> problem = problems<S>()[1];
    auto method = [&] {
        if constexpr (std::is_constructible_v<TestType, Eigen::VectorXd>) return TestType(problem.leak);
        else return TestType();
    }();
    std::string name;
    int order = 0;
    for (const StepperInfo& info : steppers()) {
        if (!info.takes_noise) continue;
        const auto ours = stepper_for(info.name, problem);
        auto x = problem.solution(0);
        odeint::integrate_n_steps(method, problem.slope, x, S(0), S(problem.length) / 16, 16);
        if (x == end_after(*ours, problem, 16)) name = info.name, order = info.order;
    }
    INFO(name);
    CHECK(order == method.order());
}
