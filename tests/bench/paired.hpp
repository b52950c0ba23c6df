#pragma once
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>
#include <vector>

namespace apical::bench {

/// Milliseconds.
inline double wall_clock() {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What this thread has used: other programs on the machine do not count.
inline double thread_clock() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

template <class Work>
double time_of(double (*clock)(), int times, const Work& work) {
    const double start = clock();
    for (int k = 0; k < times; ++k) work();
    return (clock() - start) / times;
}

inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Times of two pieces of work, taken in turn in one process: whatever else the machine does hits both alike, so what
/// counts is the median of the ratios of neighbours.
struct Paired {
    std::vector<double> ours, rival, ratios;  ///< rival / ours: above 1 where we are faster

    double best() const { return *std::min_element(ours.begin(), ours.end()); }
    double best_rival() const { return *std::min_element(rival.begin(), rival.end()); }
    double ratio() const { return median(ratios); }
    double best_ratio() const { return *std::max_element(ratios.begin(), ratios.end()); }
};

/// Times `ours` and `rival` as long as the benchmark runs, each going first every other time. Short work is repeated
/// until the clock can see it.
template <class Ours, class Rival>
Paired compare(benchmark::State& state, double (*clock)(), const Ours& ours, const Rival& rival) {
    constexpr double visible = 0.2;  // ms
    ours();
    rival();
    const double once = std::min(time_of(clock, 3, ours), time_of(clock, 3, rival));
    const int times = std::clamp(static_cast<int>(visible / std::max(once, 1e-6)), 1, 10000);
    Paired paired;
    for (auto _ : state) {
        const bool ours_first = paired.ours.size() % 2 == 0;
        if (ours_first) paired.ours.push_back(time_of(clock, times, ours));
        paired.rival.push_back(time_of(clock, times, rival));
        if (!ours_first) paired.ours.push_back(time_of(clock, times, ours));
        paired.ratios.push_back(paired.rival.back() / paired.ours.back());
    }
    return paired;
}

/// A kernel against what it is measured by: counters <rival>_us, kernel_us and `name`, the fraction that is achieved.
template <class Ours, class Rival>
void report_fraction(benchmark::State& state, const Ours& ours, const std::string& rival_name, const Rival& rival,
                     const std::string& name) {
    const Paired paired = compare(state, thread_clock, ours, rival);
    state.counters["kernel_us"] = 1e3 * paired.best();
    state.counters[rival_name + "_us"] = 1e3 * paired.best_rival();
    state.counters[name] = paired.ratio();
}

}  // namespace apical::bench
