// T2 - T4 of the specification: what the cells do, and the noise in them.
#include "tests/papers/pal/nets.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::pal;

constexpr double dt = 0.01;

/// Nothing learns, no teacher, no noise.
Parameters still() {
    Parameters p;
    p.eta_W = p.eta_B = p.eta_IP = p.eta_PI = {0};
    p.sigma = 0;
    p.g_tgt = 0;
    return p;
}

const std::array<double, 2> first{0.9, 0.1}, second{0.2, 0.7}, nothing{0, 0};

}  // namespace

TEST_CASE("PAL T2: an input reaches layer l after l steps, not earlier") {
    Training<double> s(net({2, 3, 2, 2}, still()), as_the_authors(dt, 1));
    s.present(first.data(), nothing.data());
    std::array<Eigen::VectorXd, 4> before;
    std::array<std::uint64_t, 4> arrival{};
    s.present(second.data(), nothing.data(), [&](std::uint64_t k) {
        for (std::size_t l = 1; l <= 3; ++l) {
            const Eigen::VectorXd now = column(s, "pyr" + std::to_string(l), "soma");
            if (k == 0) before[l] = now;
            // Rounding of the settled loop is far below what a new input does.
            else if (arrival[l] == 0 && (now - before[l]).norm() > 1e-6 * before[l].norm()) arrival[l] = k;
        }
    });
    for (std::size_t l = 1; l <= 3; ++l) CHECK(arrival[l] == l);
}

TEST_CASE("PAL T2: the membrane follows with 1/G = 5.263 ms while the output is there at once") {
    Parameters p = still();
    p.range_B = {0, 0};
    Training<double> s(net({2, 3, 2}, p), as_the_authors(dt, 8));
    const double G = 0.19;
    CHECK(1 / G == Approx(5.263).epsilon(1e-4));
    s.present(first.data(), nothing.data(), [&](std::uint64_t k) {
        if (k == 0) return;
        const Eigen::VectorXd soma = column(s, "pyr1", "soma"), membrane = column(s, "pyr1", "membrane");
        // Explicit Euler towards a target that stands still.
        const double way = 1 - std::pow(1 - dt * G, static_cast<double>(k));
        CHECK((membrane - way * soma).norm() < 1e-12 * soma.norm());
        if (k == 526) CHECK((membrane - (1 - std::exp(-1)) * soma).norm() < 1e-3 * soma.norm());
    });
}

TEST_CASE("PAL T2: all conductances times three leave the output what it is") {
    Parameters p = still();
    p.g_tgt = 0.06;
    Parameters scaled = p;
    for (double* g : {&scaled.g_l, &scaled.g_bas, &scaled.g_api, &scaled.g_den, &scaled.g_nudge, &scaled.g_tgt})
        *g *= 3;
    Training<double> one(net({2, 3, 2, 2}, p), as_the_authors(dt, 1)),
        three(net({2, 3, 2, 2}, scaled), as_the_authors(dt, 1));
    for (const auto* x : {&first, &second}) {
        one.present(x->data(), first.data());
        three.present(x->data(), first.data());
        for (const char* cells : {"pyr1", "pyr2", "pyr3", "inter1", "inter2"})
            CHECK((column(one, cells, "soma") - column(three, cells, "soma")).cwiseAbs().maxCoeff() < 1e-12);
    }
    CHECK((column(one, "pyr1", "membrane") - column(three, "pyr1", "membrane")).norm() > 1e-3);
}

TEST_CASE("PAL T3: in the self-predicting state without a teacher apical drives are 0 and nothing learns") {
    Parameters p;
    p.sigma = 0;
    p.g_tgt = 0;
    p.eta_B = {0};
    p.eta_W = {5};
    p.eta_IP = p.eta_PI = {5};
    p.tau_LO = 0;
    Setup setup = as_the_authors(dt, 1);
    setup.clock.settling = 5;
    Training<double> s(net({3, 6, 5, 4}, p), setup);
    const Matrix<double> W2 = s.weights("W2"), W3 = s.weights("W3");
    CHECK((s.weights("W_IP1") - 0.68421052631578947 * W2).cwiseAbs().maxCoeff() < 1e-12);
    CHECK((s.weights("W_IP2") - W3).cwiseAbs().maxCoeff() < 1e-12);
    CHECK(s.weights("B_PI1") == -s.weights("B1"));
    const std::vector<std::string> names{"W1", "W2", "W3", "W_IP1", "W_IP2", "B_PI1", "B_PI2"};
    std::vector<Matrix<double>> before;
    before.reserve(names.size());
    for (const std::string& name : names) before.push_back(s.weights(name));
    const std::array<double, 3> x{0.4, 0.9, 0.2};
    const std::array<double, 4> none{};
    s.present(x.data(), none.data());
    for (std::size_t k = 0; k < names.size(); ++k)
        CHECK((s.weights(names[k]) - before[k]).cwiseAbs().maxCoeff() < 1e-12);
    CHECK(column(s, "pyr1", "apical").cwiseAbs().maxCoeff() < 1e-12);
    CHECK(column(s, "pyr2", "apical").cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("PAL T4: variance of the noise, sigma^2/2 exactly and sigma^2/(2 - dt/tau) by Euler and Maruyama") {
    constexpr double coarse = 0.05, tau = 0.1, a = coarse / tau, sigma = 0.3;
    for (const bool exact : {true, false}) {
        CAPTURE(exact);
        Parameters p = still();
        p.sigma = sigma;
        p.tau_xi = tau;
        p.tau_r = coarse;
        p.scheme = exact ? "exact" : "euler_maruyama";
        Setup setup = as_the_authors(coarse, 2);
        setup.lanes = 20;
        Training<double> s(net({1, 2000, 1}, p), setup);
        const std::vector<double> none(setup.lanes, 0.0);
        std::vector<Eigen::VectorXd> xi;
        s.present(none.data(), none.data());
        s.present(none.data(), none.data(), [&](std::uint64_t) { xi.push_back(column(s, "pyr1", "noise")); });
        const double variance = exact ? sigma * sigma / 2 : sigma * sigma / (2 - a);
        const double keep = exact ? std::exp(-a) : 1 - a;
        for (const std::size_t lag : {0, 1, 4}) {
            double product = 0;
            std::size_t count = 0;
            // A million numbers; every fourth step is nearly independent of the last.
            for (std::size_t k = 0; k + lag < xi.size(); k += 4, ++count)
                product += xi[k].dot(xi[k + lag]) / static_cast<double>(xi[k].size());
            CAPTURE(lag);
            CHECK(product / static_cast<double>(count) ==
                  Approx(variance * std::pow(keep, static_cast<double>(lag))).margin(0.02 * variance));
        }
    }
}

TEST_CASE("PAL T4: of a rate that stands still nothing passes the high-pass, with tau_HP") {
    Parameters p = still();
    p.eta_B = {1e-9};  // somebody must look at it
    p.range_B = {0, 0};
    Training<double> s(net({2, 3, 2}, p), as_the_authors(dt, 1));
    double start = 0;
    s.present(first.data(), nothing.data(), [&](std::uint64_t k) {
        if (k < 2) return;  // the input arrives
        const double now = column(s, "pyr2", "high_passed")[0];
        if (k == 2) start = now;
        CHECK(now == Approx(start * std::pow(1 - dt / p.tau_HP, static_cast<double>(k - 2))).epsilon(1e-9));
    });
    CHECK(std::abs(start) > 0.1);
}

TEST_CASE("PAL: a held input and rules that see it a step late are the same numbers, low-passed or not") {
    for (const double tau_LO : {0.0, 3.0})
        for (const std::size_t lanes : {1, 3}) {
            CAPTURE(tau_LO, lanes);
            Parameters p;
            p.tau_LO = tau_LO;
            p.sigma = 0.3;
            p.eta_W = {2};
            p.alpha = 0.01;
            const auto after = [&](bool strategies) {
                Setup setup = as_the_authors(dt, 0.2);
                setup.lanes = lanes;
                setup.clock.held_sources = setup.clock.one_pass = strategies;
                Training<double> s(net({4, 5, 3}, p), setup);
                CHECK(why_not_static_source(s.circuit(), s.circuit().weights_named("W1"), pathways_of(setup.clock))
                          .empty() == strategies);
                const Random random(8);
                std::vector<double> x(4 * lanes), t(3 * lanes);
                for (std::uint64_t k = 0; k < 60; ++k) {
                    for (std::uint32_t i = 0; i < x.size(); ++i) x[i] = random.normal(1, i, k);
                    for (std::uint32_t i = 0; i < t.size(); ++i) t[i] = random.normal(2, i, k);
                    s.present(x.data(), t.data());
                }
                return s;
            };
            const auto held = after(true), plain = after(false);
            for (const char* name : {"W1", "W2", "B1", "W_IP1", "B_PI1"})
                CHECK((held.weights(name) - plain.weights(name)).norm() < 1e-12 * plain.weights(name).norm());
            const auto fresh = Training<double>(plain.circuit(), plain.setup());
            CHECK((plain.weights("W1") - fresh.weights("W1")).norm() > 0.01 * plain.weights("W1").norm());
        }
}

TEST_CASE("PAL: a variant takes away the plasticity of B, or of B and B_PI, and nothing else") {
    struct Case {
        const char* variant;
        bool B, B_PI;
    };
    for (const Case& expected :
         {Case{"pal", true, true}, Case{"frozen_feedback", false, true}, Case{"feedback_alignment", false, false}}) {
        CAPTURE(expected.variant);
        Parameters p;
        p.variant = expected.variant;
        Training<double> s(net({2, 3, 2, 2}, p), as_the_authors(dt, 1));
        const auto all = [&] {
            std::vector<Matrix<double>> weights;
            for (const char* name : {"W1", "W3", "W_IP1", "B1", "B2", "B_PI1", "B_PI2"})
                weights.push_back(s.weights(name));
            return weights;
        };
        const auto before = all();
        s.present(first.data(), second.data());
        s.present(second.data(), first.data());
        const auto after = all();
        for (const std::size_t k : {0, 1, 2}) CHECK(before[k] != after[k]);
        for (const std::size_t k : {3, 4}) CHECK((before[k] != after[k]) == expected.B);
        for (const std::size_t k : {5, 6}) CHECK((before[k] != after[k]) == expected.B_PI);
    }
}
