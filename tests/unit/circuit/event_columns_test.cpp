// What cells send that are silent in most steps.
#include "sim/circuit/event_columns.hpp"

#include "models/self_assembly/spiking_circuit.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

using namespace apical;

TEMPLATE_TEST_CASE("columns of events are transmitted event by event, with the same bits in any tiles", "", float,
                   double) {
    using S = TestType;
    constexpr std::size_t rows = 402, columns = 203;
    for (const Connectivity& connectivity : {Connectivity{}, fan_in_of_one(rows, columns),
                                             mirrored(fan_in_of_one(columns, rows)), random_mask(rows, columns)})
        for (const bool transposed : {false, true})
            for (const std::size_t every : {1, 7, 60, 500}) {
                const bool dense = connectivity.is_dense();
                CAPTURE(dense, transposed, every);
                const auto state = [&] {
                    const Matrix<S> drawn = random_matrix<S>(rows, columns, "W");
                    if (dense) return weights_of<S>(drawn);
                    auto listed = weights_of<S>(zeros<S>(rows, columns), connectivity);
                    listed.values().setRandom();
                    return listed;
                }();
                const MatrixD W = state.matrix(), factor = transposed ? MatrixD(W.transpose()) : W;
                const auto in = static_cast<std::size_t>(factor.cols()), out = static_cast<std::size_t>(factor.rows());
                Matrix<S> x = zeros<S>(in, 1), tiled = random_matrix<S>(out, 1, "before"), whole = tiled;
                for (std::size_t i = 3; i < in; i += every)
                    x(static_cast<Eigen::Index>(i)) = i % 2 == 0 ? S(0.3) : S(-0.3);
                const auto pathway = direct_pathway(Access<S>(state), 1);
                for (const bool assign : {true, false}) {
                    Bounded exact = product(factor, 2 * x.template cast<double>());
                    if (!assign) exact.value *= 2, exact.magnitude *= 3;
                    const Write<S> how{transposed, assign, S(2), true};
                    pathway->transmit({0, out}, x.data(), whole.data(), how);
                    for (std::size_t first = (out - 1) / 52 * 52 + 52; first > 0; first -= 52)
                        pathway->transmit({first - 52, std::min(out, first)}, x.data(), tiled.data(), how);
                    if (every > 1) CHECK(whole == tiled);  // many are no reason not to make the whole product
                    CHECK(error_over_bound<S>(tiled.template cast<double>(), exact, factor.cols()) < 1);
                }
            }
}

TEST_CASE("columns of events are events, and compartments to which nothing else comes") {
    using namespace self_assembly::spiking;
    const ModelCircuit circuit = self_assembly::spiking::circuit({}, {}, {}, {.inputs = 4, .outputs = 3});
    const auto comes = [&](const char* population, const char* column) {
        return comes_with_events(circuit, circuit.population(population), column);
    };
    CHECK(comes("down1", "error"));
    CHECK(comes("error", "error"));
    CHECK(comes("up1", "spike"));
    CHECK(comes("up1", "apical"));
    CHECK_FALSE(comes("up1", "basal"));
    CHECK_FALSE(comes("up1", "rate"));
    CHECK_FALSE(comes("error", "basal"));  // a teacher's
}
