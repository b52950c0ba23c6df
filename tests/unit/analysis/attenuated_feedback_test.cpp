#include <algorithm>
#include <vector>

#include "analysis/metrics/agreement.hpp"
#include "models/pal/circuit.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/analysis/observed_circuit.hpp"

using namespace apical;
using namespace apical::test;

namespace {

/// The scheme of the authors, in which an answer is there after a step a layer.
Setup in_time() {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = Observed<double>::lanes;
    setup.clock.stepper = "euler_maruyama";
    setup.clock.step = 0.01;
    setup.clock.presentation = 1;
    setup.clock.is_plasticity_exact = false;
    return setup;
}

/// Without noise and teacher, so that interneurons cancel the feedback and every layer follows its drive.
pal::Parameters quiet() {
    pal::Parameters parameters;
    parameters.sigma = 0;
    parameters.g_tgt = 0;
    parameters.g_api = 0.05;
    parameters.range_W = {-4, 4};
    return parameters;
}

}  // namespace

TEST_CASE("feedback is held against slopes at the drive that a hidden cell keeps, in the output too") {
    const pal::Parameters p = quiet();
    Observed<double> seen(pal::circuit({{5, 4}, "logistic"}, p, small_task(Loss::squared_error)), in_time());
    const auto measured = seen.measure();
    const double hidden = p.g_bas / (p.g_l + p.g_bas + p.g_api), output = p.g_bas / (p.g_l + p.g_bas);
    const auto logistic = [](const Matrix<double>& u) -> Matrix<double> { return 1 / (1 + (-u.array()).exp()); };
    const auto slope = [&](const Matrix<double>& u) -> Matrix<double> {
        const Matrix<double> r = logistic(u);
        return r.array() * (1 - r.array());
    };
    Matrix<double> rate = Eigen::Map<const Matrix<double>>(seen.inputs.data(), 6, Observed<double>::lanes);
    std::vector<Matrix<double>> attenuated(4), own(4);
    for (std::size_t l = 1; l <= 3; ++l) {
        const Matrix<double> drive = seen.simulation.weights("W" + std::to_string(l)) * rate;
        const double gain = l == 3 ? output : hidden;
        attenuated[l] = slope(hidden * drive);
        own[l] = slope(gain * drive);
        rate = logistic(gain * drive);
    }
    for (std::size_t l = 2; l <= 3; ++l) {
        const Matrix<double> B = seen.simulation.weights("B" + std::to_string(l - 1));
        const Matrix<double> W = seen.simulation.weights("W" + std::to_string(l)).transpose();
        const auto expected = [&](const std::vector<Matrix<double>>& slopes) {
            return cosine(B, W.cwiseProduct(slopes[l - 1] * slopes[l].transpose()));
        };
        CHECK(measured.at("cosine_feedback_attenuated")[l - 2] == Approx(expected(attenuated)).epsilon(1e-9));
        CHECK(measured.at("cosine_feedback_slopes")[l - 2] == Approx(expected(own)).epsilon(1e-9));
        if (l == 3) CHECK(std::abs(expected(attenuated) - expected(own)) > 1e-4);
    }
}

TEST_CASE("where all layers keep the same share of their drive, there are no other slopes to hold feedback against") {
    const auto has = [](Circuit circuit) {
        const auto names = Observed<double>(std::move(circuit)).names(MetricGroup::metrics);
        CHECK(std::ranges::find(names, "cosine_feedback_slopes") != names.end());
        return std::ranges::find(names, "cosine_feedback_attenuated") != names.end();
    };
    CHECK_FALSE(has(feedback_circuit(small_network(), 1, false, small_task())));
    CHECK_FALSE(has(burst_ccn::circuit({{5, 4}}, {}, small_task(Loss::squared_error))));
}
