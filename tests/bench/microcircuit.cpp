// Steps of the microcircuit of models/pal, everything plastic and noisy, W low-passed, the authors' scheme:
// microseconds a step, of the time this thread has used. What an independent implementation of scalar loops in double
// took (section 7.5 of its specification; another machine): 1-1-1 .45, 2-8-4 .71, 4-30-3 1.4, 5-20-10-20-5 3.3,
// 784-100-10 49.5.
#include <random>

#include "models/pal/circuit.hpp"
#include "sim/protocol/training.hpp"
#include "tests/bench/paired.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

constexpr std::uint64_t steps = 100;  // of a presentation

template <class S>
class Cells {
   public:
    Cells(const std::vector<std::int64_t>& sizes, bool held)
        : simulation_(circuit(sizes), setup(held)), t_(static_cast<std::size_t>(sizes.back()), S(0.5)) {
        std::mt19937 random(1);
        for (auto& x : x_)
            for (std::int64_t k = 0; k < sizes.front(); ++k)
                x.push_back(static_cast<S>(std::uniform_real_distribution<double>(0, 1)(random)));
    }
    void present() {
        turn_ = 1 - turn_;
        simulation_.present(x_[turn_].data(), t_.data());
    }

   private:
    static Circuit circuit(const std::vector<std::int64_t>& sizes) {
        pal::Parameters p;
        p.range_W = {-0.1, 0.1};
        return pal::circuit({{sizes.begin() + 1, sizes.end() - 1}}, p,
                            {static_cast<std::size_t>(sizes.front()), static_cast<std::size_t>(sizes.back()),
                             Loss::squared_error, 1000});
    }
    static Setup setup(bool held) {
        Setup setup{.mode = Mode::continuous, .lanes = 1};
        setup.clock.stepper = "euler_maruyama";
        setup.clock.step = 0.01;
        setup.clock.presentation = 0.01 * steps;
        setup.clock.is_plasticity_exact = false;
        setup.clock.held_sources = held;
        return setup;
    }

    Training<S> simulation_;
    std::vector<S> x_[2], t_;
    std::size_t turn_ = 0;
};

/// Held input against an input that is read in every step.
template <class S>
void microcircuit(benchmark::State& state, const std::vector<std::int64_t>& sizes) {
    Cells<S> held(sizes, true), plain(sizes, false);
    const Paired paired = compare(
        state, thread_clock, [&] { held.present(); }, [&] { plain.present(); });
    state.counters["held_us"] = 1e3 * paired.best() / steps;
    state.counters["plain_us"] = 1e3 * paired.best_rival() / steps;
}

const std::vector<std::int64_t> chain{1, 1, 1}, small{2, 8, 4}, yin_yang{4, 30, 3}, deep{5, 20, 10, 20, 5},
    mnist{784, 100, 10};

void in_double(benchmark::State& state, const std::vector<std::int64_t>& sizes) { microcircuit<double>(state, sizes); }
void in_float(benchmark::State& state, const std::vector<std::int64_t>& sizes) { microcircuit<float>(state, sizes); }

BENCHMARK_CAPTURE(in_double, 1_1_1, chain)->Iterations(50);
BENCHMARK_CAPTURE(in_double, 2_8_4, small)->Iterations(50);
BENCHMARK_CAPTURE(in_double, 4_30_3, yin_yang)->Iterations(50);
BENCHMARK_CAPTURE(in_double, 5_20_10_20_5, deep)->Iterations(50);
BENCHMARK_CAPTURE(in_double, 784_100_10, mnist)->Iterations(50);
BENCHMARK_CAPTURE(in_float, 1_1_1, chain)->Iterations(50);
BENCHMARK_CAPTURE(in_float, 2_8_4, small)->Iterations(50);
BENCHMARK_CAPTURE(in_float, 4_30_3, yin_yang)->Iterations(50);
BENCHMARK_CAPTURE(in_float, 5_20_10_20_5, deep)->Iterations(50);
BENCHMARK_CAPTURE(in_float, 784_100_10, mnist)->Iterations(50);

}  // namespace
