#pragma once
#include <algorithm>
#include <cstddef>

namespace apical {

/// How a product of (rows x inner) times (inner x columns) is cut: whole rows of the result, by a function of the shape
/// alone. A tile is one single-threaded call; threads take whole tiles, so any number of threads gives the same bits.
struct Tiles {
    std::size_t rows;  ///< of the result
    std::size_t count;

    Tiles(std::size_t result_rows, std::size_t columns, std::size_t inner) : rows(result_rows), count(1) {
        // Below about a million multiply-adds a second thread costs more than it brings; 16 rows fill the kernels.
        constexpr double work_of_a_tile = 1e6;
        const double work =
            static_cast<double>(result_rows) * static_cast<double>(columns) * static_cast<double>(inner);
        const auto wanted = static_cast<std::size_t>(work / work_of_a_tile);
        count =
            std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(1, std::min<std::size_t>(result_rows / 16, 8)));
    }
    /// First row of tile k; rows are dealt in multiples of 4, so that all tiles but the last fill the kernels.
    std::size_t begin(std::size_t k) const {
        return k >= count ? rows : std::min(rows, (rows * k / count + 3) / 4 * 4);
    }
};

}  // namespace apical
