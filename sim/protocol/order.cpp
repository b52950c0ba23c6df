#include "sim/protocol/order.hpp"

namespace apical {

Order::Order(const Random& random, std::uint64_t samples, Sequence sequence, bool shared)
    : random_(random), samples_(samples), sequence_(sequence), shared_(shared) {}

void Order::take(std::uint64_t first, std::span<std::uint64_t> index) {
    const std::uint64_t lanes = index.size(), presentation = first / lanes;
    for (std::uint64_t lane = 0; lane < lanes; ++lane) {
        if (shared_) index[lane] = at(presentation);
        else if (sequence_ == Sequence::sequential && samples_ > 0)
            index[lane] = (lane * samples_ / lanes + presentation) % samples_;
        else index[lane] = at(first + lane);
    }
}

std::uint64_t Order::at(std::uint64_t position) {
    if (samples_ == 0) return position;
    if (sequence_ == Sequence::sequential) return position % samples_;
    const std::uint64_t epoch = position / samples_;
    if (epoch != epoch_) {
        permutation_ = random_.permutation(static_cast<std::uint32_t>(samples_), Random::stream("order"), epoch);
        epoch_ = epoch;
    }
    return permutation_[position % samples_];
}

}  // namespace apical
