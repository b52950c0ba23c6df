#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random.hpp"

namespace apical {

/// The order in which a run sees its training samples: in every epoch each sample once, shuffled at the address (seed,
/// epoch), so any part of the order is known without the parts before it. Endless sets are seen as they come.
class Order {
   public:
    /// `samples` = 0: endless.
    Order(const Random& random, std::uint64_t samples);

    /// Indices of the presented samples `first`, `first` + 1, ... A batch may straddle epochs.
    void take(std::uint64_t first, std::span<std::uint64_t> index);

   private:
    Random random_;
    std::uint64_t samples_;
    std::uint64_t epoch_ = ~std::uint64_t{0};  ///< of the permutation that is kept
    std::vector<std::uint32_t> permutation_;
};

}  // namespace apical
