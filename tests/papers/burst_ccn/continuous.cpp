// 5.6 of the specification: a small net follows another one that is driven by the same sines, in continuous time.
#include <chrono>
#include <cstdio>

#include "sim/core/random.hpp"
#include "tests/papers/burst_ccn/nets.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::burst_ccn;
using M = Matrix<double>;
using V = Eigen::VectorXd;

constexpr double dt = 10, tau = 100;  // ms
constexpr Eigen::Index inputs = 3, hidden = 25;

V logistic(const V& z) { return 1 / (1 + (-z).array().exp()); }

/// Xavier's normal weights.
M drawn(const Random& random, std::string_view name, Eigen::Index rows, Eigen::Index columns, double gain) {
    M values(rows, columns);
    const double deviation = gain * std::sqrt(2.0 / static_cast<double>(rows + columns));
    for (Eigen::Index k = 0; k < values.size(); ++k)
        values.data()[k] = deviation * random.normal(Random::stream(name), static_cast<std::uint32_t>(k));
    return values;
}

/// x_i(k) = cos(omega_i k + phi_i), and the net that is to be followed: the same cells, weights of gain 3, no biases.
class World {
   public:
    explicit World(std::uint64_t seed) : x(inputs), random_(seed) {
        W1_ = drawn(random_, "target/W1", hidden, inputs, 3);
        W2_ = drawn(random_, "target/W2", 1, hidden, 3);
        z1_ = V::Zero(hidden);
        z2_ = V::Zero(1);
        for (std::uint32_t i = 0; i < 3; ++i) {
            omega_[i] = random_.uniform(Random::stream("omega"), i) * 2 * M_PI / 40;
            phi_[i] = random_.uniform(Random::stream("phi"), i) * 2 * M_PI;
        }
    }
    void step(std::uint64_t k) {
        target = logistic(z2_)[0];  // of the beginning of the step, as the learner's output is
        for (std::uint32_t i = 0; i < 3; ++i) x[i] = std::cos(omega_[i] * static_cast<double>(k) + phi_[i]);
        const V e1 = logistic(z1_);
        z1_ += dt / tau * (W1_ * x - z1_);
        z2_ += dt / tau * (W2_ * e1 - z2_);
    }
    V x;
    double target = 0;

   private:
    Random random_;
    M W1_, W2_;
    V z1_, z2_;
    std::array<double, 3> omega_{}, phi_{};
};

/// The authors' order within a step, written down apart from the simulator; the hidden trace is updated twice a step.
struct ByHand {
    M W1, W2;
    V b1 = V::Zero(hidden), b2 = V::Zero(1), z1 = b1, z2 = b2, u = b1, ebar = b1, xbar = V::Zero(inputs);
    double eta;

    void step(const V& x, double t, bool taught) {
        xbar += dt / 200 * (x - xbar);
        const V e1 = logistic(z1), e2 = logistic(z2), p1 = logistic(u);
        const V p2 = (0.5 + 0.5 * (taught ? 1 : 0) * (t - e2.array()) * (1 - e2.array())).matrix();
        const V db1 = ((p1.array() - 0.5) * e1.array()).matrix(), db2 = ((p2.array() - 0.5) * e2.array()).matrix();
        const V drive = W2.transpose() * p2.cwiseProduct(e2) - 0.5 * W2.transpose() * e2;
        z1 += dt / tau * (W1 * x + b1 - z1);
        z2 += dt / tau * (W2 * e1 + b2 - z2);
        u += dt / tau * (4 * (1 - e1.array()) * drive.array() - u.array()).matrix();
        const V trace = ebar;
        for (int twice = 0; twice < 2; ++twice) ebar += dt / 100 * (e1 - ebar);
        W1 += eta * db1 * xbar.transpose();
        W2 += eta * db2 * trace.transpose();
        b1 += eta * db1;
        b2 += eta * db2;
    }
};

Parameters as_the_authors() {
    Parameters p;
    p.eta_W = 0.02;  // per step
    p.gain_W = 1.5;
    p.Y = p.Q = "tied";
    p.tau_trace = {200, 100};
    p.trace_updates = 2;
    p.input_trace = "updated";
    p.step = dt;
    return p;
}

template <class S>
Training<S> learner(std::uint64_t seed) {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = 1;
    setup.seed = seed;
    setup.clock.stepper = "euler";
    setup.clock.step = setup.clock.presentation = dt;
    return {net({inputs, hidden, 1}, as_the_authors()), setup};
}

/// Runs `steps` of them; the mean squared error. Counts on at `k`.
template <class S>
double run(Training<S>& s, World& world, std::uint64_t& k, std::uint64_t steps, bool taught) {
    double sum = 0;
    for (const std::uint64_t end = k + steps; k < end; ++k) {
        world.step(k);
        const Eigen::Matrix<S, Eigen::Dynamic, 1> x = world.x.template cast<S>();
        const S t = static_cast<S>(world.target);
        s.present(x.data(), taught ? &t : nullptr);
        const double error =
            world.target - static_cast<double>(*s.network().column(s.circuit().port(ports::answer).population, "rate"));
        sum += error * error;
    }
    return sum / static_cast<double>(steps);
}

}  // namespace

TEST_CASE("BurstCCN 5.6: in continuous time every step is that of the authors' order") {
    auto s = learner<double>(1);
    World world(1);
    ByHand expected{.W1 = s.weights("W1"), .W2 = s.weights("W2"), .eta = 0.02};
    for (std::uint64_t k = 0; k < 400; ++k) {
        world.step(k);
        const bool taught = k >= 100;
        const double t = world.target;
        s.present(world.x.data(), taught ? &t : nullptr);
        const V e2 = logistic(expected.z2);
        CHECK(column(s, "up2", "rate")(0, 0) == Approx(e2[0]).margin(1e-12).epsilon(0));
        CHECK((column(s, "up1", "apical_potential") - expected.u).cwiseAbs().maxCoeff() < 1e-12);
        expected.step(world.x, t, taught);
        CHECK((s.weights("W1") - expected.W1).cwiseAbs().maxCoeff() < 1e-12);
        CHECK((s.weights("W2") - expected.W2).cwiseAbs().maxCoeff() < 1e-12);
        CHECK((s.weights("b1") - expected.b1).cwiseAbs().maxCoeff() < 1e-12);
    }
    CHECK((s.weights("W1") - learner<double>(1).weights("W1")).norm() > 1e-4);
}

namespace {

/// The published protocol: mean square error before, while and after it is taught.
void learns_sines(std::uint64_t last_seed) {
    for (std::uint64_t seed = 1; seed <= last_seed; ++seed) {
        auto s = learner<float>(seed);
        World world(seed);
        std::uint64_t k = 0;
        const double before = run(s, world, k, 5000, false);
        const auto start = std::chrono::steady_clock::now();
        const double first = run(s, world, k, 10000, true), middle = run(s, world, k, 180000, true),
                     last = run(s, world, k, 10000, true);
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
        const double after = run(s, world, k, 5000, false);
        std::printf("5.6 seed %d: mse %.3g before, %.3g, %.3g, %.3g taught, %.3g after; %.2f us a step\n",
                    static_cast<int>(seed), before, first, middle, last, after, wall.count() / 0.2);
        CHECK(before > 20 * after);
        CHECK(after < 1e-3);
    }
}

}  // namespace

TEST_CASE("BurstCCN 5.6: fresh seeds learn the sine task within the published band", "[long]") { learns_sines(3); }
TEST_CASE("BurstCCN 5.6: and so do ten", "[paper]") { learns_sines(10); }
