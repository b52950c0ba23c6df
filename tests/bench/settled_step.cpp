// What the engine costs over the bare products: a settled step of 784-200-200-200-10, downstream ratio 2, 128 lanes,
// float, everything plastic, against the same step written by hand. The two are timed in turn in one process, and the
// smallest times are compared, since whatever else the machine does only adds. The bar: engine_over_by_hand <= 1.03.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "models/self_assembly/circuit.hpp"
#include "tests/bench/by_hand.hpp"

namespace {

using namespace apical;
using M = Matrix<float>;

constexpr int lanes = 128, inputs = 784, outputs = 10;
constexpr double eta = 1e-3, gamma_ = 1e-2;

Simulation<float> network(bool topographic, int threads) {
    Upstream upstream;
    upstream.hidden = {200, 200, 200};
    upstream.eta_W = eta;
    upstream.gamma_W = gamma_;
    self_assembly::Parameters parameters;
    if (!topographic) {
        parameters.motif = "dense";
        parameters.signs = "free";
        parameters.gate = "linear";
        parameters.mask = true;
        parameters.scaling = false;
        parameters.gamma_V = {gamma_};
        parameters.scale_V = parameters.scale_Vbar = 0.6;
        parameters.scale_Wbar = 0.2;
    }
    Setup setup;
    setup.lanes = lanes;
    setup.threads = threads;
    return {self_assembly::circuit(upstream, parameters, TaskShape{inputs, outputs, Loss::softmax_cross_entropy, 60000}), setup};
}

struct Batch {
    M inputs_ = M::Random(inputs, lanes), targets = M::Zero(outputs, lanes);
    Batch() {
        for (int lane = 0; lane < lanes; ++lane) targets(lane % outputs, lane) = 1;
    }
};

double wall_clock() {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What this thread has used: other programs on the machine do not count.
double thread_clock() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

/// Runs it once and keeps the shortest time, in ms.
template <class Clock, class Work>
void time_of(const Clock& clock, double& best, const Work& work) {
    const double start = clock();
    work();
    best = std::min(best, clock() - start);
}

double largest_difference(const Simulation<float>& engine, const bench::ByHand& by_hand) {
    double largest = 0;
    const auto compare = [&](const std::string& name, const M& expected) {
        largest = std::max(largest, (engine.weights(name) - expected.cast<double>()).cwiseAbs().maxCoeff());
    };
    for (int l = 1; l <= 4; ++l) {
        compare("W" + std::to_string(l), by_hand.W[static_cast<std::size_t>(l)]);
        if (l > 1) compare("Wbar" + std::to_string(l), by_hand.Wbar[static_cast<std::size_t>(l)]);
    }
    return largest;
}

constexpr double unmeasured = std::numeric_limits<double>::infinity();

void dense_step_over_by_hand(benchmark::State& state) {
    const Batch batch;
    Simulation<float> engine = network(false, 1);
    bench::ByHand by_hand(engine, lanes, static_cast<float>(eta), static_cast<float>(gamma_));
    const auto step = [&](Simulation<float>& simulation) { simulation.present(batch.inputs_.data(), batch.targets.data()); };
    // The clock is worth nothing if the two do different things.
    for (int k = 0; k < 3; ++k) {
        step(engine);
        by_hand.step(batch.inputs_, batch.targets);
    }
    if (!(largest_difference(engine, by_hand) < 1e-5)) return state.SkipWithError("the two steps differ");

    double best = unmeasured, best_by_hand = unmeasured;
    for (auto _ : state) {
        time_of(thread_clock, best_by_hand, [&] { by_hand.step(batch.inputs_, batch.targets); });
        time_of(thread_clock, best, [&] { step(engine); });
    }
    state.counters["engine_ms"] = best;
    state.counters["by_hand_ms"] = best_by_hand;
    state.counters["engine_over_by_hand"] = best / best_by_hand;
}
BENCHMARK(dense_step_over_by_hand)->Iterations(400)->Unit(benchmark::kMillisecond);

/// What the second thread brings.
void two_threads(benchmark::State& state) {
    const bool topographic = state.range(0) != 0;
    const Batch batch;
    Simulation<float> one = network(topographic, 1), two = network(topographic, 2);
    double best_one = unmeasured, best_two = unmeasured;
    for (auto _ : state) {
        time_of(wall_clock, best_one, [&] { one.present(batch.inputs_.data(), batch.targets.data()); });
        time_of(wall_clock, best_two, [&] { two.present(batch.inputs_.data(), batch.targets.data()); });
    }
    state.counters["one_thread_ms"] = best_one;
    state.counters["two_threads_ms"] = best_two;
    state.counters["speed_up"] = best_one / best_two;
}
BENCHMARK(two_threads)->ArgName("topographic")->Arg(0)->Arg(1)->Iterations(200)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
