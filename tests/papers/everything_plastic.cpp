// Rows with everything random and plastic, V growing and decaying freely. They can be met by a circuit that has
// collapsed, so rel counts only together with the loss of backpropagation under the same decay, the rank of Vbar and
// the smallest eigenvalue of H. What is asserted here is what was found, good or bad.
#include "tests/support/catch.hpp"
#include "tests/support/theorem_run.hpp"

using namespace apical::theorem;

namespace {

Row random_plastic(Row row, const char* name, double eta_V, double g_V) {
    row.name = name;
    row.parameters.start = "independent";
    row.steps = 30000;
    return plastic_cross(row, eta_V, g_V);
}

Row partner() {
    Row row = relu_row();
    row.parameters.motif = "topographic";
    row.parameters.gate = "partner";
    return row;
}

std::vector<Outcome> measured(const Row& row, int seeds) {
    const auto outcomes = run_seeds(row, seeds, true);
    print(row, outcomes, "rel", &LayerAlignment::rel);
    print(row, outcomes, "asymmetry", &LayerAlignment::asymmetry);
    return outcomes;
}

}  // namespace

TEST_CASE(
    "linear, everything random and plastic, ten seeds: aligned and trained, with a Vbar of as many directions as "
    "outputs",
    "[paper]") {
    const auto outcomes = measured(random_plastic(linear_row(), "linear, everything plastic", 5e-3, 3e-4), 10);
    for (std::size_t l = 1; l <= 3; ++l) CHECK(spread(outcomes, l, &LayerAlignment::rel).median <= 3 * 4e-4);
    CHECK(relative_loss(outcomes).median <= 1.3);
    CHECK(most(outcomes, &LayerAlignment::asymmetry) < 1e-3);
    // Section 3.5: with g_V > 0 the stationary rank is at most the number of outputs. H is singular to working
    // precision.
    CHECK(most(outcomes, &LayerAlignment::rank_Vbar) < 5.5);
    CHECK(most(outcomes, &LayerAlignment::smallest_eigenvalue_H) < 1e-6);
}

TEST_CASE("negative result: ReLU partner, everything random and plastic, ten seeds", "[paper]") {
    for (double eta_V : {1e-3, 5e-3}) {
        const auto outcomes = measured(random_plastic(partner(), "ReLU, partner, everything plastic", eta_V, 3e-4), 10);
        // Neither trained as backpropagation is, nor exact, and H singular in every seed.
        CHECK(relative_loss(outcomes).median > 1.3);
        CHECK(spread(outcomes, 1, &LayerAlignment::rel).median > 0.05);
        for (std::size_t l = 1; l <= 3; ++l)
            CHECK(spread(outcomes, l, &LayerAlignment::smallest_eigenvalue_H).high < 1e-6);
    }
}

TEST_CASE("negative result: excitatory motif without scaling, everything plastic, collapses", "[paper]") {
    for (const auto& [eta_V, g_V] : std::vector<std::pair<double, double>>{{1e-3, 3e-4}, {5e-3, 1e-3}}) {
        const Row row = random_plastic(motif_row(), "ReLU, excitatory motif, everything plastic", eta_V, g_V);
        const auto outcomes = measured(row, 5);
        print(row, outcomes, "rel re-weighted", &LayerAlignment::rel_reweighted);
        CHECK(spread(outcomes, 1, &LayerAlignment::rel_reweighted).median > 0.05);
        CHECK(least(outcomes, &LayerAlignment::smallest_eigenvalue_H) < 1e-8);
    }
}
