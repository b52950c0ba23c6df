// What recording costs, counted in an epoch of MNIST: 469 steps of the same circuit with their gathering, timed in
// turn. `row` is what the defaults take once an epoch: the metrics of the layers on 512 samples, an examination of
// 1,000 training samples, and one of 10,000 test samples, which is most of it. `spectra` is taken twice or thrice a
// run.
#include <map>

#include "analysis/registry.hpp"
#include "data/stored.hpp"
#include "sim/protocol/accuracy.hpp"
#include "sim/protocol/batch.hpp"
#include "tests/bench/networks.hpp"
#include "tests/bench/paired.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

constexpr std::size_t samples = 60000, steps_an_epoch = 469, tested = 10000, asked = 1000, evaluated = 512;

StoredSamples images() {
    auto records = std::make_shared<Records>();
    records->features = inputs;
    records->outputs = outputs;
    records->full_scale = 255;
    for (std::size_t k = 0; k < samples; ++k) records->labels.push_back(static_cast<std::uint8_t>(k % outputs));
    std::vector<std::uint8_t> bytes(samples * inputs);
    for (std::size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<std::uint8_t>(k * 2654435761U >> 13U);
    records->inputs = std::move(bytes);
    const std::vector<std::uint32_t> rows = all_rows(*records);
    return {records, rows, standardise(*records, rows, "none")};
}

/// A circuit that learns, and what looks at it.
class Recorded {
   public:
    explicit Recorded(Motif motif) : simulation_(network(motif, 1)), evaluators_(simulation_), set_(images()) {
        evaluation_.gather(set_, std::span(order_).first(evaluated));
    }

    void learn(std::size_t steps) {
        for (std::size_t k = 0; k < steps; ++k, at_ = (at_ + lanes) % (samples - lanes)) {
            batch_.gather(set_, std::span(order_).subspan(at_, lanes));
            simulation_.present(batch_.inputs(), batch_.targets());
        }
    }
    void evaluate(std::size_t count) { apical::evaluate(evaluators_, set_, std::span(whole_).first(count)); }
    void measure(MetricGroup group) {
        Evaluator<float>& evaluator = evaluators_.with(evaluated);
        evaluator.evaluate(evaluation_.inputs(), evaluation_.targets());
        auto& instrument = instruments_[group];
        if (instrument == nullptr) instrument = make_instrument(simulation_.circuit(), group);
        row_.clear();
        instrument->measure(MetricContext<float>{simulation_, evaluator, evaluation_.inputs(), evaluation_.targets()},
                            row_);
    }

   private:
    Training<float> simulation_;
    Evaluators<float> evaluators_;
    StoredSamples set_;
    std::vector<std::uint64_t> order_ = fixed_part(set_, samples, Random(1)), whole_ = whole(set_);
    apical::Batch<float> evaluation_, batch_;
    std::map<MetricGroup, std::unique_ptr<Instrument>> instruments_;
    std::vector<double> row_;
    std::size_t at_ = 0;
};

/// Counters measured_ms and `percent_of_epoch`.
template <class Measure>
void report(benchmark::State& state, Motif motif, const Measure& measure) {
    constexpr std::size_t steps = 10;
    Recorded run(motif);
    const Paired paired = compare(
        state, thread_clock, [&] { measure(run); }, [&] { run.learn(steps); });
    state.counters["measured_ms"] = paired.best();
    state.counters["percent_of_epoch"] = 100.0 * steps / steps_an_epoch / paired.ratio();
}

void metrics(benchmark::State& state, Motif motif) {
    report(state, motif, [](Recorded& run) { run.measure(MetricGroup::metrics); });
}
void spectra(benchmark::State& state, Motif motif) {
    report(state, motif, [](Recorded& run) { run.measure(MetricGroup::spectra); });
}
void examination(benchmark::State& state, Motif motif) {
    report(state, motif, [](Recorded& run) { run.evaluate(tested); });
}
void row(benchmark::State& state, Motif motif) {
    report(state, motif, [](Recorded& run) {
        run.measure(MetricGroup::metrics);
        run.evaluate(asked);
        run.evaluate(tested);
    });
}

void every_motif(const char* name, void (*work)(benchmark::State&, Motif)) {
    for (const char* motif : {"dense", "topographic", "backpropagation"})
        benchmark::RegisterBenchmark((std::string(name) + "/" + motif).c_str(), work, motif_named(motif))
            ->Iterations(20)
            ->Unit(benchmark::kMillisecond);
}

const int all = [] {
    every_motif("metrics", metrics);
    every_motif("spectra", spectra);
    every_motif("examination", examination);
    every_motif("row", row);
    return 0;
}();

}  // namespace
