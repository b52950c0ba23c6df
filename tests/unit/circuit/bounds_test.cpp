#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// One update without decay.
template <class S>
MatrixD learnt(WeightState<S> state, const Matrix<S>& post, const Matrix<S>& pre, S change) {
    learn(state, post, pre, change, S(0));
    return state.matrix();
}

}  // namespace

TEMPLATE_TEST_CASE("bounds clip what learning would carry beyond, and only that", "", float, double) {
    using S = TestType;
    const Matrix<S> W = random_matrix<S>(17, 9, "W"), post = random_matrix<S>(17, 4, "post"),
                    pre = random_matrix<S>(9, 4, "pre");
    for (const Connectivity& pairs : {Connectivity{}, random_mask(17, 9)})
        for (const auto& [lower, upper] :
             {std::pair{0.0, infinity}, std::pair{-infinity, 0.5}, std::pair{-0.25, 0.75}}) {
            const Weights bounds{.name = "W", .lower = lower, .upper = upper};
            const MatrixD free = learnt(weights_of<S>(W, pairs), post, pre, S(0.3));
            const MatrixD bounded = learnt(weights_of<S>(W, pairs, bounds), post, pre, S(0.3));
            MatrixD expected = free.cwiseMax(lower).cwiseMin(upper);
            if (!pairs.is_dense()) expected = (free.array() == 0).select(free, expected);
            CHECK(bounded == expected);
            CHECK(bounded != free);
        }
}

TEST_CASE("bounds hold for initial weights, and do not turn a NaN into a number") {
    Weights weights{.name = "W", .lower = 0, .initial = normal(1)};
    const WeightState<double> state(weights, 8, 8, Random(1));
    CHECK((state.matrix().array() >= 0).all());
    CHECK((state.matrix().array() == 0).any());

    const Matrix<double> one = Matrix<double>::Ones(11, 1), bad = Matrix<double>::Constant(1, 1, NAN);
    const MatrixD after = learnt(weights_of<double>(one, {}, {.name = "W", .lower = 0, .upper = 1}), one, bad, 1.0);
    CHECK(after.array().isNaN().all());
}

TEMPLATE_TEST_CASE("synaptic scaling: every cell's sum of squares is 1 after an update, directions stay", "", float,
                   double) {
    using S = TestType;
    const Matrix<S> W = random_matrix<S>(12, 7, "W"), post = random_matrix<S>(12, 3, "post"),
                    pre = random_matrix<S>(7, 3, "pre");
    // n additions, a square root and two more roundings, all relative to 1
    const double bound = 20 * std::numeric_limits<S>::epsilon();
    for (const Connectivity& pairs : {Connectivity{}, fan_in_of_one(12, 7), random_mask(12, 7)}) {
        const MatrixD free = learnt(weights_of<S>(W, pairs), post, pre, S(0.3));
        const MatrixD incoming =
            learnt(weights_of<S>(W, pairs, {.name = "W", .scaling = Scaling::incoming}), post, pre, S(0.3));
        const MatrixD outgoing =
            learnt(weights_of<S>(W, pairs, {.name = "W", .scaling = Scaling::outgoing}), post, pre, S(0.3));
        for (Eigen::Index i = 0; i < 12; ++i)
            if (free.row(i).norm() > 0)
                CHECK((incoming.row(i) - free.row(i) / free.row(i).norm()).cwiseAbs().maxCoeff() < bound);
        for (Eigen::Index j = 0; j < 7; ++j)
            if (free.col(j).norm() > 0)
                CHECK((outgoing.col(j) - free.col(j) / free.col(j).norm()).cwiseAbs().maxCoeff() < bound);
    }
}

TEST_CASE("synaptic scaling leaves a cell without any weight at zero") {
    Matrix<double> W = Matrix<double>::Ones(3, 2), still = Matrix<double>::Zero(3, 1), pre = Matrix<double>::Zero(2, 1);
    W.row(1).setZero();
    const MatrixD after =
        learnt(weights_of<double>(W, {}, {.name = "W", .scaling = Scaling::incoming}), still, pre, 1.0);
    CHECK(after.row(1).isZero(0));
    CHECK(std::abs(after(0, 0) - std::sqrt(0.5)) < 1e-15);
}
