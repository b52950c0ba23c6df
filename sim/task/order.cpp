#include "sim/task/order.hpp"

#include <numeric>

namespace apical {

Order::Order(const Random& random, std::uint64_t samples) : random_(random), samples_(samples) {}

void Order::take(std::uint64_t first, std::span<std::uint64_t> index) {
    if (samples_ == 0) {
        std::iota(index.begin(), index.end(), first);
        return;
    }
    for (std::uint64_t& sample : index) {
        const std::uint64_t epoch = first / samples_;
        if (epoch != epoch_) {
            permutation_ = random_.permutation(static_cast<std::uint32_t>(samples_), Random::stream("order"), epoch);
            epoch_ = epoch;
        }
        sample = permutation_[first % samples_];
        ++first;
    }
}

}  // namespace apical
