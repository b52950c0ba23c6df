// The two exact recursions of section 3, which everything else rests on. They are algebra on the updates: no
// expectation, no small rate, any gate, any activation, any data.
#include <string>
#include <vector>

#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

constexpr std::size_t inputs = 9, outputs = 4, lanes = 8;
constexpr double g_W = 4e-3, g_V = 6e-3;  ///< decay a step

struct Variant {
    std::string activation, gate;
    Loss loss = Loss::squared_error;
    std::string motif = "dense";
    bool mask = false;
    bool scaled = false;  ///< excitatory and scaled: bounds and scaling act on V and Vbar, so that S is another matter
};

Training<double> simulation_of(const Variant& variant) {
    Upstream up;
    up.hidden = {7, 5, 6};
    up.activation = variant.activation;
    up.eta_W = 0.02;
    up.gamma_W = g_W / up.eta_W;
    self_assembly::Parameters p;
    p.ratio = {2, 3, 2};
    p.motif = variant.motif;
    p.gate = variant.gate;
    p.mask = variant.mask;
    p.signs = variant.scaled ? "excitatory" : "free";
    p.scaling = variant.scaled;
    p.eta_V = {0.03};
    p.gamma_V = {g_V / 0.03};
    return {self_assembly::circuit(up, p, {inputs, outputs, variant.loss, 1000}), {.lanes = lanes, .seed = 5}};
}

struct All {  ///< [l], l = 1 .. L; Vbar[L] = I
    std::vector<Matrix<double>> W, Wbar, V, Vbar;
};

All weights_of(const Training<double>& simulation, std::size_t L) {
    All all;
    const Matrix<double> none;
    for (auto* group : {&all.W, &all.Wbar, &all.V, &all.Vbar}) group->assign(L + 1, none);
    for (std::size_t l = 1; l <= L; ++l) {
        const std::string n = std::to_string(l);
        all.W[l] = simulation.weights("W" + n);
        if (l > 1) all.Wbar[l] = simulation.weights("Wbar" + n);
        if (l < L) all.V[l] = simulation.weights("V" + n);
        all.Vbar[l] =
            l < L ? simulation.weights("Vbar" + n) : Matrix<double>(Matrix<double>::Identity(outputs, outputs));
    }
    return all;
}

struct Violation {
    double S = 0, R = 0;  ///< largest over steps and layers, relative to the norms of what is subtracted
};

Violation largest_violation(const Variant& variant, int steps) {
    constexpr std::size_t L = 4;
    Training<double> simulation = simulation_of(variant);
    const Random random(11);
    Violation worst;
    All before = weights_of(simulation, L);
    for (int step = 0; step < steps; ++step) {
        Matrix<double> x(inputs, lanes), t = Matrix<double>::Zero(outputs, lanes);
        for (Eigen::Index k = 0; k < x.size(); ++k)
            x.data()[k] = random.normal(1, static_cast<std::uint32_t>(k), static_cast<std::uint64_t>(step));
        for (Eigen::Index k = 0; k < t.cols(); ++k) t((k + step) % t.rows(), k) = 1;
        simulation.present(x.data(), t.data());
        const All after = weights_of(simulation, L);
        const auto S = [](const All& a, std::size_t l) -> Matrix<double> { return a.V[l] - a.Vbar[l].transpose(); };
        const auto R = [](const All& a, std::size_t l) -> Matrix<double> {
            return a.Vbar[l] * a.Wbar[l].transpose() - a.W[l] * a.V[l - 1].transpose();
        };
        for (std::size_t l = 1; l < L; ++l) {
            const double scale = after.V[l].norm() + after.Vbar[l].norm();
            worst.S = std::max(worst.S, (S(after, l) - (1 - g_V) * S(before, l)).norm() / scale);
        }
        for (std::size_t l = 2; l <= L; ++l) {
            // R_{t+1} = (1 - g_W) R_t + dVbar^l (Wbar^l_{t+1})^T - W^l_{t+1} (dV^{l-1})^T
            const Matrix<double> expected = (1 - g_W) * R(before, l) +
                                            (after.Vbar[l] - before.Vbar[l]) * after.Wbar[l].transpose() -
                                            after.W[l] * (after.V[l - 1] - before.V[l - 1]).transpose();
            const double scale =
                after.Vbar[l].norm() * after.Wbar[l].norm() + after.W[l].norm() * after.V[l - 1].norm();
            worst.R = std::max(worst.R, (R(after, l) - expected).norm() / scale);
        }
        before = after;
    }
    return worst;
}

/// A step adds `lanes` products and every product of matrices at most 18 (the widest layer): some ten roundings each
/// way.
constexpr double rounding = 1e-14;

}  // namespace

TEST_CASE(
    "identities 1 and 2: S decays by 1 - g_V and R follows its recursion, to rounding, for any gate, activation and "
    "loss") {
    for (const char* activation : {"relu", "leaky_relu", "tanh", "linear"})
        for (const char* gate : {"linear", "partner", "threshold", "tanh", "relu", "oracle"})
            for (Loss loss : {Loss::squared_error, Loss::softmax_cross_entropy})
                for (const char* motif : {"dense", "topographic"}) {
                    CAPTURE(activation, gate, static_cast<int>(loss), motif);
                    const Violation worst = largest_violation({activation, gate, loss, motif}, 25);
                    CHECK(worst.S < rounding);
                    CHECK(worst.R < rounding);
                }
}

TEST_CASE("identity 2 holds for the scaled excitatory motif as well, whatever bounds and scaling do to V") {
    const Violation worst = largest_violation({"relu", "partner", Loss::squared_error, "topographic", false, true}, 25);
    CHECK(worst.R < rounding);
    CHECK(worst.S > 1e-6);  // scaling adds to the decay of S
}

TEST_CASE("a ReLU mask on dW alone breaks identity 2 and leaves identity 1") {
    const Violation worst = largest_violation({"relu", "linear", Loss::squared_error, "dense", true}, 25);
    CHECK(worst.S < rounding);
    CHECK(worst.R > 1e-4);
}
