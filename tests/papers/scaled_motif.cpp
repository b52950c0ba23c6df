// Spec 3.7: with synaptic scaling the excitatory motif turns into plain SGD, from random untied weights, everything
// plastic. The parameters are those the product has when nothing is said (eta_V = eta), unless a row names them.
#include <fmt/core.h>

#include "tests/support/catch.hpp"
#include "tests/support/theorem_run.hpp"

using namespace apical::theorem;

namespace {

void becomes_sgd(const Row& row, int seeds, double bound) {
    const auto outcomes = run_seeds(row, seeds, true);
    print(row, outcomes, "rel to SGD", &LayerAlignment::rel_sgd);
    print(row, outcomes, "cos_sgd", &LayerAlignment::cos_sgd);
    CHECK(least(outcomes, &LayerAlignment::cos_sgd) >= 0.999);
    CHECK(most(outcomes, &LayerAlignment::rel_sgd) <= bound);
    CHECK(relative_loss(outcomes).median <= 1.3);
    // Nothing collapsed: scaling holds H at the identity, every singular value of Vbar at 1.
    CHECK(least(outcomes, &LayerAlignment::smallest_eigenvalue_H) == Approx(1).epsilon(1e-9));
    CHECK(most(outcomes, &LayerAlignment::largest_eigenvalue_H) == Approx(1).epsilon(1e-9));
    CHECK(least(outcomes, &LayerAlignment::rank_Vbar) == Approx(30).epsilon(1e-9));
    print(row, outcomes, "asymmetry", &LayerAlignment::asymmetry);
}

Row with_rate(double eta_V) {
    Row row = scaled_row();
    row.name += fmt::format(", eta_V {:g}", eta_V);
    row.parameters.eta_V = {eta_V};
    return row;
}

}  // namespace

TEST_CASE("scaled motif, default parameters: everything random, untied and plastic becomes plain SGD") {
    becomes_sgd(scaled_row(), 1, 5e-3);
}

namespace {

/// Developed by spontaneous activity, then without decay: assembled before the first sample, and ever after.
Row developed_row(int steps) {
    Row row = scaled_row();
    row.name += fmt::format(", developed, {} steps", steps);
    row.parameters.development = 20000;
    row.upstream.gamma_W = 0;
    row.steps = steps;
    return row;
}

}  // namespace

TEST_CASE("scaled motif, developed: plain SGD from the first sample on, without any decay") {
    for (int steps : {0, 3000}) {
        const Row row = developed_row(steps);
        const auto outcomes = run_seeds(row, 3, steps > 0);
        print(row, outcomes, "rel to SGD", &LayerAlignment::rel_sgd);
        CHECK(most(outcomes, &LayerAlignment::rel_sgd) <= 5e-3);
        CHECK(least(outcomes, &LayerAlignment::cos_sgd) >= 0.9999);
        CHECK(most(outcomes, &LayerAlignment::asymmetry) <= 1e-6);
        CHECK(least(outcomes, &LayerAlignment::smallest_eigenvalue_H) == Approx(1).epsilon(1e-9));
        if (steps > 0) CHECK(relative_loss(outcomes).median <= 1.3);
    }
}

TEST_CASE("scaled motif, default parameters, over five seeds", "[paper]") { becomes_sgd(scaled_row(), 5, 5e-3); }

TEST_CASE("scaled motif: the faster V, the closer to SGD", "[paper]") {
    const auto slow = run_seeds(with_rate(1e-3), 5, true);
    print(with_rate(1e-3), slow, "rel to SGD", &LayerAlignment::rel_sgd);
    CHECK(least(slow, &LayerAlignment::cos_sgd) >= 0.999);
    for (std::size_t l = 1; l <= 3; ++l)
        CHECK(spread(slow, l, &LayerAlignment::rel_sgd).median <= 3 * std::vector{.02, .007, .007}[l - 1]);
    becomes_sgd(with_rate(2e-2), 5, 3 * .0015);
}

TEST_CASE("scaled motif on a weaker teacher, where the decay leaves W almost nothing to learn", "[paper]") {
    // Assembly is driven by E[dtilde h], which is as small as what is learnt: it takes longer, or a faster V.
    Row row = scaled_row();
    row.teacher = he;
    row.name += ", teacher of scale 1.4";
    const auto outcomes = run_seeds(row, 5, true);
    print(row, outcomes, "rel to SGD", &LayerAlignment::rel_sgd);
    CHECK(least(outcomes, &LayerAlignment::cos_sgd) >= 0.999);
    CHECK(most(outcomes, &LayerAlignment::rel_sgd) <= 0.02);
    row.parameters.eta_V = {2e-2};
    row.name += ", eta_V 0.02";
    becomes_sgd(row, 5, 5e-3);
}
