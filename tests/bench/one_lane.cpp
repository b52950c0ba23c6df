// Loops over a dense matrix in one lane: what held sources and one pass do once in a presentation, and every step where
// nothing is held. fraction_of_bandwidth: against a loop with the same traffic over as many bytes, in the same
// instruction set. gain: against the next narrower set, which bounds nothing where memory does.
#include <string_view>

#include "sim/kernels/instruction_set.hpp"
#include "tests/bench/memory_loops.hpp"
#include "tests/bench/networks.hpp"
#include "tests/bench/paired.hpp"

namespace apical::bench {

#define APICAL_DECLARE_LOOPS(set)   \
    namespace set {                 \
    extern const MemoryLoops loops; \
    }
APICAL_DECLARE_LOOPS(baseline)
#ifdef APICAL_X86_64
APICAL_DECLARE_LOOPS(v3)
APICAL_DECLARE_LOOPS(v4)
#endif

namespace {

const MemoryLoops& memory_loops() {
#ifdef APICAL_X86_64
    if (instruction_set().name == "v4") return v4::loops;
    if (instruction_set().name == "v3") return v3::loops;
#endif
    return baseline::loops;
}

struct OneLane {
    std::size_t rows, columns;
    M w, x, y, post, pre, left;

    explicit OneLane(const benchmark::State& state)
        : rows(static_cast<std::size_t>(state.range(0))),
          columns(static_cast<std::size_t>(state.range(1))),
          w(M::Random(state.range(0), state.range(1))),
          x(M::Random(w.cols(), 1)),
          y(M::Zero(w.rows(), 1)),
          post(M::Random(Kernels<float>::most_waiting, w.rows())),
          pre(M::Random(Kernels<float>::most_waiting, w.cols())),
          left(M::Constant(Kernels<float>::most_waiting, 1, 1e-9F)) {}

    void multiply(const Kernels<float>& kernels) {
        kernels.multiply({w.data(), rows, columns, false, x.data(), y.data(), 1, 0, rows, true, 1});
    }
    /// As many updates as may wait, and the product after them.
    void make_deferred(const Kernels<float>& kernels) {
        kernels.make_deferred({w.data(), nullptr, rows, columns, 0, rows, Kernels<float>::most_waiting, post.data(),
                               pre.data(), left.data(), 1, 0, x.data(), y.data(), true, 1});
    }
    /// What has been learnt from a source that stood still.
    void add_outer(const Kernels<float>& kernels) {
        kernels.add_outer(
            {w.data(), rows, columns, post.data(), pre.data(), 1, 0, std::max(rows, columns), 1e-9F, 1 - 1e-6F});
    }
};

using Loop = void (OneLane::*)(const Kernels<float>&);

void fraction(benchmark::State& state, Loop loop, bool writes) {
    OneLane of(state);
    const Kernels<float>& ours = instruction_set().kernels->of_float;
    const MemoryLoops& memory = memory_loops();
    const auto n = static_cast<std::size_t>(of.w.size());
    report_fraction(
        state, [&] { (of.*loop)(ours); }, "memory",
        [&] {
            if (writes) memory.update(of.w.data(), n);
            else benchmark::DoNotOptimize(memory.read(of.w.data(), n));
        },
        "fraction_of_bandwidth");
}

void gain(benchmark::State& state, Loop loop) {
    OneLane of(state);
    const auto sets = instruction_sets();
    const auto set = std::ranges::find(sets, instruction_set().name, &InstructionSet::name);
    if (set == sets.begin()) return state.SkipWithError("no narrower instruction set");
    const Kernels<float>&ours = set->kernels->of_float, &narrower = std::prev(set)->kernels->of_float;
    report_fraction(
        state, [&] { (of.*loop)(ours); }, "narrower", [&] { (of.*loop)(narrower); }, "gain");
}

/// 32 KiB, 312 KiB, 1.5 MiB, 12 MiB, 61 MiB.
void shapes(benchmark::internal::Benchmark* of) {
    of->ArgNames({"rows", "columns"})->Iterations(60)->Unit(benchmark::kMillisecond);
    for (const auto& [rows, columns] : {std::pair{64, 128}, {200, 400}, {500, 784}, {1000, 3072}, {4000, 4000}})
        of->Args({rows, columns});
}
BENCHMARK_CAPTURE(fraction, product, &OneLane::multiply, false)->Apply(shapes);
BENCHMARK_CAPTURE(fraction, one_pass, &OneLane::make_deferred, true)->Apply(shapes);
BENCHMARK_CAPTURE(fraction, held_source, &OneLane::add_outer, true)->Apply(shapes);
BENCHMARK_CAPTURE(gain, product, &OneLane::multiply)->Apply(shapes);
BENCHMARK_CAPTURE(gain, one_pass, &OneLane::make_deferred)->Apply(shapes);
BENCHMARK_CAPTURE(gain, held_source, &OneLane::add_outer)->Apply(shapes);

}  // namespace

}  // namespace apical::bench
