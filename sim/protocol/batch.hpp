#pragma once
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "sim/core/samples.hpp"

namespace apical {

/// Samples side by side, (features x lanes) and (outputs x lanes), in the numbers the circuit computes with.
template <class S>
class Batch {
   public:
    void gather(const Samples& samples, std::span<const std::uint64_t> index) {
        lanes_ = index.size();
        x_.resize(samples.features() * lanes_);
        y_.resize(samples.outputs() * lanes_);
        samples.gather(index, x_.data(), y_.data());
        if constexpr (!std::is_same_v<S, float>) {
            inputs_.assign(x_.begin(), x_.end());
            targets_.assign(y_.begin(), y_.end());
        }
    }
    std::size_t lanes() const { return lanes_; }
    const S* inputs() const {
        if constexpr (std::is_same_v<S, float>) return x_.data();
        else return inputs_.data();
    }
    const S* targets() const {
        if constexpr (std::is_same_v<S, float>) return y_.data();
        else return targets_.data();
    }

   private:
    std::size_t lanes_ = 0;
    std::vector<float> x_, y_;
    std::vector<S> inputs_, targets_;  ///< empty if S is float
};

}  // namespace apical
