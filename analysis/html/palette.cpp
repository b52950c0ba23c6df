#include "analysis/html/palette.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace apical {

namespace {

constexpr std::array<const char*, 7> colours{"#0072b2", "#d55e00", "#e69f00", "#cc79a7",
                                             "#000000", "#56b4e9", "#009e73"};

}  // namespace

std::string population_colour(std::size_t place) { return colours[place % colours.size()]; }

std::string method_colour(const std::string& model, const std::vector<std::string>& models) {
    const auto known = std::ranges::find(models, model);
    return colours[static_cast<std::size_t>(known - models.begin()) % colours.size()];
}

std::string layer_colour(std::size_t l, std::size_t layers) {
    // Viridis (van der Walt and Smith 2015) without its lightest quarter, which is hard to see on white.
    constexpr std::array<std::array<double, 3>, 4> stops{{{68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}}};
    const auto last = static_cast<double>(std::max<std::size_t>(layers, 2) - 1);
    const double place = std::clamp((static_cast<double>(l) - 1) / last, 0., 1.) * (stops.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(place), stops.size() - 2);
    std::string colour = "#";
    for (std::size_t c = 0; c < 3; ++c)
        colour += fmt::format(
            "{:02x}", std::lround(std::lerp(stops[below][c], stops[below + 1][c], place - static_cast<double>(below))));
    return colour;
}

}  // namespace apical
