// Bounds and synaptic scaling after an update: against the memory of reading and writing every weight once.
#include "sim/synapses/pathways.hpp"
#include "tests/bench/triad.hpp"
#include "tests/bench/weights_of.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

void limits(benchmark::State& state, const Weights& description, std::size_t post, std::size_t pre) {
    WeightState<float> weights = random_weights(description, post, pre);
    const double bytes = 2.0 * sizeof(float) * static_cast<double>(weights.values().size());
    const auto pathway = direct_pathway(Access<float>(weights), lanes);
    report_bandwidth(state, bytes, [&] { pathway->limit_whole({}); });
}

const Weights positive{.name = "V", .lower = 0}, incoming{.name = "V", .scaling = Scaling::incoming},
    outgoing{.name = "V", .scaling = Scaling::outgoing},
    motif_V{.name = "V", .connectivity = partners(false), .lower = 0, .scaling = Scaling::outgoing},
    motif_Vbar{.name = "V", .connectivity = partners(true), .lower = 0, .scaling = Scaling::incoming};

BENCHMARK_CAPTURE(limits, motif_V, motif_V, downstream, hidden)->Iterations(500)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(limits, motif_Vbar, motif_Vbar, hidden, downstream)->Iterations(500)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(limits, dense_bounds, positive, downstream, hidden)->Iterations(500)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(limits, dense_incoming, incoming, hidden, downstream)->Iterations(500)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(limits, dense_outgoing, outgoing, downstream, hidden)->Iterations(500)->Unit(benchmark::kMicrosecond);

}  // namespace
