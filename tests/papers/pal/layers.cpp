// The layer form (section 3.5): exact gradients with B = W^T, and feedback that finds its closed form from noise.
#include "models/pal/layers.hpp"

#include "tests/papers/pal/nets.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::pal;
using M = Matrix<double>;

constexpr std::size_t lanes = 32;

Setup in_batches() {
    Setup setup = as_the_authors(0.1, 10);
    setup.lanes = lanes;
    setup.clock.is_plasticity_exact = true;
    return setup;
}

M drawn(Eigen::Index units, std::uint32_t stream) {
    const Random random(3);
    M values(units, static_cast<Eigen::Index>(lanes));
    for (Eigen::Index k = 0; k < values.size(); ++k)
        values.data()[k] = random.normal(stream, static_cast<std::uint32_t>(k));
    return values;
}

}  // namespace

TEST_CASE("PAL layers: with B = W^T the update of W and b is eta beta times the negative gradient") {
    LayerParameters p;
    p.variant = "backprop";
    p.activations = {"tanh", "linear", "tanh"};
    p.eta_W = {1e-6};
    p.scale = 0.5;
    Training<double> s(layers_circuit({5, 4}, p, {3, 2, Loss::squared_error, 100}), in_batches());
    const M x = drawn(3, 1), t = drawn(2, 2);
    std::array<M, 4> W, b;
    for (std::size_t l = 1; l <= 3; ++l) {
        W[l] = s.weights("W" + std::to_string(l));
        b[l] = s.weights("b" + std::to_string(l));
    }
    s.present(x.data(), t.data());
    const auto with = [&](const M& w, const M& bias, const M& r) -> M { return (w * r).colwise() + bias.col(0); };
    const M r1 = with(W[1], b[1], x).array().tanh(), r2 = with(W[2], b[2], r1),
            r3 = with(W[3], b[3], r2).array().tanh();
    const M e3 = (1 - r3.array().square()) * (t - r3).array(), e2 = W[3].transpose() * e3,
            e1 = (1 - r1.array().square()) * (W[2].transpose() * e2).array();
    const double scale = 1e-6 * p.beta / lanes;
    const auto check = [&](const std::string& name, const M& before, const M& expected) {
        CAPTURE(name);
        CHECK((s.weights(name) - before - scale * expected).norm() < 1e-6 * scale * expected.norm());
    };
    check("W1", W[1], e1 * x.transpose());
    check("W2", W[2], e2 * r1.transpose());
    check("W3", W[3], e3 * r2.transpose());
    check("b2", b[2], e2.rowwise().sum());
}

TEST_CASE("PAL layers: feedback reaches sigma^2/(2 alpha) (1 - q) / (1 - (1 - a) q) W^T in a linear network") {
    LayerParameters p;
    p.activations = {"linear"};
    p.eta_W = {0};
    p.eta_B = {8};
    p.alpha = 0.01;
    p.sigma = {0.1};
    p.scale = 0.5;
    Training<double> s(layers_circuit({5, 4}, p, {3, 2, Loss::squared_error, 100}), in_batches());
    const M x = drawn(3, 1), t = drawn(2, 2);
    // Exact noise through an Euler high-pass, no latency: a = dt / tau_HP, q = e^(-dt / tau_xi).
    const double a = 0.1, q = std::exp(-a), K = p.sigma[0] * p.sigma[0] / (2 * p.alpha) * (1 - q) / (1 - (1 - a) * q);
    M B2 = M::Zero(5, 4), B3 = M::Zero(4, 2);
    constexpr int settle = 100, measure = 200;
    for (int k = 0; k < settle + measure; ++k) {
        s.present(x.data(), t.data());
        if (k < settle) continue;
        B2 += s.weights("B2") / measure;
        B3 += s.weights("B3") / measure;
    }
    const auto check = [&](const M& B, const M& W) {
        const M P = K * W.transpose();
        // B fluctuates by some per cent around its mean, with a memory of 12 presentations.
        CHECK((B.array() * P.array()).sum() / P.squaredNorm() == Approx(1).margin(0.05));
        CHECK(angle(B, P) < 10);
    };
    check(B2, s.weights("W2"));
    check(B3, s.weights("W3"));
}
