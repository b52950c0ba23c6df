#include "analysis/html/raster.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/html/page.hpp"
#include "analysis/html/scale.hpp"

namespace apical {
namespace {

constexpr double width = 560, left = 64, right = 8, top = 14, rates_height = 62, gap = 8, bottom = 24;
constexpr double least_row = 1.2, most_row = 2.6, usual_height = 190;

std::string text(double x, double y, const std::string& anchor, const std::string& content,
                 const std::string& more = "") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, more,
                       escaped(content));
}

std::string line(double x1, double y1, double x2, double y2, const std::string& colour) {
    return fmt::format(
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
        "stroke-width=\".6\"/>\n",
        x1, y1, x2, y2, colour);
}

/// Spikes as points of one path: a line of no length with a round end is a dot.
std::string dots(const Raster::Population& population, const Scale& x, double lowest, double row) {
    std::string path;
    for (const auto& [time, cell] : population.spikes)
        path += fmt::format("M{:.1f} {:.1f}h0", x(time), lowest - (cell + 0.5) * row);
    return path.empty() ? ""
                        : fmt::format(
                              "<path d=\"{}\" stroke=\"{}\" stroke-width=\"{:.2f}\" stroke-linecap=\"round\" "
                              "fill=\"none\"/>\n",
                              path, population.colour, std::min(1.3, 0.8 * row + 0.2));
}

/// Rates as steps.
std::string steps(const Raster& raster, const Raster::Population& population, const Scale& x, const Scale& y) {
    const double bin =
        (raster.end - raster.begin) / static_cast<double>(std::max<std::size_t>(1, population.rate.size()));
    std::string path;
    for (std::size_t k = 0; k < population.rate.size(); ++k)
        path +=
            fmt::format("{}{:.1f} {:.1f}H{:.1f}", k == 0 ? "M" : "L", x(raster.begin + bin * static_cast<double>(k)),
                        y(population.rate[k]), x(raster.begin + bin * static_cast<double>(k + 1)));
    return fmt::format("<path d=\"{}\" stroke=\"{}\" stroke-width=\".8\" fill=\"none\"/>\n", path, population.colour);
}

}  // namespace

std::string svg_of(const Raster& raster) {
    std::size_t rows = 0;
    for (const Raster::Population& population : raster.populations) rows += population.rows;
    const double row =
        std::clamp(usual_height / static_cast<double>(std::max<std::size_t>(1, rows)), least_row, most_row);
    const double spikes_end = top + row * static_cast<double>(rows), rates_top = spikes_end + gap,
                 rates_end = rates_top + rates_height, height = rates_end + bottom;
    Scale x(false, left, width - right), y(false, rates_end, rates_top);
    for (const double time : {raster.begin, raster.end}) x.take_in(time);
    y.take_in(0);
    for (const Raster::Population& population : raster.populations)
        for (const double rate : population.rate) y.take_in(rate);
    x.finish();
    y.finish();

    std::string labels = text(left, 9, "start", "spikes of some cells, and rates of all (Hz)", " font-weight=\"600\"");
    std::string drawn;
    double lowest = spikes_end;
    for (const Raster::Population& population : raster.populations) {
        const double highest = lowest - row * static_cast<double>(population.rows), middle = (lowest + highest) / 2;
        const std::string colour = fmt::format(" fill=\"{}\"", population.colour);
        labels += text(left - 6, middle, "end", population.name, colour + " font-weight=\"600\"");
        labels += text(left - 6, middle + 7, "end", population.note, colour + " font-size=\"5\"");
        if (lowest < spikes_end) labels += line(left, lowest, width - right, lowest, "#ddd");
        drawn += dots(population, x, lowest, row) + steps(raster, population, x, y);
        lowest = highest;
    }
    for (const auto& [place, label] : y.ticks())
        labels += line(left, place, width - right, place, "#e5e5e5") + text(left - 4, place + 2, "end", label);
    for (const auto& [place, label] : x.ticks())
        labels += line(place, rates_end, place, rates_end + 2, "#555") + text(place, rates_end + 9, "middle", label);
    labels += line(left, rates_end, width - right, rates_end, "#555") + line(left, rates_top, left, rates_end, "#555") +
              line(left, spikes_end, width - right, spikes_end, "#bbb") +
              text((left + width - right) / 2, height - 5, "middle", "time (ms)");
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {:.0f}\" role=\"img\" "
               "font-size=\"6.5\" font-family=\"system-ui, sans-serif\" fill=\"#333\">\n"
               "<title>spikes and rates</title>\n",
               width, height) +
           labels + drawn + "</svg>\n";
}

}  // namespace apical
