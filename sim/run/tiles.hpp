#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>

namespace apical {

/// How a product is cut along one side of its result, by a function of the shape alone. A tile is one single-threaded
/// call; threads take whole tiles, so any number of threads gives the same bits.
///
/// Every tile packs the operand that is not cut once more, so there are few: none below `wide`, 2 from there on, then
/// one for every two `wide`, at most 8.
struct Tiles {
    std::size_t extent;  ///< of the side that is cut
    std::size_t count;

    /// `others` is the product of the other two sides, so that extent * others is the number of multiply-adds.
    Tiles(std::size_t side, std::size_t others, std::size_t wide) : extent(side), count(1) {
        constexpr double worth_a_thread = 2e6;
        constexpr std::size_t most = 8;
        const double work = static_cast<double>(side) * static_cast<double>(others);
        if (side < wide || work < 2 * worth_a_thread) return;
        const auto busy = static_cast<std::size_t>(std::min(work / worth_a_thread, 1.0 * most));
        count = std::clamp<std::size_t>(std::bit_floor(side / (2 * wide)), 2, std::bit_floor(busy));
    }
    /// Where tile k begins: whole cache lines of floats, so that two threads never write the same one and every tile
    /// but the last fills the kernels.
    std::size_t begin(std::size_t k) const {
        return k >= count ? extent : std::min(extent, (extent * k / count + 15) / 16 * 16);
    }
};

}  // namespace apical
