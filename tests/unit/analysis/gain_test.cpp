#include <cmath>

#include "models/pal/circuit.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/analysis/observed_circuit.hpp"

using namespace apical;
using namespace apical::test;

namespace {

/// PAL 6-5-4-3 without noise, whose dendrites carry the gradient to first order in the nudging.
pal::Parameters weakly_nudged() {
    pal::Parameters parameters;
    parameters.variant = "backprop";
    parameters.g_tgt = 1e-4;
    parameters.tau_LO = 0;
    return parameters;
}

/// What the metric says, of one input and target in all lanes: no presentation begins with a change.
std::vector<double> gains(const pal::Parameters& parameters) {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = Observed<double>::lanes;
    setup.clock.stepper = "euler_maruyama";
    setup.clock.step = 0.01;
    setup.clock.presentation = 1;
    setup.clock.is_plasticity_exact = false;
    Observed<double> seen(pal::circuit({{5, 4}, "logistic"}, parameters, small_task(Loss::squared_error)), setup);
    for (std::size_t k = 0; k < seen.inputs.size(); ++k)
        seen.inputs[k] = 0.2 + 0.1 * std::floor(static_cast<double>(k) / static_cast<double>(Observed<double>::lanes));
    for (std::size_t k = 0; k < seen.targets.size(); ++k)
        seen.targets[k] = k / Observed<double>::lanes == 1 ? 1.0 : 0.0;
    return seen.measure().at("gain_sgd");
}

}  // namespace

TEST_CASE("in PAL every W has the gain that the conductances between it and the teacher leave") {
    const pal::Parameters p = weakly_nudged();
    const std::vector<double> found = gains(p);
    REQUIRE(found.size() == 3);
    // The output is moved by lambda of its error, and every layer passes on (g_api / G) (1 - lambda_I) of it; the
    // gradient has the share of the drive that is left in each instead.
    const double nudging = p.g_tgt / p.total_output();
    const double passed_on = p.g_api / p.total_hidden() * (1 - p.g_nudge / p.total_interneuron());
    double expected = nudging / p.left_of_drive(true);
    for (std::size_t l = 3; l >= 1; --l) {
        CAPTURE(l);
        CHECK(found[l - 1] == Approx(expected).epsilon(2e-3));
        expected *= passed_on / p.left_of_drive(false);
    }
}

TEST_CASE("a W of PAL that does not learn has no gain, the others have theirs") {
    pal::Parameters parameters = weakly_nudged();
    const std::vector<double> all = gains(parameters);
    const std::size_t still = GENERATE(1, 2, 3);
    parameters.eta_W = {0.1, 0.1, 0.1};
    parameters.eta_W[still - 1] = 0;
    const std::vector<double> found = gains(parameters);
    for (std::size_t l = 1; l <= 3; ++l) {
        if (l == still) CHECK(std::isnan(found[l - 1]));
        else CHECK(found[l - 1] == Approx(all[l - 1]).epsilon(1e-9));
    }
}
