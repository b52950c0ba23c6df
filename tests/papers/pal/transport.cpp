// T5 of the specification: with B = W^T the apical dendrites carry the gradient, to first order in the nudging.
#include <cstdio>

#include "tests/papers/pal/nets.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::pal;
using M = Matrix<double>;
using V = Eigen::VectorXd;

const std::array<double, 3> x{0.35, 0.9, 0.6};
const std::array<double, 4> t{0.5, -0.3, 0.1, 0.8};

V logistic(const V& u) { return 1 / (1 + (-u).array().exp()); }

/// Minus the gradient of sum_i int_{t_i}^{v_i} phi'(v) (v - t_i) dv, v the output's potentials v^.
std::array<M, 4> gradient(const std::array<M, 4>& W, const Parameters& p) {
    std::array<V, 4> rate{V(Eigen::Map<const V>(x.data(), 3))}, slope;
    V v;
    for (std::size_t l = 1; l <= 3; ++l) {
        v = p.left_of_drive(l == 3) * (W[l] * rate[l - 1]);
        rate[l] = logistic(v);
        slope[l] = rate[l].array() * (1 - rate[l].array());
    }
    std::array<M, 4> update;
    V delta = slope[3].array() * (Eigen::Map<const V>(t.data(), 4) - v).array();
    for (std::size_t l = 3; l >= 1; --l) {
        update[l] = p.left_of_drive(l == 3) * delta * rate[l - 1].transpose();
        if (l > 1) delta = slope[l - 1].array() * (p.left_of_drive(l == 3) * (W[l].transpose() * delta)).array();
    }
    return update;
}

struct Transport {
    double largest_angle;             ///< of dW to the gradient, over layers, in degrees
    std::array<double, 2> shrinkage;  ///< of the error from layer 3 to 2 and from 2 to 1, beside k W^T
};

Transport transport(double g_tgt, std::uint64_t seed) {
    Parameters p;
    p.variant = "backprop";
    p.g_tgt = g_tgt;
    p.tau_LO = 0;
    p.eta_IP = {0};
    p.eta_W = {1e-4};  // updates of 1e-8: far from rounding, too small to change what they are made of
    Setup setup = as_the_authors(0.01, 1, seed);
    Training<double> s(net({3, 6, 5, 4}, p), setup);
    s.present(x.data(), t.data());  // settles
    std::array<M, 4> W, dW;
    for (std::size_t l = 1; l <= 3; ++l) W[l] = s.weights("W" + std::to_string(l));
    s.present(x.data(), t.data());
    const std::array<M, 4> expected = gradient(W, p);
    Transport result{};
    std::array<double, 4> size{};
    for (std::size_t l = 1; l <= 3; ++l) {
        dW[l] = s.weights("W" + std::to_string(l)) - W[l];
        result.largest_angle = std::max(result.largest_angle, angle(dW[l], expected[l]));
        size[l] = dW[l].norm() * p.left_of_drive(l == 3) / expected[l].norm();
    }
    result.shrinkage = {size[2] / size[3] * p.left_of_drive(true), size[1] / size[2] * p.left_of_drive(false)};
    return result;
}

}  // namespace

TEST_CASE("PAL T5: the update of W turns to the gradient as the nudging gets weaker, and errors shrink by 0.2161") {
    for (const std::uint64_t seed : {1, 2, 3}) {
        CAPTURE(seed);
        double before = 10;
        for (const auto& [g_tgt, most] : {std::pair(0.06, 5.0), {0.01, 1.0}, {1e-3, 0.1}, {1e-4, 0.01}}) {
            const Transport found = transport(g_tgt, seed);
            std::printf("T5 seed %d g_tgt %g: largest angle %.4f deg, errors shrink by %.4f and %.4f a layer\n",
                        static_cast<int>(seed), g_tgt, found.largest_angle, found.shrinkage[0], found.shrinkage[1]);
            CHECK(found.largest_angle < most);
            CHECK(found.largest_angle < before);
            before = found.largest_angle;
            if (g_tgt > 1e-3) continue;
            // (g_api / G) (1 - lambda_I)
            for (const double shrinkage : found.shrinkage)
                CHECK(shrinkage == Approx(0.06 / 0.19 * (1 - 0.06 / 0.19)).margin(1e-3));
        }
    }
}
