#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/html/chart.hpp"
#include "analysis/html/describe.hpp"
#include "analysis/html/page.hpp"
#include "analysis/html/palette.hpp"

namespace apical {
namespace {

/// Rows that follow each other without a pause.
struct Stretch {
    std::size_t first = 0, end = 0;
};

/// A pause is longer than three of the usual steps: traces may be kept in some presentations alone.
std::vector<Stretch> stretches_of(const std::vector<double>& time) {
    std::vector<double> steps;
    steps.reserve(time.size());
    for (std::size_t k = 1; k < time.size(); ++k) steps.push_back(time[k] - time[k - 1]);
    std::vector<double> sorted = steps;
    std::ranges::sort(sorted);
    const double usual = sorted.empty() ? 0 : sorted[sorted.size() / 2];
    std::vector<Stretch> found{{0, 1}};
    for (std::size_t k = 1; k < time.size(); ++k) {
        if (!(steps[k - 1] <= 3 * usual)) found.push_back({k, k});
        found.back().end = k + 1;
    }
    return found;
}

/// Its variable: the one over time, cells and lanes.
std::string variable_of(const hdf5::File& file, const std::string& group) {
    for (const std::string& name : file.list(group))
        if (std::string path = group + "/" + name;
            !file.is_group(path) && file.data_set(path).shape().size() == 3 && file.data_set(path).count() > 0)
            return path;
    return {};
}

/// Cells of the first lane in one stretch.
void draw(const hdf5::File& file, const std::string& group, const Stretch& stretch, const std::string& which,
          Page& page) {
    constexpr std::size_t most_cells = 5, most_numbers = 4'000'000;
    const hdf5::DataSet data = file.data_set(variable_of(file, group)), time = file.data_set(group + "/time");
    const std::size_t cells = data.shape()[1], lanes = data.shape()[2], shown_cells = std::min(cells, most_cells);
    const std::size_t rows =
        std::min(stretch.end - stretch.first, std::max<std::size_t>(1, most_numbers / (cells * lanes)));
    const std::vector<double> values = data.read_rows<double>(stretch.first, rows),
                              times = time.read_rows<double>(stretch.first, rows);
    std::vector<double> numbers;
    if (file.exists(group + "/unit")) numbers = file.data_set(group + "/unit").read<double>();
    const std::string unit = data.attribute("units").value_or("1"), name = group.substr(std::string("/trace/").size());
    Chart chart{.title = unit == "1" ? name : fmt::format("{} ({})", name, unit),
                .x_label = fmt::format("time ({})", time.attribute("units").value_or("ms"))};
    for (std::size_t cell = 0; cell < shown_cells; ++cell) {
        Curve curve{.name = fmt::format("cell {}", cell < numbers.size() ? numbers[cell] : static_cast<double>(cell)),
                    .x = times,
                    .dots = rows < 5,
                    .colour = population_colour(cell)};
        curve.y.reserve(rows);
        for (std::size_t row = 0; row < rows; ++row) curve.y.push_back(values[(row * cells + cell) * lanes]);
        chart.curves.push_back(std::move(curve));
    }
    if (file.exists(group + "/onset")) chart.marks = file.data_set(group + "/onset").read<double>();
    const std::string population = file.group(group).attribute("population").value_or("");
    page.figure(svg_of(chart),
                fmt::format("{}{}{}, {} of {} recorded cells, first lane, {}{}.", population,
                            population.empty() ? "" : ": ", data.attribute("long_name").value_or(name), shown_cells,
                            cells, which, chart.marks.empty() ? "" : "; vertical lines are onsets of samples"));
}

}  // namespace

void describe_traces(const hdf5::File& file, Page& page) {
    if (!file.is_group("/trace")) return;
    bool any = false;
    for (const std::string& name : file.list("/trace")) {
        const std::string group = "/trace/" + name;
        if (!file.is_group(group) || !file.exists(group + "/time") || variable_of(file, group).empty()) continue;
        const std::vector<double> time = file.data_set(group + "/time").read<double>();
        if (time.empty()) continue;
        if (!any) page.heading("Traces");
        any = true;
        const std::vector<Stretch> stretches = stretches_of(time);
        draw(file, group, stretches.front(),
             stretches.size() > 1 ? "the first that was recorded" : "all that was recorded", page);
        if (stretches.size() > 1) draw(file, group, stretches.back(), "the last that was recorded", page);
    }
}

}  // namespace apical
