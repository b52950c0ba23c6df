#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace apical {

/// Spikes of some cells of some populations in a stretch of time, and below them the rates of all their cells.
struct Raster {
    struct Population {
        std::string name, note;                                  ///< "E", "120 of 10000 cells"
        std::string colour;                                      ///< of CSS
        std::size_t rows = 0;                                    ///< cells that are drawn
        std::vector<std::pair<double, std::uint32_t>> spikes{};  ///< time in ms and row
        std::vector<double> rate{};                              ///< in bins of equal width from begin to end, Hz
    };
    double begin = 0, end = 0;  ///< ms
    std::vector<Population> populations{};
};

/// The raster as an <svg> element, 560 wide, for the whole width of a page: its letters are half as large as those of a
/// chart. The first population stands at the bottom.
std::string svg_of(const Raster& raster);

}  // namespace apical
