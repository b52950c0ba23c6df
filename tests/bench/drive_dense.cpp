// y = W x, dense: against Eigen's sgemm of the same shape.
#include "sim/synapses/pathways.hpp"
#include "tests/bench/paired.hpp"
#include "tests/bench/weights_of.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

void drive_dense(benchmark::State& state) {
    const auto rows = static_cast<std::size_t>(state.range(0)), columns = static_cast<std::size_t>(state.range(1));
    const bool transposed = state.range(2) != 0;
    const WeightState<float> weights = random_weights({.name = "W"}, rows, columns);
    const M w = weights.matrix().cast<float>(), x = M::Random(transposed ? w.rows() : w.cols(), lanes);
    M y(transposed ? w.cols() : w.rows(), lanes), expected = y;
    const auto pathway = direct_pathway(Access<float>(weights), lanes);
    const Tiles tiles = pathway->transmit_tiles(transposed).value();
    report_fraction(
        state,
        [&] {
            for (std::size_t k = 0; k < tiles.count; ++k)
                pathway->transmit({tiles.begin(k), tiles.begin(k + 1)}, x.data(), y.data(), {transposed});
        },
        "sgemm",
        [&] {
            if (transposed) expected.noalias() = w.transpose() * x;
            else expected.noalias() = w * x;
        },
        "fraction_of_sgemm");
    if (!y.isApprox(expected, 1e-5F)) state.SkipWithError("the two products differ");
}
BENCHMARK(drive_dense)
    ->ArgNames({"rows", "columns", "transposed"})
    ->Args({hidden, inputs, 0})          // W1
    ->Args({hidden, hidden, 0})          // W2, W3
    ->Args({outputs, hidden, 0})         // W4
    ->Args({downstream, downstream, 0})  // Wbar2, Wbar3
    ->Args({downstream, outputs, 0})     // Wbar4
    ->Args({downstream, hidden, 0})      // V
    ->Args({hidden, downstream, 0})      // Vbar
    ->Args({hidden, hidden, 1})          // W2, W3 of backpropagation
    ->Iterations(500)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
