#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random.hpp"

namespace apical {

enum class Sequence {
    shuffled,    ///< in every epoch each sample once
    sequential,  ///< as they stand, every lane from a place of its own, evenly spread: a series stays a series
};

/// The order in which a run sees its training samples: in every epoch each sample once, shuffled at the address (seed,
/// epoch), so any part of the order is known without the parts before it. Endless sets are seen as they come.
class Order {
   public:
    /// `samples` = 0: endless. Shared: all lanes see the same sample, that of the first.
    Order(const Random& random, std::uint64_t samples, Sequence sequence = Sequence::shuffled, bool shared = false);

    /// Indices of the presented samples `first`, `first` + 1, ... A batch may straddle epochs.
    /// For sequential order `first` is a whole number of batches.
    void take(std::uint64_t first, std::span<std::uint64_t> index);

   private:
    std::uint64_t at(std::uint64_t position);

    Random random_;
    std::uint64_t samples_;
    Sequence sequence_;
    bool shared_;
    std::uint64_t epoch_ = ~std::uint64_t{0};  ///< of the permutation that is kept
    std::vector<std::uint32_t> permutation_;
};

}  // namespace apical
