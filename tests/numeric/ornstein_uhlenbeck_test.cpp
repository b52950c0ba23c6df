// The exact process, and white noise through a leak as each stepper makes it, against their closed forms.
#include "sim/steppers/ornstein_uhlenbeck.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/steppers/stepper.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

constexpr double confident = 4;  // standard errors: one in 16000

}  // namespace

TEMPLATE_TEST_CASE("OrnsteinUhlenbeck: two steps are one of twice the length, and the variance stays", "", float,
                   double) {
    using S = TestType;
    constexpr double rounding = 4 * std::numeric_limits<S>::epsilon();
    for (const double dt : {1e-9, 1e-3, 0.3, 2.0, 40.0}) {
        CAPTURE(dt);
        const double tau = 5, sigma = 1.5;
        const OrnsteinUhlenbeck<S> once(tau, sigma, dt), twice(tau, sigma, 2 * dt);
        const double keep = once.keep, kick = once.kick, both = twice.kick;
        CHECK(twice.keep == Approx(keep * keep).epsilon(rounding));
        CHECK(both * both == Approx(keep * keep * kick * kick + kick * kick).epsilon(rounding));
        CHECK(keep * keep * sigma * sigma + kick * kick == Approx(sigma * sigma).epsilon(rounding));
        // Short steps are a random walk: this fails if 1 - e^(-2 dt/tau) is taken as it stands.
        if (dt < 1e-6) CHECK(kick * kick == Approx(sigma * sigma * 2 * dt / tau).epsilon(rounding + dt));
    }
    CHECK(OrnsteinUhlenbeck<S>(5, 0, 1).next(S(2), S(1)) == S(2) * OrnsteinUhlenbeck<S>(5, 0, 1).keep);
}

TEST_CASE("OrnsteinUhlenbeck: mean and variance on the way from x(0)") {
    constexpr int paths = 40000;
    const double tau = 5, sigma = 1.5, dt = 2, start = 3;
    const OrnsteinUhlenbeck<double> process(tau, sigma, dt);
    const Random random(5);
    Eigen::ArrayXd x = Eigen::ArrayXd::Constant(paths, start);
    for (int k = 1; k <= 8; ++k) {
        for (int path = 0; path < paths; ++path)
            x[path] =
                process.next(x[path], random.normal(Random::stream("paths"), std::uint32_t(path), std::uint64_t(k)));
        const double t = k * dt;
        const double mean = std::exp(-t / tau) * start, variance = sigma * sigma * (1 - std::exp(-2 * t / tau));
        CAPTURE(t);
        // Of normal numbers: the mean has variance v / n, the mean square deviation 2 v^2 / n.
        CHECK(std::abs(x.mean() - mean) < confident * std::sqrt(variance / paths));
        CHECK(std::abs((x - mean).square().mean() / variance - 1) < confident * std::sqrt(2.0 / paths));
    }
}

TEST_CASE("OrnsteinUhlenbeck: autocovariance of one long stationary series") {
    constexpr int n = 400000;
    const double tau = 5, sigma = 1.5, dt = 1;
    const OrnsteinUhlenbeck<double> process(tau, sigma, dt);
    const Random random(6);
    Eigen::ArrayXd x(n);
    double now = sigma * random.normal(Random::stream("start"), 0);
    for (int k = 0; k < n; ++k)
        x[k] = now = process.next(now, random.normal(Random::stream("series"), 0, std::uint64_t(k)));
    for (const int lag : {0, 1, 2, 5, 10, 20, 60}) {
        CAPTURE(lag);
        const double found = (x.head(n - lag) * x.tail(n - lag)).mean();
        const double expected = sigma * sigma * std::exp(-lag * dt / tau);
        // Bartlett: n var = sum over m of c(m)^2 + c(m + lag) c(m - lag), with c(m) = sigma^2 q^|m|.
        const double q2 = std::exp(-2 * dt / tau), tail = 2 * q2 / (1 - q2);
        const double sum = 1 + tail + std::pow(q2, lag) * (2 * lag + 1 + tail);
        CHECK(std::abs(found - expected) < confident * sigma * sigma * std::sqrt(sum / (n - lag)));
    }
}

TEMPLATE_TEST_CASE("white noise through a leak: variance and memory as each stepper makes them", "[long]", float,
                   double) {
    using S = TestType;
    using Vector = typename Stepper<S>::Vector;
    constexpr int cells = 40000;
    const Random random(7);
    struct Expected {
        const char* name;
        double variance, kept;  ///< variance as a multiple of the true one
    };
    for (const double z : {1.0, 0.5}) {
        const double leak = 0.2, s = 0.7, dt = z / leak, variance = s * s / (2 * leak);
        for (const auto& [name, times, kept] :
             {Expected{"euler_maruyama", 1 / (1 - z / 2), 1 - z},
              Expected{"exponential_euler", std::tanh(z / 2) / (z / 2), std::exp(-z)},
              Expected{"stochastic_heun", (1 - z / 2) / (1 - z / 2 + z * z / 4), 1 - z + z * z / 2}}) {
            CAPTURE(name, z);
            const auto stepper = make_stepper<S>(name, {Eigen::VectorXd::Constant(cells, leak)});
            Vector x = Vector::Zero(cells), slope(cells), xi(cells), before;
            const auto system = [&](const Vector& at, Vector& result, S) {
                result = S(-leak) * at + S(s / std::sqrt(dt)) * xi;
            };
            for (int k = 0; k < 24; ++k) {  // what is left of the start: 2^-24 or less
                for (int cell = 0; cell < cells; ++cell)
                    xi[cell] = S(random.normal(Random::stream("leak"), std::uint32_t(cell), std::uint64_t(k)));
                before = x;
                system(x, slope, S(k * dt));
                stepper->step(system, x, slope, S(k * dt), S(dt));
            }
            const Eigen::ArrayXd now = x.template cast<double>(), then = before.template cast<double>();
            CHECK(std::abs(now.square().mean() / (variance * times) - 1) < confident * std::sqrt(2.0 / cells));
            const double correlation = (now * then).mean() / std::sqrt(now.square().mean() * then.square().mean());
            CHECK(std::abs(correlation - kept) < confident * (1 - kept * kept) / std::sqrt(cells));
            // The true process keeps e^-z and has this variance: what is not exact would be noticed.
            if (z == 1 && times != 1) CHECK(std::abs(times - 1) > 2 * confident * std::sqrt(2.0 / cells));
        }
    }
}
