// 5.2 to 5.5 of the specification: what the settled rate model does, from fresh seeds.
#include <cstdio>

#include "sim/core/random.hpp"
#include "tests/papers/burst_ccn/nets.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::burst_ccn;
using M = Matrix<double>;

constexpr Eigen::Index lanes = 32;
const std::vector<std::int64_t> sizes{20, 30, 30, 30, 10};

template <class S>
Training<S> simulation(const Parameters& p, std::uint64_t seed = 1) {
    Setup setup;
    setup.lanes = lanes;
    setup.seed = seed;
    return {net(sizes, p), setup};
}

/// x ~ U(0, 1), targets one of n.
struct Batch {
    Matrix<double> x, t;
    Batch(std::uint64_t seed, std::uint64_t step) {
        const Random random(seed);
        x = M(20, lanes);
        t = M::Zero(10, lanes);
        for (Eigen::Index k = 0; k < x.size(); ++k)
            x.data()[k] = random.uniform(Random::stream("inputs"), static_cast<std::uint32_t>(k), step);
        for (Eigen::Index k = 0; k < lanes; ++k) {
            const double drawn = random.uniform(Random::stream("classes"), static_cast<std::uint32_t>(k), step);
            t(static_cast<Eigen::Index>(10 * drawn), k) = 1;
        }
    }
};

template <class S>
void present(Training<S>& s, const M& x, const M& t) {
    const Matrix<S> inputs = x.cast<S>(), targets = t.cast<S>();
    s.present(inputs.data(), targets.data());
}

double mean_apical(const Training<float>& s) {
    double sum = 0;
    for (const char* cells : {"up1", "up2", "up3"}) sum += column(s, cells, "apical").cwiseAbs().mean() / 3;
    return sum;
}

/// Of all updates of W together: what the bursts say against the gradient through B.
double angle_to(const Training<float>& s, const std::vector<M>& B) {
    const Gradient expected = gradient(s, B);
    double product = 0, here = 0, there = 0;
    for (std::size_t l = 1; l <= 4; ++l) {
        const M rates = column(s, l == 1 ? "in" : "up" + std::to_string(l - 1), "rate");
        const M dW = column(s, "up" + std::to_string(l), "burst_excess") * rates.transpose() / lanes;
        product += dW.cwiseProduct(expected.W[l]).sum();
        here += dW.squaredNorm();
        there += expected.W[l].squaredNorm();
    }
    return std::acos(product / std::sqrt(here * there)) * 180 / M_PI;
}

struct Learnt {
    double angle_before, angle_after;  ///< to backpropagation (symmetric Y) or feedback alignment (random Y), degrees
    double quieter;                    ///< mean |u| before, over that after
};

/// Q alone learns, from N(0, 0.5^2), with or without a teacher.
Learnt learn_Q(const std::string& Y, bool taught, std::uint64_t steps, std::uint64_t seed) {
    Parameters p;
    p.eta_W = 0;
    p.Y = Y;
    p.Q = "random";
    p.eta_Q = 0.1;
    p.error_scale = taught ? 1 : 0;
    Training<float> s = simulation<float>(p, seed);
    p.error_scale = 1;
    p.eta_Q = 0;
    Training<float> looking = simulation<float>(p, seed);
    std::vector<M> B(4);
    for (std::size_t l = 1; l <= 3; ++l) B[l] = looking.weights("Y" + std::to_string(l));
    const Batch held(seed, 1u << 30);
    const auto look = [&] {
        for (const char* Q : {"Q1", "Q2", "Q3"}) looking.assign(Q, s.weights(Q));
        present(looking, held.x, held.t);
        return angle_to(looking, B);
    };
    const double before = look();
    double first = 0;
    for (std::uint64_t k = 0; k < steps; ++k) {
        const Batch batch(seed, k);
        present(s, batch.x, batch.t);
        if (k == 0) first = mean_apical(s);
    }
    const Learnt found{before, look(), first / mean_apical(s)};
    std::printf("5.4 Y %s, teacher %d, seed %d, %d steps: angle %.1f -> %.1f deg, mean |u| %.2f, %.0f times less\n",
                Y.c_str(), taught, static_cast<int>(seed), static_cast<int>(steps), found.angle_before,
                found.angle_after, first, found.quieter);
    return found;
}

}  // namespace

TEST_CASE("BurstCCN 5.2: tied feedback is the gradient up to the square of the error") {
    Parameters p;
    p.eta_W = 0;
    p.Y = p.Q = "tied";
    auto s = simulation<double>(p);
    const Batch batch(1, 0);
    present(s, batch.x, batch.t);
    const M answer = column(s, "up4", "rate");
    std::vector<M> B(4);
    for (std::size_t l = 1; l <= 3; ++l) B[l] = s.weights("W" + std::to_string(l + 1)).transpose();
    const auto deviation = [&](double share) {
        present(s, batch.x, answer + share * (batch.t - answer));
        const M expected = 0.5 * gradient(s, B).delta[1];
        return (column(s, "up1", "burst_excess") - expected).norm() / expected.norm();
    };
    for (const double share : {0.5, 0.25, 0.125}) {
        const double order = std::log2(deviation(share) / deviation(share / 2));
        std::printf("5.2 share %.3f: deviation %.3g, order %.3f\n", share, deviation(share), order);
        CHECK(order == Approx(2).margin(0.05).epsilon(0));
    }
}

TEST_CASE("BurstCCN 5.3: without a teacher the dendrites are silent and nothing learns; no teacher changes events") {
    const Batch batch(1, 0);
    for (const std::string Q : {"tied", "symmetric"}) {
        CAPTURE(Q);
        Parameters p;
        p.Q = Q;
        p.eta_Q = 0;
        p.error_scale = 0;
        auto silent = simulation<double>(p);
        p.error_scale = 1;
        auto taught = simulation<double>(p);
        const M W1 = silent.weights("W1");
        present(silent, batch.x, batch.t);
        present(taught, batch.x, batch.t);
        for (const char* cells : {"up1", "up2", "up3"}) {
            CHECK(column(silent, cells, "apical").cwiseAbs().maxCoeff() <= (Q == "tied" ? 0 : 1e-13));
            CHECK(column(taught, cells, "apical").cwiseAbs().maxCoeff() > 1e-3);
            CHECK((column(silent, cells, "rate") == column(taught, cells, "rate")));
        }
        CHECK((silent.weights("W1") - W1).cwiseAbs().maxCoeff() <= (Q == "tied" ? 0 : 1e-13));
        CHECK((taught.weights("W1") != W1));
    }
}

TEST_CASE("BurstCCN: where the target is not known, nobody corrects the cell") {
    Parameters p;
    p.Q = "tied";
    auto s = simulation<double>(p);
    const Batch batch(1, 0);
    M t = batch.t;
    t.leftCols(lanes - 1).setConstant(std::nan(""));
    const M W4 = s.weights("W4");
    present(s, batch.x, t);
    CHECK((column(s, "up4", "apical").leftCols(lanes - 1).array() == 0).all());
    CHECK((column(s, "up1", "apical").leftCols(lanes - 1).array() == 0).all());
    const M taught = column(s, "up4", "burst_excess").rightCols(1) * column(s, "up3", "rate").rightCols(1).transpose();
    CHECK((s.weights("W4") - W4 - 0.3 / lanes * taught).cwiseAbs().maxCoeff() < 1e-15);
    CHECK(taught.norm() > 1e-3);
}

TEST_CASE("BurstCCN 5.4: Q learns to silence the dendrites, and what is left is the gradient, or feedback alignment") {
    for (const std::string Y : {"symmetric", "random"}) {
        const Learnt alone = learn_Q(Y, false, 10000, 1), taught = learn_Q(Y, true, 3000, 1);
        CHECK(alone.angle_before > 60);
        CHECK(alone.angle_after < 8);
        CHECK(alone.quieter > 50);
        CHECK(taught.angle_after < 45);
        CHECK(taught.angle_after > alone.angle_after);
    }
}

TEST_CASE("BurstCCN 5.5: XOR with tied feedback") {
    const std::vector<double> x{0, 0, 1, 1, 0, 1, 0, 1}, t{1, 0, 0, 1, 0, 1, 1, 0};
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
        Parameters p;
        p.eta_W = 4;
        p.Y = p.Q = "tied";
        Setup setup;
        setup.lanes = 4;
        setup.seed = seed;
        Training<double> s(net({2, 10, 2}, p), setup);
        double error = 1;
        int steps = 0;
        for (; steps < 1500 && error >= 0.01; ++steps) {
            s.present(x.data(), t.data());
            error = column(s, "up2", "apical").array().square().mean();
        }
        std::printf("5.5 XOR seed %d: %d steps\n", static_cast<int>(seed), steps);
        CHECK(error < 0.01);
    }
}

TEST_CASE("BurstCCN: normalised, a rate is backpropagation's") {
    Parameters p;
    p.p_b = 0.2;
    p.error_scale = 0.25;
    p.eta_W = 0.3;
    p.normalised = true;
    p.Q = "tied";
    auto normalised = simulation<double>(p);
    p.normalised = false;
    p.eta_W = 0.3 / (0.2 * 0.25);
    auto printed = simulation<double>(p);
    const Batch batch(1, 0);
    const M W4 = printed.weights("W4");
    present(normalised, batch.x, batch.t);
    present(printed, batch.x, batch.t);
    CHECK((normalised.weights("W1") == printed.weights("W1")));
    std::vector<M> B(4);
    for (std::size_t l = 1; l <= 3; ++l) B[l] = printed.weights("Y" + std::to_string(l));
    CHECK((normalised.weights("W4") - W4 - 0.3 * gradient(printed, B).W[4]).norm() < 1e-12);
}

TEST_CASE("BurstCCN: symmetric Q may begin at an angle to -p_b Y") {
    Parameters p;
    p.p_b = 0.2;
    p.misalignment_Q = std::tan(3 * M_PI / 180);
    const auto s = simulation<double>(p);
    const M Y = s.weights("Y2"), Q = s.weights("Q2");
    CHECK(angle(Y, -Q) == Approx(3).margin(0.2).epsilon(0));
    CHECK(-Q.cwiseProduct(Y).sum() == Approx(0.2 * Y.squaredNorm()).epsilon(0.01));
}

TEST_CASE("BurstCCN: mirrored feedback comes to W^T as fast as both decay") {
    Parameters p;
    p.eta_W = 0.3;
    p.gamma_W = 0.01;
    p.Y_learns = "kolen_pollack";
    p.Q = "tied";
    auto s = simulation<double>(p);
    const auto apart = [&] { return (s.weights("Y2") - s.weights("W3").transpose()).eval(); };
    const M before = apart(), start = s.weights("W3");
    for (std::uint64_t k = 0; k < 200; ++k) {
        const Batch batch(1, k);
        present(s, batch.x, batch.t);
    }
    CHECK((apart() - std::pow(1 - 0.3 * 0.01, 200) * before).norm() < 1e-12 * before.norm());
    CHECK((s.weights("W3") - std::pow(1 - 0.3 * 0.01, 200) * start).norm() > 1e-3 * start.norm());
}
