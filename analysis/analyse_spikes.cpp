#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "analysis/analyse_spikes.hpp"
#include "analysis/destination.hpp"
#include "analysis/recorded_trains.hpp"
#include "sim/core/error.hpp"
#include "sim/core/units.hpp"
#include "sim/core/whole_steps.hpp"

namespace apical {
namespace {

/// A time on the command line, in steps.
std::uint64_t steps_of(const std::string& option, const std::string& text, double step) {
    double time = 0;
    try {
        time = quantity(text, "ms");
    } catch (const std::invalid_argument& error) {
        throw InputError({{"command line", 0, 0}, option, "'" + text + "'", "a time, as \"200 ms\"", error.what()});
    }
    const std::optional<std::uint64_t> steps = whole_steps(time, step);
    if (!steps)
        throw InputError(
            {{"command line", 0, 0}, option, text, "a whole number of steps of the run, " + with_unit(step, "ms"), ""});
    return *steps;
}

/// What of the run the statistics are of: what was asked for, within what was recorded.
std::pair<std::uint64_t, std::uint64_t> window_of(const AnalyseRequest& request, const RecordedTrains& trains) {
    const auto ms = [&](std::uint64_t step) {
        return fmt::format("{:.6g} ms", trains.step() * static_cast<double>(step));
    };
    std::uint64_t from = trains.window().from, until = trains.end();
    if (!request.from.empty()) from = steps_of("--from", request.from, trains.step());
    if (!request.until.empty()) until = steps_of("--until", request.until, trains.step());
    if (from < trains.begin())
        throw InputError({{"command line", 0, 0},
                          "--from",
                          ms(from),
                          "at least " + ms(trains.begin()),
                          "not all spikes before that were recorded"});
    if (until > trains.end())
        throw InputError({{"command line", 0, 0},
                          "--until",
                          ms(until),
                          "at most " + ms(trains.end()),
                          "not all spikes after that were recorded"});
    if (until <= from)
        throw InputError({{request.file, 0, 0},
                          "",
                          fmt::format("statistics from {} until {}", ms(from), ms(until)),
                          "some time between",
                          "--from and --until say which"});
    return {from, until};
}

std::string text_of(const RecordedTrains::Population& population) {
    const std::string recorded = population.cells.size() == population.all
                                     ? std::to_string(population.all)
                                     : fmt::format("{} of {}", population.cells.size(), population.all);
    return fmt::format("{} ({} cells, {} spikes)", population.name, recorded, population.spikes);
}

}  // namespace

void analyse_spikes(const AnalyseRequest& request, std::ostream& out) {
    const std::string group = request.evolution ? "/analysis/spikes_evolution" : "/analysis/spikes";
    refuse_existing(request, group);
    std::vector<std::pair<double, std::vector<double>>> rows;
    Series series{group, {"time", "ms", "simulated time", {}}, {}, {}, Storage::float64};
    std::vector<std::size_t> wanted;  // places of variables
    std::map<std::string, double> last;
    {
        const hdf5::File file = hdf5::File::open(request.file);
        const RecordedTrains trains(file);
        const auto [from, until] = window_of(request, trains);
        std::vector<CountedCells> counted;
        std::vector<std::string> texts;
        for (const auto& population : trains.populations()) {
            counted.push_back({population.name, population.cells.size()});
            texts.push_back(text_of(population));
        }
        SpikeStatistics::Window window = trains.window();
        window.from = from;
        SpikeStatistics statistics(counted, window, trains.seed());

        const std::vector<Variable> all = statistics.variables();
        for (std::size_t k = 0; k < all.size(); ++k) {
            const auto is_of = [&](const std::string& metric) {
                return all[k].name == metric || all[k].name.starts_with(metric + "_");
            };
            // Of a single row there is no row before.
            if (request.metrics.empty() ? request.evolution || !is_of("recent_rate")
                                        : std::ranges::any_of(request.metrics, is_of))
                wanted.push_back(k);
        }
        for (const std::size_t k : wanted) series.variables.push_back(all[k]);

        std::vector<std::uint64_t> moments{until};
        if (request.evolution) {
            moments.clear();
            if (file.exists("/metrics/time") && !file.is_group("/metrics/time"))
                for (const double time : file.data_set("/metrics/time").read<double>()) {
                    const auto step =
                        static_cast<std::uint64_t>(std::llround(std::clamp(time / trains.step(), 0., 1e15)));
                    if (step > from && step <= until) moments.push_back(step);
                }
            if (moments.empty())
                throw InputError({{request.file, 0, 0},
                                  "",
                                  "no rows of /metrics in this time",
                                  "some",
                                  "an evolution has their times: record.metrics"});
            std::ranges::sort(moments);
        }
        std::vector<double> row;
        auto moment = moments.cbegin();
        const auto measure_until = [&](std::uint64_t step) {
            for (; moment != moments.cend() && *moment < step; ++moment) {
                row = statistics.row(*moment);
                rows.emplace_back(trains.step() * static_cast<double>(*moment), std::vector<double>{});
                for (const std::size_t k : wanted) rows.back().second.push_back(row[k]);
            }
        };
        trains.each(from, moments.back(), [&](std::size_t population, std::uint64_t step, auto cells) {
            measure_until(step);
            statistics.add(population, step, cells);
        });
        measure_until(moments.back() + 1);
        for (const auto& variable : all) last[variable.name] = std::nan("");
        for (const std::size_t k : wanted) last[all[k].name] = row[k];
        series.expected_rows = rows.size();
        out << fmt::format("{}, spikes from {:.6g} to {:.6g} ms: {}\n\n", request.file,
                           trains.step() * static_cast<double>(from), rows.back().first, fmt::join(texts, ", "));
    }
    print_statistics(last, out);
    Destination destination(request, group);
    const Sink::Id id = destination.sink().open(series);
    for (const auto& [time, row] : rows) destination.sink().append(id, time, row);
    destination.finish(out);
}

}  // namespace apical
