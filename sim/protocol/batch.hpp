#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/samples.hpp"

namespace apical {

/// Samples side by side, (features x lanes) and (outputs x lanes), in the numbers the circuit computes with.
template <class S>
class Batch {
   public:
    void gather(const Samples& samples, std::span<const std::uint64_t> index) {
        lanes_ = index.size();
        inputs_.resize(samples.features() * lanes_);
        targets_.resize(samples.outputs() * lanes_);
        samples.gather(index, inputs_.data(), targets_.data());
    }
    std::size_t lanes() const { return lanes_; }
    const S* inputs() const { return inputs_.data(); }
    const S* targets() const { return targets_.data(); }

   private:
    std::size_t lanes_ = 0;
    std::vector<S> inputs_, targets_;
};

}  // namespace apical
