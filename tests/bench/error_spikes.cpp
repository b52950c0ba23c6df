// What spikes cost sign_concordant in one lane, against the row additions alone. Forward: the current W a, which it
// makes of all filtered trains in every step, over the spikes of that step. Back: W[i, :] += eta e_i p of the few cells
// with an error spike.
#include "sim/synapses/pathways.hpp"
#include "tests/bench/paired.hpp"
#include "tests/bench/weights_of.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

void transmit_spikes(benchmark::State& state) {
    const auto rows = static_cast<std::size_t>(state.range(0)), columns = static_cast<std::size_t>(state.range(1)),
               spikes = static_cast<std::size_t>(state.range(2));
    const WeightState<float> weights = random_weights({.name = "W"}, rows, columns);
    const M by_columns = weights.matrix().cast<float>().transpose(), x = M::Random(by_columns.rows(), 1);
    M y = M::Zero(by_columns.cols(), 1), sum = M::Zero(1, by_columns.cols());
    const auto pathway = direct_pathway(Access<float>(weights), 1, false, true);
    const Paired paired = compare(
        state, thread_clock,
        [&] {
            pathway->transmit({0, rows}, x.data(), y.data(), {});
        },
        [&] {
            for (std::size_t k = 0; k < spikes; ++k) {
                const auto j = index(k * columns / spikes);
                sum.row(0) += 1e-3F * x(j) * by_columns.row(j);
            }
        });
    const double each = 1e6 / static_cast<double>(spikes);
    state.counters["ns_per_spike"] = each * paired.best();
    state.counters["ns_per_row"] = each * paired.best_rival();
    state.counters["fraction_of_rows"] = paired.ratio();
}
BENCHMARK(transmit_spikes)
    ->ArgNames({"rows", "columns", "spikes"})
    ->Args({100, 64, 16})      // digits: spikes of an average image in a step
    ->Args({400, 784, 82})     // MNIST
    ->Args({400, 3072, 1170})  // CIFAR-10
    ->Iterations(500)
    ->Unit(benchmark::kMicrosecond);

void learn_error_spikes(benchmark::State& state) {
    const auto rows = static_cast<std::size_t>(state.range(0)), columns = static_cast<std::size_t>(state.range(1)),
               spikes = static_cast<std::size_t>(state.range(2));
    WeightState<float> weights = random_weights({.name = "W"}, rows, columns);
    M w = weights.matrix().cast<float>(), post = M::Zero(w.rows(), 1);
    const M pre = M::Random(w.cols(), 1);
    for (std::size_t k = 0; k < spikes; ++k) post(index(k * rows / spikes)) = k % 2 == 0 ? 0.1F : -0.1F;
    const float gain = 1e-5F;
    const auto pathway = direct_pathway(Access<float>(weights), 1, false, true);
    const std::size_t tiles = pathway->learning().parts;
    const OuterProduct<float> term[] = {{post.data(), pre.data(), gain}};
    const Paired paired = compare(
        state, thread_clock,
        [&] {
            for (std::size_t k = 0; k < tiles; ++k) pathway->learn(k, term, {1});
        },
        [&] {
            for (std::size_t k = 0; k < spikes; ++k) {
                const auto i = index(k * rows / spikes);
                w.row(i) += gain * post(i) * pre.col(0).transpose();
            }
        });
    const double each = 1e6 / static_cast<double>(spikes);
    state.counters["ns_per_error_spike"] = each * paired.best();
    state.counters["ns_per_row"] = each * paired.best_rival();
    state.counters["fraction_of_rows"] = paired.ratio();
}
BENCHMARK(learn_error_spikes)
    ->ArgNames({"rows", "columns", "spikes"})
    ->Args({100, 64, 2})   // digits
    ->Args({400, 784, 1})  // MNIST
    ->Args({400, 784, 4})
    ->Args({400, 784, 40})
    ->Iterations(500)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
