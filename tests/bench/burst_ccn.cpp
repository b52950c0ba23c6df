// Steps of models/burst_ccn, one thread. The bars, on an idle machine: fraction_of_sgemm >= 0.80 of the settled
// 784-500-500-500-10 net at 32 lanes; best_us < 1 a step of the 3-25-1 net in continuous time, a new input in every
// step, in blocks of 1000.
#include "models/burst_ccn/circuit.hpp"
#include "tests/bench/bare_products.hpp"
#include "tests/bench/paired.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

Circuit net(const std::vector<std::int64_t>& sizes, const burst_ccn::Parameters& parameters) {
    return burst_ccn::circuit(
        {{sizes.begin() + 1, sizes.end() - 1}}, parameters,
        {static_cast<std::size_t>(sizes.front()), static_cast<std::size_t>(sizes.back()), Loss::squared_error, 60000});
}

void step_over_products(benchmark::State& state, const char* Y, const char* Q) {
    constexpr std::size_t few = 32;  // lanes
    burst_ccn::Parameters parameters;
    parameters.Y = Y;
    parameters.Q = Q;
    parameters.eta_W = 1e-3;
    Training<float> engine(net({784, 500, 500, 500, 10}, parameters), {.lanes = few});
    const M x = M::Random(784, few).cwiseAbs(), t = M::Random(10, few).cwiseAbs();
    BareProducts products(engine.circuit(), few);
    const Paired paired = compare(
        state, thread_clock, [&] { engine.present(x.data(), t.data()); }, [&] { products.run(); });
    state.counters["step_ms"] = paired.best();
    state.counters["products_ms"] = paired.best_rival();
    state.counters["fraction_of_sgemm"] = paired.ratio();
}
BENCHMARK_CAPTURE(step_over_products, learnt_Q, "random", "symmetric")->Iterations(200)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step_over_products, tied_Q, "random", "tied")->Iterations(200)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step_over_products, tied, "tied", "tied")->Iterations(200)->Unit(benchmark::kMillisecond);

template <class S>
void sines(benchmark::State& state) {
    burst_ccn::Parameters parameters;
    parameters.eta_W = 0.02;
    parameters.gain_W = 1.5;
    parameters.Y = parameters.Q = "tied";
    parameters.tau_trace = {200, 100};
    Setup setup{.mode = Mode::continuous, .lanes = 1};
    setup.clock.stepper = "euler";
    setup.clock.step = setup.clock.presentation = 10;
    setup.clock.one_pass = false;  // as in sines.toml
    Training<S> engine(net({3, 25, 1}, parameters), setup);
    S x[] = {S(0.1), S(-0.7), S(0.4)};
    const S t = S(0.6);
    const auto step = [&] {
        x[0] = -x[0];
        engine.present(x, &t);
    };
    std::vector<double> blocks;
    for (auto _ : state) blocks.push_back(1e3 * time_of(thread_clock, 1000, step));
    state.counters["best_us"] = *std::min_element(blocks.begin(), blocks.end());
    state.counters["median_us"] = median(blocks);
}
BENCHMARK_TEMPLATE(sines, float)->Iterations(300)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(sines, double)->Iterations(300)->Unit(benchmark::kMillisecond);

}  // namespace
