#pragma once
#include <Eigen/Core>
#include <cstddef>

#include "tests/bench/paired.hpp"

namespace apical::bench {

/// a = b + s c: moves memory and little else. What a kernel that is bound by memory is measured by.
class Triad {
   public:
    /// `bytes` in all: as many as the kernel reads and writes, so that both stand in the same cache.
    explicit Triad(double bytes) {
        const auto n = static_cast<Eigen::Index>(bytes / (3 * sizeof(float)));
        a_.setZero(n);
        b_.setRandom(n);
        c_.setRandom(n);
    }
    void run() {
        a_.noalias() = b_ + 3.0F * c_;
        benchmark::DoNotOptimize(a_.data());
        benchmark::ClobberMemory();
    }

   private:
    Eigen::VectorXf a_, b_, c_;
};

/// `kernel` reads and writes `bytes`: which part of the memory's rate does it reach?
template <class Kernel>
void report_bandwidth(benchmark::State& state, double bytes, const Kernel& kernel) {
    Triad triad(bytes);
    report_fraction(
        state, kernel, "triad", [&] { triad.run(); }, "fraction_of_bandwidth");
}

}  // namespace apical::bench
