// Delivery of spikes, and plasticity by them, beside the bare loop over the same synapses, Poisson draws, and how long
// it takes to build.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "models/plasticity/stdp.hpp"
#include "sim/network/poisson.hpp"
#include "sim/synapses/event_learning.hpp"

namespace {

using namespace apical;

constexpr std::size_t cells = 12500, degree = 1000;
constexpr double step = 0.1;

EventProjection projection(Quantity weight, Quantity delay) {
    return {.name = "E",
            .connectivity = Connectivity::in_degree(degree).with_multapses(),
            .weight = std::move(weight),
            .delay = std::move(delay)};
}

/// Those that fire in each of 250 steps, ascending: every cell once, which is 40 Hz.
std::vector<std::vector<std::uint32_t>> spikes() {
    constexpr std::size_t steps = 250;
    std::vector<std::vector<std::uint32_t>> lists(steps);
    const auto order = Random(2).permutation(cells, 1);
    for (std::uint32_t cell = 0; cell < cells; ++cell) lists[order[cell] % steps].push_back(cell);
    return lists;
}

class Synapses final : public SynapseVisitor {
   public:
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> /*pre*/,
               std::span<const double> values) override {
        target.insert(target.end(), post.begin(), post.end());
        weight.insert(weight.end(), values.begin(), values.end());
        begin.push_back(target.size());
    }
    std::vector<std::uint64_t> begin{0};
    std::vector<std::uint32_t> target;
    std::vector<float> weight;
};

void bare_loop(benchmark::State& state) {
    Synapses rows;
    EventSynapses<float>(projection(Quantity::normal(1, 0.1), 1.5), cells, cells, step, Random(1)).visit(rows);
    const auto lists = spikes();
    std::vector<float> into(cells, 0);
    for ([[maybe_unused]] auto _ : state)
        for (const auto& list : lists) {
            for (const std::uint32_t source : list)
                for (std::uint64_t k = rows.begin[source]; k < rows.begin[source + 1]; ++k)
                    into[rows.target[k]] += rows.weight[k];
            benchmark::ClobberMemory();
        }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * rows.target.size()));
}
BENCHMARK(bare_loop)->Unit(benchmark::kMillisecond);

void deliver(benchmark::State& state, const Quantity& weight, const Quantity& delay) {
    const EventSynapses<float> synapses(projection(weight, delay), cells, cells, step, Random(1));
    const auto lists = spikes();
    std::vector<float> into(cells, 0);
    for ([[maybe_unused]] auto _ : state)
        for (const auto& list : lists) {
            for (std::size_t k = 0; k < synapses.delays().size(); ++k) synapses.deliver(list, k, into.data());
            benchmark::ClobberMemory();
        }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * synapses.synapses()));
    state.counters["bytes a synapse"] =
        static_cast<double>(synapses.bytes()) / static_cast<double>(synapses.synapses());
}
BENCHMARK_CAPTURE(deliver, weights_differ, Quantity::normal(1, 0.1), 1.5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(deliver, one_weight, 1, 1.5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(deliver, delays_differ, Quantity::normal(1, 0.1), Quantity::normal(1.5, 0.75))
    ->Unit(benchmark::kMillisecond);

/// Every arrival finds one postsynaptic event that has waited for it, as between cells of one rate.
void learn(benchmark::State& state, const std::shared_ptr<const EventRule>& rule, Attribution attribution,
           const Quantity& delay) {
    EventProjection plastic = projection(0.1, delay);
    plastic.plastic = {.rule = rule, .delay = attribution};
    EventSynapses<float> synapses(plastic, cells, cells, step, Random(1));
    EventLearning<float> learning(plastic, synapses, cells, cells, step, {});
    const auto pre = spikes();
    const auto ago = [&](std::uint32_t now) { return std::span(pre[now % pre.size()]); };
    std::vector<float> into(cells, 0);
    std::uint32_t now = 1U << 20;
    for ([[maybe_unused]] auto _ : state)
        for (std::size_t k = 0; k < pre.size(); ++k) {
            ++now;
            learning.begin(synapses, now, 0);
            for (std::size_t d = 0; d < synapses.delays().size(); ++d)
                learning.deliver(synapses, ago(now - synapses.delays()[d]), d, now, into.data(), 0);
            learning.end(synapses, now, [&](std::size_t) { return ago(now); });
        }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * synapses.synapses()));
    state.counters["bytes a synapse"] =
        static_cast<double>(synapses.bytes() + learning.bytes()) / static_cast<double>(synapses.synapses());
}
BENCHMARK_CAPTURE(learn, power_law, event_rule(stdp::PowerLaw{}), Attribution::dendritic, 1.5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(learn, power_law_axonal, event_rule(stdp::PowerLaw{}), Attribution::axonal, 1.5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(learn, power_law_own_delays, event_rule(stdp::PowerLaw{}), Attribution::dendritic,
                  Quantity::normal(1.5, 0.75))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(learn, pair, event_rule(stdp::Pair<Pairing::all>{}), Attribution::dendritic, 1.5)
    ->Unit(benchmark::kMillisecond);

void build(benchmark::State& state, const Quantity& weight, const Quantity& delay) {
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(EventSynapses<float>(projection(weight, delay), cells, cells, step, Random(1)));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * cells * degree));
}
BENCHMARK_CAPTURE(build, one_weight, 1, 1.5)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(build, all_differ, Quantity::normal(1, 0.1), Quantity::normal(1.5, 0.75))
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

void poisson(benchmark::State& state, double mean, bool own) {
    const double rate = mean / step * 1e3;
    const Quantity rates = own ? Quantity::list(std::vector<double>(cells, rate)) : Quantity(rate);
    const Poisson<float> drive({.name = "P", .rate = rates, .weight = 1}, cells, step, Random(1));
    std::vector<float> into(cells, 0);
    std::uint64_t k = 0;
    for ([[maybe_unused]] auto _ : state) {
        drive.add(k++, into.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * cells));
}
BENCHMARK_CAPTURE(poisson, mean_0_0001, 1e-4, false);
BENCHMARK_CAPTURE(poisson, mean_0_1, 0.1, false);
BENCHMARK_CAPTURE(poisson, mean_2, 2, false);
BENCHMARK_CAPTURE(poisson, mean_20, 20, false);
BENCHMARK_CAPTURE(poisson, mean_100, 100, false);
BENCHMARK_CAPTURE(poisson, mean_2_of_its_own, 2, true);

}  // namespace
