// A whole settled step. What counts are medians of ratios of neighbouring times (paired.hpp). The bars, on an idle
// machine: dense engine_over_by_hand <= 1.03 and fraction_of_sgemm >= 0.80; dense speed_up of two threads >= 1.85.
#include "tests/bench/bare_products.hpp"
#include "tests/bench/by_hand.hpp"
#include "tests/bench/paired.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

void present(Training<float>& simulation, const Batch& batch) {
    simulation.present(batch.inputs.data(), batch.targets.data());
}

/// The time of the bare products over that of the step.
void step_over_products(benchmark::State& state, Motif motif) {
    const Batch batch;
    Training<float> engine = network(motif, 1);
    BareProducts products(engine.circuit());
    const Paired paired = compare(
        state, thread_clock, [&] { present(engine, batch); }, [&] { products.run(); });
    state.counters["engine_ms"] = paired.best();
    state.counters["products_ms"] = paired.best_rival();
    state.counters["fraction_of_sgemm"] = paired.ratio();
}
BENCHMARK_CAPTURE(step_over_products, dense, Motif::dense)->Iterations(400)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step_over_products, topographic, Motif::topographic)->Iterations(400)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step_over_products, backpropagation, Motif::backpropagation)
    ->Iterations(400)
    ->Unit(benchmark::kMillisecond);

double largest_difference(const Training<float>& engine, const ByHand& by_hand) {
    double largest = 0;
    const auto look_at = [&](const std::string& name, const M& expected) {
        largest = std::max(largest, (engine.weights(name) - expected.cast<double>()).cwiseAbs().maxCoeff());
    };
    for (int l = 1; l <= 4; ++l) {
        const auto k = static_cast<std::size_t>(l);
        look_at("W" + std::to_string(l), by_hand.W[k]);
        if (l > 1) look_at("Wbar" + std::to_string(l), by_hand.Wbar[k]);
        if (l < 4) look_at("V" + std::to_string(l), by_hand.V[k]);
        if (l < 4) look_at("Vbar" + std::to_string(l), by_hand.Vbar[k]);
    }
    return largest;
}

/// What the engine costs over the same step written by hand.
void dense_step_over_by_hand(benchmark::State& state) {
    const Batch batch;
    Training<float> engine = network(Motif::dense, 1);
    ByHand by_hand(engine, static_cast<float>(eta / lanes), static_cast<float>(1 - eta * decay));
    // The clock is worth nothing if the two do different things.
    for (int k = 0; k < 3; ++k) {
        present(engine, batch);
        by_hand.step(batch.inputs, batch.targets);
    }
    if (!(largest_difference(engine, by_hand) < 1e-5)) return state.SkipWithError("the two steps differ");

    const Paired paired = compare(
        state, thread_clock, [&] { present(engine, batch); }, [&] { by_hand.step(batch.inputs, batch.targets); });
    state.counters["engine_ms"] = paired.best();
    state.counters["by_hand_ms"] = paired.best_rival();
    state.counters["engine_over_by_hand"] = 1 / paired.ratio();
}
BENCHMARK(dense_step_over_by_hand)->Iterations(400)->Unit(benchmark::kMillisecond);

/// What the gate by relaxation adds to a step, weights in and out: products of weights, their decomposition, the
/// solution for all lanes and two products more a layer.
void relaxed_step_over_scaled(benchmark::State& state) {
    const Batch batch;
    Training<float> relaxed = network(Motif::relaxed, 1), scaled = network(Motif::scaled, 1);
    const Paired paired = compare(
        state, thread_clock, [&] { present(relaxed, batch); }, [&] { present(scaled, batch); });
    state.counters["relaxed_ms"] = paired.best();
    state.counters["scaled_ms"] = paired.best_rival();
    state.counters["relaxed_over_scaled"] = 1 / paired.ratio();
}
BENCHMARK(relaxed_step_over_scaled)->Iterations(200)->Unit(benchmark::kMillisecond);

/// What the second thread brings, on the clock on the wall: it shows nothing on a busy machine. Blocks of steps are
/// timed, as they follow each other in a run: while the other side has its turn the second thread falls asleep, and
/// waking it takes part of the first step.
void two_threads(benchmark::State& state, Motif motif) {
    constexpr int block = 20;
    const Batch batch;
    Training<float> one = network(motif, 1), two = network(motif, 2);
    const auto steps = [&](Training<float>& simulation) {
        for (int k = 0; k < block; ++k) present(simulation, batch);
    };
    const Paired paired = compare(
        state, wall_clock, [&] { steps(two); }, [&] { steps(one); });
    state.counters["two_threads_ms"] = paired.best() / block;
    state.counters["one_thread_ms"] = paired.best_rival() / block;
    state.counters["speed_up"] = paired.ratio();
    state.counters["best_speed_up"] = paired.best_ratio();
}
BENCHMARK_CAPTURE(two_threads, dense, Motif::dense)->Iterations(30)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(two_threads, relaxed, Motif::relaxed)->Iterations(30)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(two_threads, topographic, Motif::topographic)->Iterations(30)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(two_threads, backpropagation, Motif::backpropagation)->Iterations(30)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
