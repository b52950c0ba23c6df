// What the engine costs over the bare products: a settled step of 784-200-200-200-10, downstream ratio 2, 128 lanes,
// float, everything plastic, against the same step written by hand. The two are timed in turn in one process, and what
// counts is the median of the ratios of neighbouring times: whatever else the machine does hits both alike. The bar:
// engine_over_by_hand <= 1.03.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <vector>

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
    return {
        self_assembly::circuit(upstream, parameters, TaskShape{inputs, outputs, Loss::softmax_cross_entropy, 60000}),
        setup};
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

template <class Clock, class Work>
double time_of(const Clock& clock, const Work& work) {
    const double start = clock();
    work();
    return clock() - start;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Times a and b in turn, each going first every other time, as long as the benchmark runs.
template <class Clock, class A, class B>
void compare(benchmark::State& state, const Clock& clock, const char* name_a, const A& a, const char* name_b,
             const B& b, const char* name_ratio) {
    std::vector<double> times_a, times_b, ratios;
    for (auto _ : state) {
        const bool a_first = times_a.size() % 2 == 0;
        if (a_first) times_a.push_back(time_of(clock, a));
        times_b.push_back(time_of(clock, b));
        if (!a_first) times_a.push_back(time_of(clock, a));
        ratios.push_back(times_a.back() / times_b.back());
    }
    state.counters[name_a] = *std::min_element(times_a.begin(), times_a.end());
    state.counters[name_b] = *std::min_element(times_b.begin(), times_b.end());
    state.counters[name_ratio] = median(ratios);
}

double largest_difference(const Simulation<float>& engine, const bench::ByHand& by_hand) {
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

void dense_step_over_by_hand(benchmark::State& state) {
    const Batch batch;
    Simulation<float> engine = network(false, 1);
    bench::ByHand by_hand(engine, lanes, static_cast<float>(eta), static_cast<float>(gamma_));
    const auto step = [&](Simulation<float>& simulation) {
        simulation.present(batch.inputs_.data(), batch.targets.data());
    };
    // The clock is worth nothing if the two do different things.
    for (int k = 0; k < 3; ++k) {
        step(engine);
        by_hand.step(batch.inputs_, batch.targets);
    }
    if (!(largest_difference(engine, by_hand) < 1e-5)) return state.SkipWithError("the two steps differ");

    compare(
        state, thread_clock, "engine_ms", [&] { step(engine); }, "by_hand_ms",
        [&] { by_hand.step(batch.inputs_, batch.targets); }, "engine_over_by_hand");
}
BENCHMARK(dense_step_over_by_hand)->Iterations(400)->Unit(benchmark::kMillisecond);

/// What the second thread brings.
void two_threads(benchmark::State& state) {
    const bool topographic = state.range(0) != 0;
    const Batch batch;
    Simulation<float> one = network(topographic, 1), two = network(topographic, 2);
    compare(
        state, wall_clock, "one_thread_ms", [&] { one.present(batch.inputs_.data(), batch.targets.data()); },
        "two_threads_ms", [&] { two.present(batch.inputs_.data(), batch.targets.data()); }, "speed_up");
}
BENCHMARK(two_threads)->ArgName("topographic")->Arg(0)->Arg(1)->Iterations(200)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
