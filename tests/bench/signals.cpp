// Functions of a cell, and the teacher: against the memory that they move.
#include "models/neurons/activation.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/self_assembly/gates.hpp"
#include "tests/bench/networks.hpp"
#include "tests/bench/triad.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

/// `function` on `units` x lanes cells; Sees are its tags.
template <class Function, class Sees>
void map_cells(benchmark::State& state, Function function, Sees, int units) {
    constexpr std::size_t columns = Sees::count + 1;
    const auto cells = static_cast<std::size_t>(units) * lanes;
    M arena = M::Random(static_cast<Eigen::Index>(columns) * units, lanes);
    float* const base = arena.data();
    std::array<Ref<float>, Sees::count> from;
    for (std::size_t k = 0; k < Sees::count; ++k) from[k] = {&base, k * cells};
    const auto op = map_op<float, Sees, 1>(function, from, {Ref<float>{&base, Sees::count * cells}}, cells);
    report_bandwidth(state, 4.0 * columns * static_cast<double>(cells), [&] {
        for (std::size_t part = 0; part < op->parts(); ++part) op->run(part);
        benchmark::ClobberMemory();
    });
}

void relu(benchmark::State& state) { map_cells(state, RateOf<Relu>{{}}, RateOf<Relu>::sees, hidden); }
BENCHMARK(relu)->Iterations(500)->Unit(benchmark::kMicrosecond);

void rate_of_tanh(benchmark::State& state) { map_cells(state, RateOf<Tanh>{{}}, RateOf<Tanh>::sees, hidden); }
BENCHMARK(rate_of_tanh)->Iterations(500)->Unit(benchmark::kMicrosecond);

void partner_gate(benchmark::State& state) {
    map_cells(state, self_assembly::Partner{}, self_assembly::Partner::sees, downstream);
}
BENCHMARK(partner_gate)->Iterations(500)->Unit(benchmark::kMicrosecond);

void masked_side(benchmark::State& state) {
    const ApicalSteeredMasked<Relu> rule{eta, decay, {}};
    map_cells(
        state, [rule](const auto& cell) { return rule.post(cell); }, ApicalSteeredMasked<Relu>::post_sees, hidden);
}
BENCHMARK(masked_side)->Iterations(500)->Unit(benchmark::kMicrosecond);

void softmax_teacher(benchmark::State& state) {
    const Batch batch;
    const M readout = M::Random(outputs, lanes);
    M error(outputs, lanes);
    report_bandwidth(state, 3.0 * sizeof(float) * outputs * lanes, [&] {
        emit_error<float>(Loss::softmax_cross_entropy, readout.data(), batch.targets.data(), error.data(), outputs,
                          lanes);
    });
}
BENCHMARK(softmax_teacher)->Iterations(500)->Unit(benchmark::kMicrosecond);

}  // namespace
