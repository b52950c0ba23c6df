// Weights of general connectivity, ten million synapses between a hundred thousand cells, one lane: against the memory
// that they move. `build_s` is the time to draw the synapses and their weights, `bytes_a_synapse` what they keep.
#include <chrono>

#include "sim/synapses/pathways.hpp"
#include "tests/bench/triad.hpp"
#include "tests/bench/weights_of.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

constexpr std::size_t cells = 100'000;
constexpr std::uint32_t in_degree = 100;

struct LargeWeights {
    double seconds;
    WeightState<float> weights;
    std::unique_ptr<Pathway<float>> pathway;
    M x = M::Random(cells, 1), y = M::Random(cells, 1);

    LargeWeights() : LargeWeights(std::chrono::steady_clock::now()) {}
    explicit LargeWeights(std::chrono::steady_clock::time_point began)
        : weights(random_weights({.name = "W", .connectivity = Connectivity::in_degree(in_degree)}, cells, cells)),
          pathway(direct_pathway(Access<float>(weights), 1)) {
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    }
    static LargeWeights& one() {
        static LargeWeights large;
        return large;
    }
    double bytes() const { return static_cast<double>(weights.bytes()); }
    void report(benchmark::State& state) const {
        state.counters["build_s"] = seconds;
        state.counters["bytes_a_synapse"] = bytes() / static_cast<double>(weights.synapses());
    }
};

void transmit_rows(benchmark::State& state) {
    LargeWeights& large = LargeWeights::one();
    const bool transposed = state.range(0) != 0;
    report_bandwidth(state, large.bytes(), [&] {
        large.pathway->transmit({0, cells}, large.x.data(), large.y.data(), {transposed});
    });
    large.report(state);
}
BENCHMARK(transmit_rows)->ArgName("transposed")->Arg(0)->Arg(1)->Iterations(20)->Unit(benchmark::kMillisecond);

void learn_rows(benchmark::State& state) {
    LargeWeights& large = LargeWeights::one();
    const std::size_t parts = large.pathway->learning().parts;
    const OuterProduct<float> term[] = {{large.y.data(), large.x.data(), 1e-5}};
    const double written = sizeof(float) * static_cast<double>(large.weights.synapses());
    report_bandwidth(state, large.bytes() + written, [&] {
        for (std::size_t k = 0; k < parts; ++k) large.pathway->learn(k, term, {1 - 1e-5});
    });
    large.report(state);
}
BENCHMARK(learn_rows)->Iterations(20)->Unit(benchmark::kMillisecond);

}  // namespace
