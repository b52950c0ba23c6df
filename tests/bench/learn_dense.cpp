// W <- decay W + gain post pre^T, dense: against Eigen's sgemm of the same shape, which does not decay.
#include "sim/synapses/pathways.hpp"
#include "tests/bench/paired.hpp"
#include "tests/bench/weights_of.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

void learn_dense(benchmark::State& state) {
    const auto rows = static_cast<std::size_t>(state.range(0)), columns = static_cast<std::size_t>(state.range(1));
    WeightState<float> weights = random_weights({.name = "W"}, rows, columns);
    M w = weights.matrix().cast<float>();
    const M post = M::Random(w.rows(), lanes), pre = M::Random(w.cols(), lanes);
    const float gain = 1e-5F;
    const auto pathway = direct_pathway(Access<float>(weights), lanes);
    const std::size_t tiles = pathway->learning().parts;
    const OuterProduct<float> term[] = {{post.data(), pre.data(), 1e-5}};
    report_fraction(
        state,
        [&] {
            for (std::size_t k = 0; k < tiles; ++k) pathway->learn(k, term, {1 - 1e-5});
        },
        "sgemm", [&] { w.noalias() += gain * post * pre.transpose(); }, "fraction_of_sgemm");
}
BENCHMARK(learn_dense)
    ->ArgNames({"rows", "columns"})
    ->Args({hidden, inputs})          // W1
    ->Args({hidden, hidden})          // W2, W3
    ->Args({outputs, hidden})         // W4
    ->Args({downstream, downstream})  // Wbar2, Wbar3
    ->Args({downstream, outputs})     // Wbar4
    ->Args({downstream, hidden})      // V
    ->Args({hidden, downstream})      // Vbar
    ->Iterations(500)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
