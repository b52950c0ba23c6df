// Theorem 1 with V and Vbar plastic but slow: dV = O(eps) leaves rel = O(eps). V = Vbar^T at the start and g_V = 0, so
// S stays 0 (identity 1) and only R is left.
#include <map>

#include "tests/support/catch.hpp"
#include "tests/support/theorem_run.hpp"

using namespace apical::theorem;

namespace {

Row partner_slow(double eta_V) {
    Row row = relu_row();
    row.name = "ReLU, partner, tied";
    row.parameters.motif = "topographic";
    row.parameters.gate = "partner";
    row.steps = 8000;
    return plastic_cross(row, eta_V, 0);
}

/// Median over seeds, of layers 1 .. 3.
std::vector<double> medians(const Row& row, int seeds) {
    const auto outcomes = run_seeds(row, seeds);
    print(row, outcomes, "rel", &LayerAlignment::rel);
    CHECK(most(outcomes, &LayerAlignment::asymmetry) < 1e-12);
    std::vector<double> result;
    for (std::size_t l = 1; l <= 3; ++l) result.push_back(spread(outcomes, l, &LayerAlignment::rel).median);
    return result;
}

}  // namespace

TEST_CASE("slow V: a tenth of its rate leaves a tenth of rel") {
    const double fast = medians(partner_slow(1e-4), 1)[2], slow = medians(partner_slow(1e-5), 1)[2];
    CHECK(fast <= 3 * .021);
    CHECK(slow / fast == Approx(0.1).epsilon(0.5));
}

TEST_CASE("linear, V = Vbar^T at the start, slow V, median of five seeds", "[paper]") {
    for (const auto& [eta_V, listed] : std::map<double, double>{{1e-3, 4.2e-2}, {1e-4, 9.6e-3}}) {
        Row row = linear_row();
        row.name = "linear, tied";
        for (double rel : medians(plastic_cross(row, eta_V, 0), 5)) CHECK(rel <= 3 * listed);
    }
}

TEST_CASE("ReLU partner, slow V, median of five seeds: rel of layer 3 is O(eta_V)", "[paper]") {
    const std::map<double, double> listed{{3e-3, .086}, {1e-3, .090}, {3e-4, .047}, {1e-4, .021}, {3e-5, .0071}};
    std::map<double, double> found;
    for (const auto& [eta_V, rel] : listed) {
        found[eta_V] = medians(partner_slow(eta_V), 5)[2];
        CHECK(found[eta_V] <= 3 * rel);
    }
    found[1e-5] = medians(partner_slow(1e-5), 5)[2];
    // Linear below 1e-4; above, the growth of V itself takes over and rel rises more slowly.
    CHECK(found[1e-4] / found[3e-5] == Approx(10. / 3).epsilon(0.3));
    CHECK(found[3e-5] / found[1e-5] == Approx(3).epsilon(0.3));
    CHECK(found[3e-3] / found[1e-3] < 2);
}
