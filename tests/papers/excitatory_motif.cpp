// Spec 3.6: with excitatory topographic cross synapses no symmetry of V and Vbar is needed. Once the initial W and Wbar
// have decayed, dW = C dtilde h^T: the gradient with one positive factor per cell on every path.
#include <map>

#include "tests/support/catch.hpp"
#include "tests/support/theorem_run.hpp"

using namespace apical::theorem;

namespace {

Row slow(double eta_V) { return plastic_cross(motif_row(), eta_V, 0); }

/// Trained: most of what the inputs explain is learnt. Full rank: H is far from singular, W not of rank one.
void is_trained_and_full_rank(const std::vector<Outcome>& outcomes) {
    for (const Outcome& outcome : outcomes) CHECK(outcome.loss < 0.35 * outcome.loss_mean_output);
    CHECK(least(outcomes, &LayerAlignment::smallest_eigenvalue_H) > 1e-3);
    CHECK(least(outcomes, &LayerAlignment::rank_W) > 3);
}

std::vector<Outcome> frozen_meets(int seeds) {
    const auto outcomes = run_seeds(motif_row(), seeds, true);
    print(motif_row(), outcomes, "rel re-weighted", &LayerAlignment::rel_reweighted);
    print(motif_row(), outcomes, "cos_sgd", &LayerAlignment::cos_sgd);
    CHECK(most(outcomes, &LayerAlignment::rel_reweighted) <= 1e-5);
    CHECK(least(outcomes, &LayerAlignment::asymmetry) > 0.2);  // V and Vbar are not each other's transpose
    is_trained_and_full_rank(outcomes);
    return outcomes;
}

}  // namespace

TEST_CASE("re-weighted theorem: frozen V and Vbar, independent and excitatory") { frozen_meets(1); }

TEST_CASE("re-weighted theorem over five seeds, and re-weighted is not H dW_sgd", "[paper]") {
    const auto outcomes = frozen_meets(5);
    print(motif_row(), outcomes, "rel", &LayerAlignment::rel);
    CHECK(spread(outcomes, 1, &LayerAlignment::rel).median > 0.1);
    CHECK(least(outcomes, &LayerAlignment::cos_sgd) > 0.6);
}

TEST_CASE("re-weighted theorem with slow plastic V: the error is O(eta_V)", "[paper]") {
    const std::map<double, std::vector<double>> listed{{1e-4, {.005, .016, .013}}, {3e-5, {.002, .006, .004}}};
    std::map<double, double> deepest;
    for (double eta_V : {1e-4, 3e-5, 1e-5}) {
        const auto outcomes = run_seeds(slow(eta_V), 5, true);
        print(slow(eta_V), outcomes, "rel re-weighted", &LayerAlignment::rel_reweighted);
        is_trained_and_full_rank(outcomes);
        deepest[eta_V] = spread(outcomes, 3, &LayerAlignment::rel_reweighted).median;
        if (const auto row = listed.find(eta_V); row != listed.end())
            for (std::size_t l = 1; l <= 3; ++l) {
                CAPTURE(eta_V, l);
                CHECK(spread(outcomes, l, &LayerAlignment::rel_reweighted).median <= 3 * row->second[l - 1]);
            }
    }
    CHECK(deepest[1e-4] / deepest[3e-5] == Approx(10. / 3).epsilon(0.3));
    CHECK(deepest[3e-5] / deepest[1e-5] == Approx(3).epsilon(0.3));
}
