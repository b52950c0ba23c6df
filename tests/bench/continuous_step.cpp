// Steps of continuous dynamics. What counts are medians of ratios of neighbouring times (paired.hpp). The bars, on an
// idle machine, one thread:
//   one_projection, plastic   step_over_product <= 1.9 (aim 1.5) for 500 x 784, <= 1.4 (aim 1.3) for 4000 x 4000
//   held_sources              speed_up >= 5
//   step_over_products        fraction_of_sgemm >= 0.75 with 64 lanes
// ns_per_synapse is of a step and a lane.
#include "tests/bench/bare_products.hpp"
#include "tests/bench/in_time.hpp"
#include "tests/bench/paired.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

constexpr std::uint64_t steps = 96;  // of a presentation: what happens once in it is a small part

const std::vector<std::int64_t> images{784, 500, 10}, colours{3072, 1000, 1000, 10};

/// A step of one matrix of synapses, in one lane, against the bare product over the same weights.
void one_projection(benchmark::State& state) {
    const auto rows = static_cast<std::size_t>(state.range(0)), columns = static_cast<std::size_t>(state.range(1));
    const Circuit plastic = bench::one_projection(rows, columns);
    InTime engine(state.range(2) != 0 ? plastic : frozen(plastic), 1, steps, Source::moving);
    const M w = engine.simulation().weights("W").cast<float>();
    const Eigen::VectorXf x = Eigen::VectorXf::Random(w.cols());
    Eigen::VectorXf y(w.rows());
    const Paired paired = compare(
        state, thread_clock, [&] { engine.present(); },
        [&] {
            for (std::uint64_t k = 0; k < steps; ++k) {
                y.noalias() = w * x;
                benchmark::DoNotOptimize(y.data());
            }
        });
    state.counters["ns_per_synapse"] = 1e6 * paired.best() / engine.work();
    state.counters["step_over_product"] = 1 / paired.ratio();
}
BENCHMARK(one_projection)
    ->ArgNames({"rows", "columns", "plastic"})
    ->Args({500, 784, 0})
    ->Args({500, 784, 1})
    ->Args({1000, 3072, 0})
    ->Args({1000, 3072, 1})
    ->Iterations(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(one_projection)
    ->ArgNames({"rows", "columns", "plastic"})
    ->Args({4000, 4000, 0})
    ->Args({4000, 4000, 1})
    ->Iterations(15)
    ->Unit(benchmark::kMillisecond);

/// A whole circuit with plasticity and without, nothing held.
void circuit_step(benchmark::State& state, const std::string& kind, const std::vector<std::int64_t>& sizes) {
    const auto lanes = static_cast<std::size_t>(state.range(0));
    const std::uint64_t of_presentation = lanes == 1 ? steps : steps / 8;
    InTime plastic(feed_forward(kind, sizes), lanes, of_presentation, Source::moving),
        still(frozen(feed_forward(kind, sizes)), lanes, of_presentation, Source::moving);
    const Paired paired = compare(
        state, thread_clock, [&] { plastic.present(); }, [&] { still.present(); });
    state.counters["ns_per_synapse"] = 1e6 * paired.best() / plastic.work();
    state.counters["frozen_ns_per_synapse"] = 1e6 * paired.best_rival() / still.work();
    state.counters["plastic_over_frozen"] = 1 / paired.ratio();
}
BENCHMARK_CAPTURE(circuit_step, feedback_alignment_784, "feedback_alignment", images)
    ->ArgName("lanes")
    ->Arg(1)
    ->Arg(64)
    ->Iterations(50)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(circuit_step, topographic_784, "topographic", images)
    ->ArgName("lanes")
    ->Arg(1)
    ->Arg(64)
    ->Iterations(50)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(circuit_step, feedback_alignment_3072, "feedback_alignment", colours)
    ->ArgName("lanes")
    ->Arg(1)
    ->Arg(64)
    ->Iterations(15)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(circuit_step, topographic_3072, "topographic", colours)
    ->ArgName("lanes")
    ->Arg(1)
    ->Arg(64)
    ->Iterations(15)
    ->Unit(benchmark::kMillisecond);

/// What a source is worth that stands still for 100 steps.
void held_sources(benchmark::State& state, const std::string& kind) {
    const auto lanes = static_cast<std::size_t>(state.range(0));
    InTime held(feed_forward(kind, images), lanes, 100, Source::held),
        moving(feed_forward(kind, images), lanes, 100, Source::moving);
    const Paired paired = compare(
        state, thread_clock, [&] { held.present(); }, [&] { moving.present(); });
    state.counters["held_ms"] = paired.best();
    state.counters["moving_ms"] = paired.best_rival();
    state.counters["speed_up"] = paired.ratio();
}
BENCHMARK_CAPTURE(held_sources, feedback_alignment, "feedback_alignment")
    ->ArgName("lanes")
    ->Arg(1)
    ->Arg(64)
    ->Iterations(30)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(held_sources, topographic, "topographic")
    ->ArgName("lanes")
    ->Arg(1)
    ->Arg(64)
    ->Iterations(30)
    ->Unit(benchmark::kMillisecond);

/// Many lanes, nothing held: the time of the bare products over that of the step.
void step_over_products(benchmark::State& state, const std::string& kind, const std::vector<std::int64_t>& sizes) {
    constexpr std::size_t many = 64;
    constexpr std::uint64_t few = 10;  // steps
    InTime engine(feed_forward(kind, sizes), many, few, Source::moving);
    BareProducts products(engine.simulation().circuit(), many);
    const Paired paired = compare(
        state, thread_clock, [&] { engine.present(); },
        [&] {
            for (std::uint64_t k = 0; k < few; ++k) products.run();
        });
    state.counters["step_ms"] = paired.best() / few;
    state.counters["products_ms"] = paired.best_rival() / few;
    state.counters["fraction_of_sgemm"] = paired.ratio();
}
BENCHMARK_CAPTURE(step_over_products, feedback_alignment_784, "feedback_alignment", images)
    ->Iterations(60)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step_over_products, topographic_784, "topographic", images)
    ->Iterations(60)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step_over_products, feedback_alignment_3072, "feedback_alignment", colours)
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step_over_products, topographic_3072, "topographic", colours)
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond);

}  // namespace
