// Noise currents in the engine: what reaches a compartment, and a leaky cell behind it, against closed forms. Cells and
// lanes are independent samples.
#include <algorithm>
#include <cmath>
#include <memory>

#include "sim/network/cell_normals.hpp"
#include "tests/numeric/chain.hpp"
#include "tests/numeric/in_time.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using Array = Eigen::ArrayXd;

constexpr double confident = 4;  // standard errors: one in 16000
constexpr std::size_t units = 500, lanes = 40;
constexpr double n = units * lanes, step = 0.5, tau = 8, tau_noise = 3, sigma = 1.5;

/// Leaky cells whose basal dendrite receives this current.
Circuit noisy(NoiseCurrent current, std::size_t cells = units) {
    Circuit circuit = chain({tau}, cells);
    const PopulationId cell = circuit.port(ports::answer).population;
    circuit.populations[cell].noise.push_back(std::move(current));
    circuit.add(Projection{.source = cell, .signal = "noise", .target = cell, .compartment = basal});
    return circuit;
}

NoiseCurrent coloured() { return {"noise", NoiseCurrent::Law::ornstein_uhlenbeck, sigma, tau_noise}; }
NoiseCurrent white() { return {"noise", NoiseCurrent::Law::white, sigma}; }

Setup noisy_setup(std::size_t wide = lanes) { return in_time("exponential_euler", step, 40, wide); }

struct Course {
    std::vector<Array> current, soma;  ///< of every step, all cells of all lanes
};

Course course_of(const Circuit& circuit, const Setup& setup, int presentations = 1) {
    Training<double> simulation(circuit, setup);
    const std::size_t cells = circuit.populations[circuit.port(ports::input).population].units;
    const Matrix<double> silence = sample<double>(cells, setup.lanes, "x") * 0;
    Course course;
    for (int k = 0; k < presentations; ++k)
        simulation.present(silence.data(), silence.data(), [&](std::uint64_t) {
            course.current.emplace_back(column_of(simulation, "cell1", "basal").reshaped<Eigen::RowMajor>());
            course.soma.emplace_back(column_of(simulation, "cell1", "soma").reshaped<Eigen::RowMajor>());
        });
    return course;
}

/// Of normal numbers: the mean has variance v / n, the mean square 2 v^2 / n, the mean product of two with covariance c
/// (v v' + c^2) / n.
void check_mean(const Array& x, double variance) { CHECK(std::abs(x.mean()) < confident * std::sqrt(variance / n)); }
void check_variance(const Array& x, double variance) {
    CHECK(std::abs(x.square().mean() / variance - 1) < confident * std::sqrt(2 / n));
}
void check_covariance(const Array& x, const Array& y, double c, double vx, double vy) {
    CHECK(std::abs((x * y).mean() - c) < confident * std::sqrt((vx * vy + c * c) / n));
}

}  // namespace

TEST_CASE("coloured noise in a compartment: mean, variance and autocovariance from silence on") {
    const Course course = course_of(noisy(coloured()), noisy_setup());
    // The first step draws once: x_k has lived for k + 1 steps.
    const auto variance = [](std::size_t k) {
        return sigma * sigma * (1 - std::exp(-2 * static_cast<double>(k + 1) * step / tau_noise));
    };
    for (const std::size_t k : {0, 1, 3, 10, 40, 79}) {
        CAPTURE(k);
        check_mean(course.current[k], variance(k));
        check_variance(course.current[k], variance(k));
        for (const std::size_t lag : {1, 2, 6, 20}) {
            if (k + lag > 79) continue;
            CAPTURE(lag);
            const double kept = std::exp(-static_cast<double>(lag) * step / tau_noise);
            check_covariance(course.current[k], course.current[k + lag], kept * variance(k), variance(k),
                             variance(k + lag));
        }
    }
}

TEST_CASE("coloured noise behind a leak: the soma's variance, its covariance with the current, its memory") {
    const Course course = course_of(noisy(coloured()), noisy_setup(), 2);
    // Exponential Euler holds the current for a step: u' = a u + (1 - a) x, x' = q x + ..., both stationary after 80
    // ms.
    const double a = std::exp(-step / tau), q = std::exp(-step / tau_noise), s2 = sigma * sigma;
    const double covariance = q * (1 - a) * s2 / (1 - a * q);
    const double variance = ((1 - a) * (1 - a) * s2 + 2 * a * (1 - a) * covariance) / (1 - a * a);
    // In the limit of short steps: sigma^2 tau_noise / (tau_noise + tau).
    CHECK(variance == Approx(s2 * tau_noise / (tau_noise + tau)).epsilon(0.01));
    const Array &u = course.soma[159], &x = course.current[159];
    check_mean(u, variance);
    check_variance(u, variance);
    check_covariance(u, x, covariance, variance, s2);
    double remembered = variance, driven = covariance;  // <u_k u_{k+lag}>, <u_k x_{k+lag}>
    for (std::size_t lag = 1; lag <= 20; ++lag) {
        remembered = a * remembered + (1 - a) * driven;
        driven *= q;
        CAPTURE(lag);
        check_covariance(course.soma[159 - lag], u, remembered, variance, variance);
    }
}

TEST_CASE("white noise in a compartment has the same integral whatever the step, and no memory") {
    for (const double dt : {0.5, 0.125}) {
        CAPTURE(dt);
        Setup setup = noisy_setup();
        setup.clock.step = dt;
        setup.clock.presentation = 5;
        const Course course = course_of(noisy(white()), setup);
        const double variance = sigma * sigma / dt;
        check_mean(course.current[7], variance);
        check_variance(course.current[7], variance);
        for (const std::size_t lag : {1, 2})
            check_covariance(course.current[5], course.current[5 + lag], 0, variance, variance);
        // Integrated over 5 ms: variance 5 sigma^2.
        Array sum = Array::Zero(course.current[0].size());
        for (const Array& current : course.current) sum += dt * current;
        check_variance(sum, 5 * sigma * sigma);
    }
}

TEST_CASE("white noise through a leak: the variance that each stepper gives it") {
    // The drive of a cell is the target of its leak: dx = (x - u) dt / tau, noise of strength sigma / tau.
    const double z = step / tau, truth = sigma * sigma / (2 * tau);
    struct Expected {
        const char* stepper;
        double variance, kept;
    };
    for (const auto& [stepper, times, kept] :
         {Expected{"euler_maruyama", 1 / (1 - z / 2), 1 - z},
          Expected{"exponential_euler", std::tanh(z / 2) / (z / 2), std::exp(-z)},
          Expected{"stochastic_heun", (1 - z / 2) / (1 - z / 2 + z * z / 4), 1 - z + z * z / 2}}) {
        CAPTURE(stepper);
        Setup setup = noisy_setup();
        setup.clock.stepper = stepper;
        const Course course = course_of(noisy(white()), setup, 2);
        const Array &u = course.soma[159], &before = course.soma[155];
        const double variance = truth * times;
        check_mean(u, variance);
        check_variance(u, variance);
        check_covariance(before, u, std::pow(kept, 4) * variance, variance, variance);
    }
}

TEST_CASE("cells and lanes have noise of their own, and so have two currents, two seeds, two simulations' evaluators") {
    const std::size_t few = 8;
    Circuit circuit = noisy(coloured(), few);
    circuit.populations[circuit.port(ports::answer).population].compartments.emplace_back("other");
    circuit.populations[circuit.port(ports::answer).population].noise.push_back(
        {"more", NoiseCurrent::Law::ornstein_uhlenbeck, sigma, tau_noise});
    const PopulationId cell = circuit.port(ports::answer).population;
    circuit.add(Projection{.source = cell, .signal = "more", .target = cell, .compartment = "other"});
    Setup setup = in_time("exponential_euler", 4 * tau_noise, 1000 * 4 * tau_noise, 3), reseeded = setup;
    reseeded.seed = 2;
    // One row a step; steps are so long that they hardly know of each other: e^-4.
    constexpr std::size_t rows = 1000;
    const auto series_of = [&](const Setup& given) {
        Training<double> simulation(circuit, given);
        const Matrix<double> silence = sample<double>(few, 3, "x") * 0;
        Eigen::MatrixXd series(rows, 2 * few * 3);
        simulation.present(silence.data(), silence.data(), [&](std::uint64_t k) {
            const auto row = static_cast<Eigen::Index>(k);
            series.row(row).head(few * 3) = column_of(simulation, "cell1", "basal").reshaped<Eigen::RowMajor>();
            series.row(row).tail(few * 3) = column_of(simulation, "cell1", "other").reshaped<Eigen::RowMajor>();
        });
        return series;
    };
    const Eigen::MatrixXd one = series_of(setup), other = series_of(reseeded);
    Eigen::MatrixXd both(rows, one.cols() + other.cols());
    both << one, other;
    // 4560 pairs, at the same step and one after the other: the largest of so many is expected at 4.4 standard errors.
    // Memory, e^-4, is that of a cell alone.
    const auto off_diagonal = [](const Eigen::MatrixXd& m) {
        return (m - Eigen::MatrixXd(m.diagonal().asDiagonal())).cwiseAbs().maxCoeff();
    };
    const double likely = 5.5 / std::sqrt(static_cast<double>(rows));
    const Eigen::MatrixXd covariance = both.transpose() * both / (rows * sigma * sigma);
    CHECK(off_diagonal(covariance) < likely);
    CHECK(off_diagonal(both.topRows(rows - 1).transpose() * both.bottomRows(rows - 1) / (rows * sigma * sigma)) <
          likely);
    CHECK(covariance.diagonal().minCoeff() > 1 - confident * std::sqrt(2.0 / rows) * 1.5);
    CHECK(series_of(setup) == one);
}

TEST_CASE("noise does not depend on the number of threads, nor of lanes beside") {
    Setup setup = noisy_setup();
    setup.clock.presentation = 5;
    const Course one = course_of(noisy(coloured()), setup);
    setup.threads = 2;
    const Course two = course_of(noisy(coloured()), setup);
    for (std::size_t k = 0; k < one.current.size(); ++k) {
        CHECK((one.current[k] == two.current[k]).all());
        CHECK((one.soma[k] == two.soma[k]).all());
    }
}

TEST_CASE("a given series is followed step by step, in every lane") {
    const std::size_t few = 3, wide = 2;
    const auto series = std::make_shared<std::vector<double>>();
    for (std::uint64_t k = 0; k < 40; ++k) {
        const Matrix<double> values = sample<double>(few, 1, "series", k);
        series->insert(series->end(), values.data(), values.data() + values.size());
    }
    Setup setup = in_time("exponential_euler", 0.5, 10, wide);
    NoiseCurrent current{"noise", NoiseCurrent::Law::series, 2, 0, series};
    const Course course = course_of(noisy(current, few), setup, 2);
    REQUIRE(course.current.size() == 40);
    Array soma = Array::Zero(few * wide);
    const double a = std::exp(-0.5 / tau);
    for (std::size_t k = 0; k < 40; ++k) {
        for (std::size_t unit = 0; unit < few; ++unit)
            for (std::size_t lane = 0; lane < wide; ++lane)
                CHECK(course.current[k][static_cast<Eigen::Index>(unit * wide + lane)] ==
                      2 * (*series)[k * few + unit]);
        CHECK((course.soma[k] - soma).abs().maxCoeff() < 1e-14);
        soma = a * soma + (1 - a) * course.current[k];
    }
    // After its end it begins anew: an evaluator may live longer than the run.
    const Course longer = course_of(noisy(current, few), setup, 3);
    for (std::size_t k = 0; k < 20; ++k) CHECK((longer.current[40 + k] == course.current[k]).all());
}

TEST_CASE("an evaluator's cells hear the noise of a stream of their own, once a step") {
    const std::size_t wide = 200;
    const Circuit circuit = noisy(coloured(), 50);
    Setup setup = in_time("exponential_euler", 0.5, 3, 4);
    const Training<double> simulation(circuit, setup);
    Evaluator<double> evaluator(simulation, wide);
    const Matrix<double> silence = sample<double>(50, wide, "x") * 0;
    evaluator.evaluate(silence.data(), silence.data());
    // Two presentations of 6 steps, and the columns at the end: the 13th draw.
    const Array current = evaluator.column("cell1", "basal").reshaped();
    const double variance = sigma * sigma * (1 - std::exp(-2 * 13 * 0.5 / tau_noise));
    CHECK(std::abs(current.square().mean() / variance - 1) < confident * std::sqrt(2.0 / (50 * wide)));
    evaluator.evaluate(silence.data(), silence.data());
    CHECK((current == evaluator.column("cell1", "basal").reshaped().array()).all());
}

TEST_CASE("an evaluator does not hear the run's own noise: of the same steps from rest it knows nothing") {
    const std::size_t cells = 100, wide = 40;
    const Circuit circuit = noisy(coloured(), cells);
    // A step is four time constants long: an evaluator's 13th draw, and what the run draws in 20 steps.
    Training<double> simulation(circuit, in_time("exponential_euler", 4 * tau_noise, 6 * 4 * tau_noise, wide));
    Evaluator<double> evaluator(simulation, wide);
    const Matrix<double> silence = sample<double>(cells, wide, "x") * 0;
    evaluator.evaluate(silence.data(), silence.data());
    const Array heard = evaluator.column("cell1", "basal").reshaped<Eigen::RowMajor>();
    const double likely = 4.5 / std::sqrt(static_cast<double>(heard.size()));
    std::size_t steps = 0;
    for (int k = 0; k < 4; ++k)
        simulation.present(silence.data(), silence.data(), [&](std::uint64_t) {
            const Array own = column_of(simulation, "cell1", "basal").reshaped<Eigen::RowMajor>();
            CHECK(std::abs((own * heard).mean()) / (sigma * sigma) < likely);
            ++steps;
        });
    CHECK(steps == 24);
}

TEST_CASE("normal numbers of different steps do not know of each other, nor do their squares") {
    constexpr std::size_t cells = 1 << 16;
    CellNormals normals(Random(3), Random::stream("test"), cells);
    std::vector<Array> x;
    for (std::uint64_t step = 0; step < 8; ++step) {
        if (step % CellNormals::steps_together == 0) normals.draw(step, 0, cells);
        x.emplace_back(Eigen::Map<const Eigen::ArrayXf>(normals.of_step(step), cells).cast<double>());
    }
    const double likely = 4.5 / std::sqrt(static_cast<double>(cells));
    for (std::size_t a = 0; a < x.size(); ++a) {
        CHECK(std::abs(x[a].mean()) < likely);
        CHECK(std::abs(x[a].square().mean() - 1) < likely * std::sqrt(2.0));
        for (std::size_t b = 0; b < a; ++b) {
            CAPTURE(a, b);
            CHECK(std::abs((x[a] * x[b]).mean()) < likely);
            CHECK(std::abs(((x[a].square() - 1) * (x[b].square() - 1)).mean()) < 2 * likely);
        }
    }
}

TEST_CASE("noise is refused by steppers that cannot take it, with their reason") {
    for (const StepperInfo& info : steppers()) {
        CAPTURE(info.name);
        Setup setup = in_time(info.name, 0.5, 5);
        CHECK_NOTHROW(Training<double>(chain({tau}, 2), setup));
        if (info.takes_noise) CHECK_NOTHROW(Training<double>(noisy(coloured(), 2), setup));
        else
            CHECK_THROWS_WITH(
                Training<double>(noisy(coloured(), 2), setup),
                "run.stepper: found '" + info.name + "' with noise, expected another one: " + info.why_no_noise);
    }
    CHECK_THROWS_WITH(Training<double>(chain({tau}), in_time("leapfrog", 0.5, 5)),
                      "run.stepper: found 'leapfrog', expected a known one");
}

TEST_CASE("a step that is too long for the shortest time constant is refused, with the longest that is allowed") {
    const auto made = [](const char* stepper, double dt) {
        Training<double>(chain({40, 4}), in_time(stepper, dt, 4 * dt));
    };
    CHECK_NOTHROW(made("euler", 4));
    CHECK_THROWS_WITH(made("euler", 4.5),
                      "run.step: found 4.5 ms, expected at most 4 ms for 'euler' and the shortest "
                      "time constant, 4 ms");
    CHECK_NOTHROW(made("rk4", 11.1));
    CHECK_THROWS_WITH(made("rk4", 11.2),
                      "run.step: found 11.2 ms, expected at most 11.14 ms for 'rk4' and the shortest "
                      "time constant, 4 ms");
    CHECK_NOTHROW(made("exponential_euler", 400));
    for (const StepperInfo& info : steppers()) {
        CAPTURE(info.name);
        if (std::isinf(info.largest_step)) CHECK_NOTHROW(made(info.name.c_str(), 1e4));
        else CHECK_THROWS_AS(made(info.name.c_str(), 4.01 * info.largest_step), ClockError);
    }
}
