#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>

namespace apical {

/// How work is cut along one side of its result, by a function of the shape alone. A tile is one single-threaded call;
/// threads take whole tiles, so any number of threads gives the same bits.
struct Tiles {
    std::size_t extent;  ///< of the side that is cut
    std::size_t count = 1;
    std::size_t grain = 1;  ///< tiles begin at multiples of it

    static constexpr std::size_t most = 8;

    /// Of a product; `others` is the product of the two sides that are not cut, so that side * others is the number of
    /// multiply-adds. Every tile packs the operand that is not cut once more, so there are few: none below `wide`, 2
    /// from there on, then one for every two `wide`. Four rows fill the kernels.
    static Tiles of_product(std::size_t side, std::size_t others, std::size_t wide) {
        constexpr double worth_a_thread = 2e6;
        const double work = static_cast<double>(side) * static_cast<double>(others);
        if (side < wide || work < 2 * worth_a_thread) return {side};
        const auto busy = static_cast<std::size_t>(std::min(work / worth_a_thread, 1.0 * most));
        return {side, std::clamp<std::size_t>(std::bit_floor(side / (2 * wide)), 2, std::bit_floor(busy)), 4};
    }

    /// Of a loop over `side` units, `each` cells in a unit, a few operations a cell.
    static Tiles of_cells(std::size_t side, std::size_t each) {
        constexpr std::size_t worth_a_thread = 4096, line = 64;
        const std::size_t busy = std::clamp<std::size_t>(side * each / worth_a_thread, 1, most);
        return {side, std::bit_floor(std::min(busy, std::max<std::size_t>(side, 1))), each == 1 ? line : 1};
    }

    /// Where tile k begins. Without a division for the first: in a circuit of a few cells that is much of a step.
    std::size_t begin(std::size_t k) const {
        if (k == 0) return 0;
        return k >= count ? extent : std::min(extent, (extent * k / count + grain - 1) / grain * grain);
    }
};

}  // namespace apical
