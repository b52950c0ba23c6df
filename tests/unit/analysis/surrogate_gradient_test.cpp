#include "analysis/metrics/surrogate_gradient.hpp"

#include <cmath>

#include "analysis/metrics/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/normal_matrix.hpp"

namespace {

using namespace apical;
using Matrices = std::vector<Matrix<double>>;

/// A network whose spikes are the integral of the gate, so that its loss has a gradient, with resets at given times.
struct Smooth {
    Matrices W{{}, normal_matrix(4, 3, 1), normal_matrix(5, 4, 2), normal_matrix(2, 5, 3)};
    SpikingCells cells{.keep_membrane = std::exp(-1.0 / 5),
                       .keep_synapse = std::exp(-1.0 / 3),
                       .beta = 2,
                       .onset = 2,
                       .signs = {Eigen::Vector4d(1, -1, 1, -1), Eigen::VectorXd::Ones(5), Eigen::Vector2d(1, 1)}};
    static constexpr Eigen::Index lanes = 3, steps = 9;

    std::vector<SpikingStep> live() const {
        std::vector<SpikingStep> all;
        for (Eigen::Index t = 0; t < steps; ++t) {
            SpikingStep now;
            const auto stream = static_cast<std::uint32_t>(10 + 10 * t);
            now.target = normal_matrix(2, lanes, stream);
            now.a.emplace_back(normal_matrix(3, lanes, stream + 1).cwiseAbs());
            now.u.emplace_back();
            now.z.emplace_back();
            for (std::size_t l = 1; l < W.size(); ++l) {
                Matrix<double> u = (1 - cells.keep_membrane) * 4 * W[l] * now.a[l - 1], a = 0 * u;
                if (t > 0) {
                    const Matrix<double>&before = all.back().u[l], &z = all.back().z[l];
                    if (cells.subtracts) u += cells.keep_membrane * (before - z);
                    else u += cells.keep_membrane * before.cwiseProduct((1 - z.array()).matrix());
                    a = cells.keep_synapse * all.back().a[l];
                }
                const Matrix<double> spikes = u.unaryExpr([&](double v) {
                    return std::copysign(1 - 1 / (1 + cells.beta * std::abs(v - 1)), v - 1) / cells.beta;
                });
                a += (1 - cells.keep_synapse) * cells.signs[l - 1].asDiagonal() * spikes;
                now.z.emplace_back(
                    (normal_matrix(u.rows(), lanes, stream + 2 + static_cast<std::uint32_t>(l)).array() > 0.5)
                        .cast<double>());
                now.u.push_back(u);
                now.a.push_back(a);
            }
            all.push_back(now);
        }
        return all;
    }
    double loss() const {
        double sum = 0;
        const std::vector<SpikingStep> all = live();
        for (std::size_t t = cells.onset; t < all.size(); ++t) sum += (all[t].target - all[t].a[3]).squaredNorm() / 2;
        return sum;
    }
};

}  // namespace

TEST_CASE("the surrogate gradient is that of the loss where spikes are the integral of the gate") {
    Smooth net;
    net.cells.subtracts = GENERATE(false, true);
    Matrices scaled = net.W;
    for (Matrix<double>& one : scaled) one *= 4;
    const Matrices minus = van_rossum_gradient(scaled, net.live(), net.cells);
    for (std::size_t l = 1; l < net.W.size(); ++l) {
        Matrix<double> exact(net.W[l].rows(), net.W[l].cols());
        for (Eigen::Index k = 0; k < exact.size(); ++k) {
            constexpr double step = 1e-6;
            const double at = net.W[l].data()[k];
            net.W[l].data()[k] = at + step;
            const double up = net.loss();
            net.W[l].data()[k] = at - step;
            exact.data()[k] = -(up - net.loss()) / (2 * step) / 4;  // in units of the scaled weights
            net.W[l].data()[k] = at;
        }
        CHECK(relative_error(exact, minus[l]) < 1e-6);
    }
}

TEST_CASE("the rate under a constant current is that of a cell whose period is not rounded to steps") {
    const SpikingCells cells{.keep_membrane = std::exp(-1.0 / 5)};
    CHECK(rate_under_current(1, cells) == 0);
    CHECK(rate_under_current(-3, cells) == 0);
    CHECK(rate_under_current(std::nan(""), cells) == 0);
    CHECK(rate_under_current(1e9, cells) == 1);
    for (const double current : {1.01, 1.5, 3.0}) {
        double u = 0;
        int period = 0;
        for (; u < 1; ++period) u = cells.keep_membrane * u + (1 - cells.keep_membrane) * current;
        const double exact = 1 / rate_under_current(current, cells);
        CHECK(exact <= period);
        CHECK(exact > period - 1);
    }
}

TEST_CASE("the update of a network of rates is what its equations say") {
    const auto one = [](double value) { return Matrix<double>::Constant(1, 1, value); };
    const SpikingCells cells{.keep_membrane = std::exp(-1.0 / 5),
                             .beta = 2,
                             .onset = 1,
                             .signs = {Eigen::VectorXd::Constant(1, -1), Eigen::VectorXd::Ones(1)}};
    const Matrices W{{}, one(4), one(-10)};
    std::vector<SpikingStep> steps(3);
    for (SpikingStep& step : steps) step.a = {one(0), one(0), one(0)};
    for (const std::size_t t : {0, 1, 2}) {
        steps[t].a[0] = one(t == 0 ? 9 : 0.4 + 0.1 * static_cast<double>(t));  // mean after the onset: .55
        steps[t].target = one(t == 0 ? 9 : 0.6);
    }
    const double r0 = 0.55, I1 = 2.2, r1 = -0.2 / -std::log(1 - 1 / I1), I2 = -10 * r1,
                 r2 = 0.2 / -std::log(1 - 1 / I2);
    const auto phi = [](double u) { return 1 / std::pow(1 + 2 * std::abs(u - 1), 2); };
    const double delta2 = phi(I2) * (0.6 - r2), delta1 = -phi(I1) * -10 * delta2;
    const Matrices update = rate_network_update(W, steps, cells);
    CHECK(update[2](0) == Approx(delta2 * r1).epsilon(1e-12));
    CHECK(update[1](0) == Approx(delta1 * r0).epsilon(1e-12));
}
