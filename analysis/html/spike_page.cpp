#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/html/chart.hpp"
#include "analysis/html/describe.hpp"
#include "analysis/html/page.hpp"
#include "analysis/html/palette.hpp"
#include "analysis/html/raster.hpp"
#include "analysis/recorded_trains.hpp"

namespace apical {
namespace {

constexpr std::size_t rows_of_raster = 150, least_rows = 15, bins_of_rates = 200, bins_of_histogram = 50;

/// Of numbers that come one after the other, evenly spread ones: never more than a million.
class Sample {
   public:
    void take(double value) {
        if (seen_++ % stride_ != 0) return;
        values_.push_back(value);
        if (values_.size() < 1 << 20) return;
        for (std::size_t k = 0; 2 * k < values_.size(); ++k) values_[k] = values_[2 * k];
        values_.resize((values_.size() + 1) / 2);
        stride_ *= 2;
    }
    const std::vector<double>& values() const { return values_; }

   private:
    std::vector<double> values_;
    std::uint64_t seen_ = 0, stride_ = 1;
};

/// Intervals between the spikes of a cell.
struct Intervals {
    std::uint64_t last = 0, count = 0;
    double mean = 0, squares = 0;
};

/// What is gathered of a population while its spikes go by.
struct Gathered {
    std::vector<std::uint32_t> row_of;  ///< by cell; those that are not drawn have the largest number
    std::vector<Intervals> cells;
    Sample intervals;
};

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return std::nan("");
    const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
    return values[place];
}

/// A curve of steps: percent of the values in each bin.
Curve histogram(const std::string& name, const std::string& colour, const std::vector<double>& values, double low,
                double high) {
    std::vector<double> share(bins_of_histogram);
    for (const double value : values) {
        const double place = (value - low) / (high - low) * static_cast<double>(bins_of_histogram);
        if (place >= 0 && place < static_cast<double>(bins_of_histogram))
            share[static_cast<std::size_t>(place)] += 100 / static_cast<double>(values.size());
    }
    Curve curve{.name = name, .colour = colour};
    const double bin = (high - low) / static_cast<double>(bins_of_histogram);
    for (std::size_t k = 0; k < share.size(); ++k)
        for (const std::size_t edge : {k, k + 1}) {
            curve.x.push_back(low + bin * static_cast<double>(edge));
            curve.y.push_back(share[k]);
        }
    return curve;
}

/// One curve a population; the highest thousandth is left out, as a long tail would hide the rest.
void histograms(const std::string& title, const std::string& unit, const std::string& caption,
                const std::vector<std::string>& names, const std::vector<std::vector<double>>& values, bool from_zero,
                Page& page) {
    double low = from_zero ? 0 : INFINITY, high = -INFINITY;
    for (const std::vector<double>& some : values) {
        if (some.empty()) continue;
        low = std::min(low, quantile(some, 0.001));
        high = std::max(high, quantile(some, 0.995));
    }
    if (!(high >= low)) return page.paragraph(title + ": too few spikes. " + caption);
    if (high == low) high = low + (low == 0 ? 1 : std::abs(low));
    Chart chart{.title = title + ", % in a bin", .x_label = unit};
    for (std::size_t k = 0; k < values.size(); ++k)
        if (!values[k].empty()) chart.curves.push_back(histogram(names[k], population_colour(k), values[k], low, high));
    page.figure(svg_of(chart), caption);
}

/// The last part of what was recorded, long enough for some eight spikes of a cell.
double window_of(const RecordedTrains& trains) {
    double spikes = 0, cells = 0;
    for (const auto& population : trains.populations()) {
        spikes += static_cast<double>(population.spikes);
        cells += static_cast<double>(population.cells.size());
    }
    const double time = trains.step() * static_cast<double>(trains.end() - trains.begin());
    const double wanted = std::clamp(std::round(8 * cells * time / std::max(spikes, 1.0) / 100) * 100, 200.0, 1000.0);
    return std::min(wanted, time);
}

std::string count_of(std::size_t number, const RecordedTrains::Population& population) {
    return fmt::format("{} of {} cells", number, population.all);
}

void raster_and_histograms(const RecordedTrains& trains, Page& page) {
    const double time_step = trains.step(), window = window_of(trains);
    const double end = time_step * static_cast<double>(trains.end());
    Raster raster{.begin = end - window, .end = end};
    std::vector<Gathered> gathered;
    std::size_t all = 0;
    for (const auto& population : trains.populations()) all += population.cells.size();
    for (const auto& population : trains.populations()) {
        const std::size_t count = population.cells.size();
        const std::size_t rows =
            std::min(count, std::max(least_rows, rows_of_raster * count / std::max<std::size_t>(all, 1)));
        Gathered& of = gathered.emplace_back();
        of.cells.resize(count);
        of.row_of.assign(count, UINT32_MAX);
        for (std::size_t row = 0; row < rows; ++row)  // evenly spread
            of.row_of[row * count / rows] = static_cast<std::uint32_t>(row);
        raster.populations.push_back({population.name,
                                      count_of(rows, population),
                                      population_colour(raster.populations.size()),
                                      rows,
                                      {},
                                      std::vector<double>(bins_of_rates)});
    }
    trains.each(trains.begin(), trains.end(), [&](std::size_t number, std::uint64_t step, auto cells) {
        Gathered& of = gathered[number];
        Raster::Population& drawn = raster.populations[number];
        const double time = time_step * static_cast<double>(step), place = (time - raster.begin) / window;
        for (const std::uint32_t cell : cells) {
            Intervals& its = of.cells[cell];
            if (its.last > 0) {
                const double interval = time_step * static_cast<double>(step - its.last), before = its.mean;
                its.mean += (interval - before) / static_cast<double>(++its.count);
                its.squares += (interval - before) * (interval - its.mean);
                of.intervals.take(interval);
            }
            its.last = step;
            if (place <= 0) continue;
            if (of.row_of[cell] != UINT32_MAX) drawn.spikes.emplace_back(time, of.row_of[cell]);
            const auto bin = static_cast<std::size_t>(place * bins_of_rates);
            drawn.rate[std::min(bin, bins_of_rates - 1)] += 1;
        }
    });
    std::vector<std::string> names;
    std::vector<std::vector<double>> intervals, variations;
    for (std::size_t k = 0; k < gathered.size(); ++k) {
        const auto cells = static_cast<double>(gathered[k].cells.size());
        for (double& rate : raster.populations[k].rate) rate *= 1000 * bins_of_rates / (window * std::max(cells, 1.0));
        names.push_back(raster.populations[k].name);
        intervals.push_back(gathered[k].intervals.values());
        variations.emplace_back();
        for (const Intervals& its : gathered[k].cells)
            if (its.count >= 10)
                variations.back().push_back(std::sqrt(its.squares / static_cast<double>(its.count - 1)) / its.mean);
    }
    page.wide_figure(svg_of(raster),
                     fmt::format("Spikes of the last {:.4g} ms that were recorded, cells evenly spread over "
                                 "each population, and rates of all its recorded cells in bins of {:.3g} ms.",
                                 window, window / bins_of_rates));
    histograms("inter-spike intervals", "ms", "Intervals between the spikes of a cell, all cells of a population.",
               names, intervals, true, page);
    histograms("coefficients of variation", "CV of a cell's inter-spike intervals",
               "Of cells with at least ten intervals.", names, variations, false, page);
}

/// Time of the rows of a series, empty if it has none.
std::vector<double> times_of(const hdf5::File& file, const std::string& group) {
    const std::string time = group + "/time";
    if (!file.exists(time) || file.is_group(time)) return {};
    return file.data_set(time).read<double>();
}

bool is_of_time(const hdf5::File& file, const std::string& path, std::size_t rows) {
    if (file.is_group(path)) return false;
    const hdf5::DataSet data = file.data_set(path);
    return data.kind() != hdf5::Kind::text && !data.shape().empty() && data.shape()[0] == rows && data.count() > 0 &&
           !path.ends_with("/time");
}

void statistics(const hdf5::File& file, Page& page) {
    const std::vector<double> times = times_of(file, "/metrics");
    if (times.empty()) return;
    std::vector<std::vector<std::string>> rows;
    Chart rates{.title = "rate (Hz), since the row before", .x_label = "time (ms)"};
    std::size_t population = 0;
    for (const std::string& name : file.list("/metrics")) {
        const std::string path = "/metrics/" + name;
        if (!is_of_time(file, path, times.size()) || file.data_set(path).shape().size() != 1) continue;
        const hdf5::DataSet data = file.data_set(path);
        const std::vector<double> values = data.read<double>();
        rows.push_back({name, shown(values.front()), shown(values.back()), data.attribute("units").value_or("1"),
                        data.attribute("long_name").value_or("")});
        const std::string prefix = "recent_rate_";
        if (name.starts_with(prefix))
            rates.curves.push_back({.name = name.substr(prefix.size()),
                                    .x = times,
                                    .y = values,
                                    .dots = times.size() < 5,
                                    .colour = population_colour(population++)});
    }
    page.heading("Statistics of the spikes");
    page.table({"statistic", fmt::format("after {:.6g} ms", times.front()),
                fmt::format("after {:.6g} ms", times.back()), "unit", "what it is"},
               rows);
    if (times.size() > 1 && !rates.curves.empty())
        page.figure(svg_of(rates), "Rates of whole populations between the rows of /metrics.");
}

/// Of one matrix of weights, at some of its snapshots.
void distribution(const hdf5::DataSet& data, const std::string& name, const std::vector<double>& times, Page& page) {
    constexpr std::size_t most_rows = 100, most_numbers = 100000;
    constexpr std::pair<double, const char*> shares[] = {
        {0.01, "1 %"}, {0.25, "25 %"}, {0.5, "median"}, {0.75, "75 %"}, {0.99, "99 %"}};
    Chart chart{.title = name + ", distribution over time", .x_label = "time (ms)"};
    for (std::size_t k = 0; k < std::size(shares); ++k)
        chart.curves.push_back(
            {.name = shares[k].second, .dots = times.size() < 5, .colour = layer_colour(k + 1, std::size(shares))});
    std::vector<double> first, last;
    const std::size_t rows = std::min(times.size(), most_rows);
    for (std::size_t k = 0; k < rows; ++k) {
        const std::size_t row = rows == 1 ? 0 : k * (times.size() - 1) / (rows - 1);
        const std::vector<double> whole = data.read_rows<double>(row, 1);
        std::vector<double> some;
        for (std::size_t at = 0; at < whole.size(); at += whole.size() / most_numbers + 1) some.push_back(whole[at]);
        for (std::size_t share = 0; share < std::size(shares); ++share) {
            chart.curves[share].x.push_back(times[row]);
            chart.curves[share].y.push_back(quantile(some, shares[share].first));
        }
        if (k == 0) first = some;
        last = std::move(some);
    }
    page.figure(svg_of(chart), fmt::format("Quantiles of the weights {} at the snapshots of /weights.", name));
    const double low = std::min(quantile(first, 0.001), quantile(last, 0.001)),
                 high = std::max(quantile(first, 0.999), quantile(last, 0.999));
    if (!(high > low)) return;
    const double room = 0.02 * (high - low);
    Chart ends{.title = name + ", % in a bin", .x_label = "weight"};
    ends.curves.push_back(
        histogram(fmt::format("{:.6g} ms", times.front()), "#999999", first, low - room, high + room));
    ends.curves.push_back(
        histogram(fmt::format("{:.6g} ms", times.back()), population_colour(0), last, low - room, high + room));
    page.figure(svg_of(ends), fmt::format("The weights {} at the first and the last snapshot.", name));
}

void weights(const hdf5::File& file, Page& page) {
    const std::vector<double> times = times_of(file, "/weights");
    if (times.empty()) return;
    bool any = false;
    for (const std::string& name : file.list("/weights")) {
        const std::string path = "/weights/" + name;
        if (!is_of_time(file, path, times.size())) continue;
        const hdf5::DataSet data = file.data_set(path);
        const std::vector<std::string> scales = data.scales();
        if (scales.empty() || scales[0] != "/weights/time") continue;
        if (!any) page.heading("Weights");
        any = true;
        distribution(data, name, times, page);
    }
}

}  // namespace

void describe_activity(const hdf5::File& file, Page& page) {
    if (has_spikes(file)) {
        page.heading("Spikes");
        const RecordedTrains trains(file);
        if (trains.end() > trains.begin()) raster_and_histograms(trains, page);
        else page.paragraph("No time in which all of them were recorded.");
    }
    statistics(file, page);
    weights(file, page);
}

}  // namespace apical
