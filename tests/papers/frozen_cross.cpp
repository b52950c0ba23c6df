// Theorem 1 with V = Vbar^T frozen: R decays as (1 - g_W)^t and with it |dW - H dW_sgd|. All decimals are of the
// specification's table; an implementation may have three times as much.
#include "tests/support/catch.hpp"
#include "tests/support/theorem_run.hpp"

using namespace apical::theorem;

namespace {

void meets(const Row& row, int seeds, const std::vector<double>& listed) {
    const auto outcomes = run_seeds(row, seeds);
    print(row, outcomes, "rel", &LayerAlignment::rel);
    for (std::size_t l = 1; l <= listed.size(); ++l) {
        CAPTURE(row.name, l);
        CHECK(spread(outcomes, l, &LayerAlignment::rel).median <= 3 * listed[l - 1]);
    }
    CHECK(least(outcomes, &LayerAlignment::smallest_eigenvalue_H) > 1e-3);  // the theorem's premise: full rank
}

Row linear_tied() { return linear_row(); }

Row partner_tied() {
    Row row = relu_row();
    row.name = "ReLU, partner, tied";
    row.parameters.motif = "topographic";
    row.parameters.gate = "partner";
    return row;
}

Row loop() {
    Row row = relu_row();
    row.name = "ReLU, loop, orthonormal V";
    row.parameters.start = "orthonormal";
    row.parameters.gate = "loop";
    return row;
}

Row oracle() {
    Row row = relu_row();
    row.name = "ReLU, oracle";
    row.parameters.gate = "oracle";
    return row;
}

const std::vector<double> linear_listed{9e-5, 6e-5, 8e-5}, partner_listed{6e-5, 4e-5, 3e-5},
    loop_listed{7e-5, 6e-5, 4e-5}, oracle_listed{5e-5, 4e-5, 4e-5};

}  // namespace

TEST_CASE("theorem 1, V = Vbar^T frozen: dW becomes H dW_sgd") {
    meets(linear_tied(), 2, linear_listed);
    meets(partner_tied(), 2, partner_listed);
}

TEST_CASE("the loop gate with orthonormal V, and the oracle, are exact too") {
    meets(loop(), 1, loop_listed);
    meets(oracle(), 1, oracle_listed);
}

TEST_CASE("theorem 1, V = Vbar^T frozen, median of five seeds: linear, partner, loop, oracle", "[paper]") {
    meets(linear_tied(), 5, linear_listed);
    meets(partner_tied(), 5, partner_listed);
    meets(loop(), 5, loop_listed);
    meets(oracle(), 5, oracle_listed);
}
