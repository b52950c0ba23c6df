// T9 of the specification, Fig. 4 a b: one cell a layer learns what another chain answers. It has to turn the sign of
// its feedback first.
#include <cstdio>

#include "tests/papers/pal/nets.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::pal;

constexpr std::size_t samples = 100;

struct Chain {
    double W1, W2, B, mse;
};

double answer(double W1, double W2, double x) {
    const Parameters p;
    return p.left_of_drive(true) * W2 / (1 + std::exp(-p.left_of_drive(false) * W1 * x));
}

Chain learn(const std::string& variant, std::uint64_t epochs) {
    Parameters p;
    p.variant = variant;
    p.eta_W = {2, 0.5};
    p.eta_B = {20};
    p.eta_IP = {10};
    p.eta_PI = {0.5};
    p.sigma = 0.01;
    p.alpha = 1e-6;
    p.tau_LO = variant == "pal" ? 100 : 0;  // as the authors: the others without it
    p.range_W = p.range_B = {-1, 0};
    p.scheme = "euler_maruyama";
    Training<double> s(net({1, 1, 1}, p), as_the_authors(0.01, 1, 4));
    const Random random(5);
    std::vector<double> x(samples), t(samples);
    for (std::uint32_t k = 0; k < samples; ++k) {
        x[k] = random.uniform(Random::stream("inputs"), k);
        t[k] = answer(2, 2, x[k]);
    }
    for (std::uint64_t epoch = 0; epoch < epochs; ++epoch)
        for (const std::uint32_t k : random.permutation(samples, Random::stream("order"), epoch))
            s.present(&x[k], &t[k]);
    Chain end{s.weights("W1")(0, 0), s.weights("W2")(0, 0), variant == "backprop" ? 0 : s.weights("B1")(0, 0), 0};
    for (std::size_t k = 0; k < samples; ++k) end.mse += std::pow(answer(end.W1, end.W2, x[k]) - t[k], 2) / samples;
    std::printf("T9 %s: W1 %.3f, W2 %.4f, B %.3f, mse %.2g after %d epochs\n", variant.c_str(), end.W1, end.W2, end.B,
                end.mse, static_cast<int>(epochs));
    return end;
}

}  // namespace

TEST_CASE("PAL T9: Fig. 4 a b, 3000 epochs: PAL finds the teacher, feedback alignment runs away", "[paper]") {
    const Chain pal = learn("pal", 3000);
    CHECK(std::abs(pal.W1 - 2) < 0.2);
    CHECK(std::abs(pal.W2 - 2) < 0.03);
    CHECK(pal.B > 0);
    CHECK(pal.mse < 1e-4);
    const Chain fixed = learn("feedback_alignment", 3000);
    CHECK(fixed.mse > 0.3);
    CHECK(fixed.W1 < -20);
    const Chain exact = learn("backprop", 3000);
    CHECK(exact.mse < 1e-4);
}
