// Rules that are a sum of several outer products, against the same sum written out.
#include <array>
#include <cmath>
#include <limits>
#include <tuple>

#include "sim/synapses/choose.hpp"
#include "tests/numeric/chain.hpp"
#include "tests/numeric/in_time.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

constexpr std::size_t units = 3, lanes = 2;

/// dW = gain_1 v x^T + gain_2 (v o v) (x - theta)^T - decay W
struct TwoTerms {
    double gain_1, gain_2, theta = 0, decay = 0, tau = 0;
    static constexpr auto terms =
        std::tuple{outer(basal, rate),
                   outer(computed(tags(basal), [](const auto&, const auto& c) { return c[basal] * c[basal]; }),
                         computed(tags(rate), [](const auto& rule, const auto& c) { return c[rate] - rule.theta; }))};
    std::array<double, 2> gains() const { return {gain_1, gain_2}; }
    double decay_rate() const { return decay; }
    double low_pass() const { return tau; }
};

/// Its first term alone, in the two ways to write it, and its second.
struct First {
    double eta, decay = 0;
    static constexpr auto post_is = basal;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return decay; }
};
struct FirstAsList {
    double eta, decay = 0;
    static constexpr auto terms = std::tuple{outer(basal, rate)};
    std::array<double, 1> gains() const { return {eta}; }
    double decay_rate() const { return decay; }
};
struct Second {
    double eta, theta;
    static constexpr auto post_sees = tags(basal);
    static constexpr auto pre_sees = tags(rate);
    double gain() const { return eta; }
    template <class C>
    auto post(const C& c) const {
        return c[basal] * c[basal];
    }
    template <class C>
    auto pre(const C& c) const {
        return c[rate] - theta;
    }
};

template <class R>
void add_weights(Circuit& circuit, const char* name, R what, const Connectivity& connectivity = {}) {
    circuit.add(Weights{.name = name,
                        .post = circuit.port(ports::answer).population,
                        .pre = circuit.port(ports::input).population,
                        .connectivity = connectivity,
                        .rule = rule(what)});
}

/// Weights from the input to a cell that they do not drive; the cell's dendrite holds the input itself.
template <class R>
Circuit with(R rule, Connectivity connectivity = {}) {
    Circuit circuit = chain({10}, units);
    add_weights(circuit, "W", rule, std::move(connectivity));
    return circuit;
}

/// Multiples of 1/4 below 2: sums and products of a few of them have no rounding.
template <class S>
Matrix<S> coarse(const char* name, std::uint64_t event = 0) {
    return (4 * sample<S>(units, lanes, name, event)).array().round().max(-7).min(7) / 4;
}

Setup settled() {
    Setup setup;
    setup.lanes = lanes;
    return setup;
}
/// 64 steps, so that a step's part of a presentation has no rounding either.
Setup continuous(Splitting splitting = Splitting::lie) {
    Setup setup = in_time("euler", 1, 64, lanes);
    setup.clock.splitting = splitting;
    return setup;
}

template <class S>
Matrix<double> after(const Circuit& circuit, const Setup& setup, int presentations, const char* name = "W",
                     bool starts_at_0 = false) {
    Training<S> simulation(circuit, setup);
    if (!starts_at_0) simulation.assign(name, sample<double>(units, units, "W"));
    for (int k = 0; k < presentations; ++k) {
        const Matrix<S> x = coarse<S>("x", static_cast<std::uint64_t>(k));
        simulation.present(x.data(), x.data());
    }
    return simulation.weights(name);
}

template <class S>
Matrix<S> start() {
    return sample<double>(units, units, "W").template cast<S>();
}

}  // namespace

TEMPLATE_TEST_CASE("two terms, settled: bit for bit the two products written out", "", float, double) {
    using S = TestType;
    const TwoTerms rule{0.3, -0.07, 0.125, 0.2};
    Matrix<S> W = start<S>();
    const S keep = S(1) - static_cast<S>(1 - (1 - rule.decay));
    for (int k = 0; k < 3; ++k) {
        const Matrix<S> x = coarse<S>("x", static_cast<std::uint64_t>(k)), v = x.cwiseProduct(x);
        const Matrix<S> y = x.array() - S(rule.theta);
        W *= keep;
        W.noalias() += static_cast<S>(rule.gain_1 / lanes) * x * x.transpose();
        W.noalias() += static_cast<S>(rule.gain_2 / lanes) * v * y.transpose();
    }
    CHECK(after<S>(with(rule), settled(), 3) == W.template cast<double>());
}

TEMPLATE_TEST_CASE("two terms, continuous, with decay: bit for bit the two products written out", "", float, double) {
    using S = TestType;
    const TwoTerms rule{0.3, -0.07, 0.125, 0.2};
    Matrix<S> W = start<S>();
    const double r = rule.decay / 64, keep = std::exp(-r);
    double kept = 1;
    const Matrix<S> x = coarse<S>("x"), v = x.cwiseProduct(x), y = x.array() - S(rule.theta);
    const auto factor = [&](double gain) {
        return static_cast<S>(gain / 64 / lanes * -std::expm1(-r) / r / (kept * keep));
    };
    for (int k = 0; k < 64; ++k) {
        W.noalias() += factor(rule.gain_1) * x * x.transpose();
        W.noalias() += factor(rule.gain_2) * v * y.transpose();
        kept *= keep;
    }
    W *= static_cast<S>(kept);
    const Matrix<double> found = after<S>(with(rule), continuous(), 1);
    CHECK(found == W.template cast<double>());
    CHECK((found - start<S>().template cast<double>()).norm() > 0.1);
}

TEMPLATE_TEST_CASE("two terms are the sum of two weights with one each, exactly where nothing is rounded", "", float,
                   double) {
    using S = TestType;
    const TwoTerms both{0.25, -0.5, 0.25};
    Circuit apart = with(First{both.gain_1});
    add_weights(apart, "U", Second{both.gain_2, both.theta});
    const Circuit together = with(both);
    for (const Setup& setup : {settled(), continuous()}) {
        const Matrix<double> sum = after<S>(apart, setup, 2, "W", true) + after<S>(apart, setup, 2, "U", true);
        CHECK(after<S>(together, setup, 2, "W", true) == sum);
        CHECK(sum.norm() > 0.1);
    }
    for (const Splitting splitting : {Splitting::strang, Splitting::coupled}) {
        const Setup setup = continuous(splitting);
        const Matrix<double> sum = after<S>(apart, setup, 2, "W", true) + after<S>(apart, setup, 2, "U", true);
        CHECK((after<S>(together, setup, 2, "W", true) - sum).norm() <
              100 * std::numeric_limits<S>::epsilon() * sum.norm());
    }
}

TEMPLATE_TEST_CASE("a list of one term has the bits of a rule without a list", "", float, double) {
    for (const Setup& setup : {settled(), continuous(), continuous(Splitting::coupled)})
        CHECK(after<TestType>(with(FirstAsList{0.3, 0.2}), setup, 3) ==
              after<TestType>(with(First{0.3, 0.2}), setup, 3));
}

TEST_CASE("two terms, low-passed: E holds their sum, each with its gain") {
    const TwoTerms rule{0.3, -0.07, 0.125, 0.2, 20};
    Matrix<double> W = start<double>(), E = Matrix<double>::Zero(units, units);
    const Matrix<double> x = coarse<double>("x"), v = x.cwiseProduct(x), y = x.array() - rule.theta;
    const Matrix<double> sum = (rule.gain_1 * x * x.transpose() + rule.gain_2 * v * y.transpose()) / lanes;
    const double stay = std::exp(-1 / rule.tau), r = rule.decay / 64, keep = std::exp(-r);
    for (int k = 0; k < 64; ++k) {
        E = stay * E + (1 - stay) * sum;
        W = keep * W + (1 - keep) / r / 64 * E;
    }
    CHECK((after<double>(with(rule), continuous(), 1) - W).norm() < 1e-13 * W.norm());
    // With one gain of 0 it is the rule of the other, whose E is without its gain.
    const TwoTerms one{0.3, 0, 0.125, 0.2, 20};
    Circuit other = with(First{0.3, 0.2});
    other.weights.back().rule = low_passed(other.weights.back().rule, 20);
    const Matrix<double> expected = after<double>(other, continuous(), 2);
    CHECK((after<double>(with(one), continuous(), 2) - expected).norm() < 1e-13 * expected.norm());
}

TEMPLATE_TEST_CASE("two terms of pairs of cells are those of dense weights", "", float, double) {
    const Connectivity diagonal = Connectivity::one_to_one();
    for (const double tau : {0.0, 20.0})
        for (const Setup& setup : {settled(), continuous()}) {
            const TwoTerms rule{0.3, -0.07, 0.125, 0.2, tau};
            const Matrix<double> dense = after<TestType>(with(rule), setup, 2, "W", true),
                                 pairs = after<TestType>(with(rule, diagonal), setup, 2, "W", true);
            const double rounding = 100 * std::numeric_limits<TestType>::epsilon();
            CHECK((Matrix<double>(dense.diagonal().asDiagonal()) - pairs).norm() < rounding * dense.norm());
            CHECK(pairs.norm() > 0.01);
        }
}

TEST_CASE("weights of several terms take no shortcut, and the reason is given") {
    const Circuit together = with(TwoTerms{1, 1}), alone = with(First{1});
    const WeightsId W{0};
    CHECK(why_not_static_source(together, W, {}) == "their rule is a sum of several outer products");
    CHECK(why_not_deferred(together, W, 1, {}) == "their rule is a sum of several outer products");
    CHECK(why_not_deferred(alone, W, 1, {}) == "not one projection uses them, as they are");
}

TEST_CASE("the direction of two terms is their sum, each with its gain; of one, it is without") {
    const Matrix<double> x = coarse<double>("x"), v = x.cwiseProduct(x), y = x.array() - 0.25;
    const Matrix<double> first = x * x.transpose() / lanes, second = v * y.transpose() / lanes;
    const auto direction = [&](const Circuit& circuit, const Setup& setup) {
        const Training<double> simulation(circuit, setup);
        Evaluator<double> evaluator(simulation, lanes);
        evaluator.evaluate(x.data(), x.data());
        return evaluator.plastic_direction("W");
    };
    for (const Setup& setup : {settled(), continuous()}) {
        CHECK((direction(with(TwoTerms{0.5, -0.25, 0.25}), setup) - (0.5 * first - 0.25 * second)).norm() < 1e-13);
        CHECK((direction(with(First{0.5}), setup) - first).norm() < 1e-13);
    }
}
