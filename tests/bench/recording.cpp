// What a row of metrics costs: the measurements of the layers on 512 samples, and an examination of 10,000. Counted
// in an epoch of MNIST, 469 steps of the same circuit, timed in turn; an epoch of the defaults takes one row, with two
// examinations (the training and the test part).
#include <numeric>

#include "data/stored.hpp"
#include "sim/run/exam.hpp"
#include "sim/run/instrument.hpp"
#include "tests/bench/networks.hpp"
#include "tests/bench/paired.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

constexpr double steps_an_epoch = 469;

/// Counters measured_ms and `fraction_of_epoch`.
template <class Measure>
void report(benchmark::State& state, Simulation<float>& simulation, const Measure& measure) {
    const Batch batch;
    const Paired paired = compare(state, thread_clock, measure, [&] {
        for (int k = 0; k < 10; ++k) simulation.present(batch.inputs.data(), batch.targets.data());
    });
    state.counters["measured_ms"] = paired.best();
    state.counters["fraction_of_epoch"] = 10 / steps_an_epoch / paired.ratio();
}

void instrument(benchmark::State& state, Motif motif) {
    constexpr Eigen::Index samples = 512;
    Simulation<float> simulation = network(motif, 1);
    const M x = M::Random(inputs, samples);
    M target = M::Zero(outputs, samples);
    for (Eigen::Index k = 0; k < samples; ++k) target(k % outputs, k) = 1;
    Evaluator<float> evaluator(simulation, samples);
    evaluator.settle(x.data(), target.data());
    const auto instrument = make_instrument(simulation.circuit(), {});
    std::vector<double> row;
    report(state, simulation, [&] {
        row.clear();
        instrument->measure(Scene<float>{simulation, evaluator, x.data(), target.data()}, row);
    });
}
BENCHMARK_CAPTURE(instrument, dense, Motif::dense)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(instrument, topographic, Motif::topographic)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(instrument, backpropagation, Motif::backpropagation)->Iterations(20)->Unit(benchmark::kMillisecond);

void examination(benchmark::State& state, Motif motif) {
    constexpr std::size_t samples = 10000;
    Simulation<float> simulation = network(motif, 1);
    Evaluators<float> evaluators(simulation);
    auto records = std::make_shared<Records>();
    records->features = inputs;
    records->outputs = outputs;
    records->full_scale = 255;
    records->labels.resize(samples);
    records->inputs = std::vector<std::uint8_t>(samples * inputs, 100);
    const std::vector<std::uint32_t> rows = all_rows(*records);
    const StoredSamples set(records, rows, standardise(*records, rows, "none"));
    const std::vector<std::uint64_t> index = whole(set);
    report(state, simulation, [&] { examine(evaluators, set, index); });
}
BENCHMARK_CAPTURE(examination, dense, Motif::dense)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(examination, topographic, Motif::topographic)->Iterations(20)->Unit(benchmark::kMillisecond);

}  // namespace
