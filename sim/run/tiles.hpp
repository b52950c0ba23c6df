#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>

namespace apical {

/// How a product is cut along one side of its result, by a function of the shape alone. A tile is one single-threaded
/// call; threads take whole tiles, so any number of threads gives the same bits.
///
/// A tile costs: the operand that is not cut is packed once more for each. So there are few of them: 2 from 192 rows
/// on, 4 from 768, 8 from 1536, which takes 1 to 2 % of a step (tests/bench).
struct Tiles {
    std::size_t extent;  ///< of the side that is cut
    std::size_t count;

    /// `others` is the product of the other two sides, so that extent * others is the number of multiply-adds.
    Tiles(std::size_t side, std::size_t others) : extent(side), count(1) {
        constexpr std::size_t narrowest = 96, comfortable = 192, most = 8;
        constexpr double work_of_a_tile = 1e6;  // below, a second thread costs more than it brings
        const double work = static_cast<double>(side) * static_cast<double>(others);
        if (side < 2 * narrowest || work < 2 * work_of_a_tile) return;
        const auto busy = static_cast<std::size_t>(std::min(work / work_of_a_tile, 1.0 * most));
        count = std::clamp<std::size_t>(std::bit_floor(side / comfortable), 2, std::bit_floor(busy));
    }
    /// Where tile k begins: whole cache lines of floats, so that two threads never write the same one and every tile
    /// but the last fills the kernels.
    std::size_t begin(std::size_t k) const {
        return k >= count ? extent : std::min(extent, (extent * k / count + 15) / 16 * 16);
    }
};

}  // namespace apical
