#include "analysis/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <ostream>
#include <sstream>

#include "analysis/analyse_spikes.hpp"
#include "analysis/destination.hpp"
#include "analysis/recorded_trains.hpp"
#include "analysis/report.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/parallel/thread_pool.hpp"
#include "sim/record/distinct_files.hpp"

namespace apical {

namespace {

bool is_of_spikes(const std::string& metric) {
    const std::vector<Component> all = spike_statistics();
    return find_named(all, metric) != nullptr;
}

/// Throws InputError for a name that is no metric, or one that a file cannot answer.
void check_names(const std::vector<std::string>& names, const Catalogue& catalogue) {
    std::vector<std::string> known;
    for (MetricGroup group : metric_groups)
        for (const Component& metric : metrics_of(catalogue, group)) known.push_back(metric.name);
    const Place place{"command line"};
    for (const std::string& name : names) {
        if (std::ranges::find(known, name) == known.end()) {
            const std::string near = nearest(name, known);
            throw InputError({place, "metric", name,
                              "one of those that `apical list metrics` and `apical list spectra` name",
                              near.empty() ? "" : "did you mean '" + near + "'?"});
        }
        if (is_of_spikes(name)) continue;
        const auto layered = std::ranges::find(layer_metrics(), name, [](const Metric& m) { return m.about.name; });
        if (layered != layer_metrics().end() ? !layered->needs_activity()
                                             : find_named(spectrum_metrics(), name) != nullptr)
            continue;
        if (std::ranges::any_of(layer_spectra(), [&](const SpectrumMetric& m) { return m.about.name == name; }))
            throw InputError({place, "metric", name, "singular_values",
                              "which is what `apical analyse` measures of every matrix; a run records this one"});
        const auto has_it = [&](MetricGroup group) {
            const std::vector<Component> metrics = metrics_of(catalogue, group);
            return find_named(metrics, name) != nullptr;
        };
        throw InputError({place, "metric", name, "a metric of weights alone",
                          std::string("this one needs activity: it is measured during a run, into /") +
                              name_of(*std::ranges::find_if(metric_groups, has_it))});
    }
}

void measure(Report& report, const Snapshot& snapshot) {
    const Layered network = layered(snapshot);
    report.matrices();
    report.products(network);
    report.layers(network);
}

/// Throws InputError if nothing could be measured.
void refuse_nothing(const std::string& file, const std::vector<std::string>& metrics,
                    const std::vector<std::string>& left_out) {
    if (!left_out.empty())
        throw InputError({{file}, "", fmt::format("{}", fmt::join(left_out, "; ")), "weights that fit a matrix", ""});
    if (metrics.empty()) throw InputError({{file}, "", "no weights", "matrices of weights in /final or /weights", ""});
    throw InputError({{"command line"},
                      "metric",
                      fmt::format("{}", fmt::join(metrics, ", ")),
                      "a metric of the matrices that " + file + " has",
                      "`apical analyse` without --metric measures what there is"});
}

/// One snapshot: a table of it, and its fields.
void analyse_one(const AnalyseRequest& request, std::ostream& out) {
    Snapshot snapshot = read_snapshot(hdf5::File::open(request.file), request.row);
    Report report(snapshot, request.metrics, out);
    refuse_existing(request, report.group());
    out << request.file << ", " << snapshot.when << '\n';
    decompose(snapshot);
    measure(report, snapshot);
    report.say_what_is_missing(out);
    if (report.fields().empty()) refuse_nothing(request.file, request.metrics, snapshot.left_out);
    Destination destination(request, report.group());
    for (const Field& field : report.fields()) destination.sink().write(field);
    destination.finish(out);
}

/// A series with a row a snapshot, in which every field of a snapshot's report is a variable.
Series series_of(const hdf5::File& file, const std::vector<Field>& fields) {
    const hdf5::DataSet time = file.data_set("/weights/time");
    Series series{"/analysis/evolution",
                  {"time", time.attribute("units").value_or("1"), time.attribute("long_name").value_or("time"), {}},
                  {},
                  {},
                  Storage::float64,
                  static_cast<std::uint64_t>(count_snapshots(file))};
    for (const Field& field : fields) {
        for (const Axis& axis : field.axes)
            if (std::ranges::find(series.axes, axis.name, &Axis::name) == series.axes.end())
                series.axes.push_back(axis);
        series.variables.push_back(field.variable);
    }
    return series;
}

/// One a thread.
void decompose(std::vector<Snapshot>& snapshots, ThreadPool& pool) {
    std::vector<std::exception_ptr> failures(snapshots.size());
    pool.share(static_cast<std::uint32_t>(snapshots.size()), [&](std::uint32_t k) {
        try {
            decompose(snapshots[k]);
        } catch (...) {  // no memory: a pool's work must not throw
            failures[k] = std::current_exception();
        }
    });
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
}

/// All snapshots, as many in memory at a time as there are threads.
void analyse_evolution(const AnalyseRequest& request, std::ostream& out) {
    refuse_existing(request, "/analysis/evolution");
    std::optional<Series> series;
    std::vector<std::pair<double, std::vector<double>>> rows;
    std::ostringstream missing;  // the same in all snapshots
    std::vector<std::string> left_out;
    {
        const hdf5::File file = hdf5::File::open(request.file);
        const long snapshots = count_snapshots(file);
        if (snapshots == 0)
            throw InputError(
                {{request.file}, "", "no snapshots in /weights", "some", "run with record.weights = \"1 epoch\""});
        ThreadPool pool(Threads::asked(request.threads));
        if (!pool.shortage().empty()) out << "warning: " << pool.shortage() << '\n';
        const long threads = pool.members();
        for (long first = 0; first < snapshots; first += threads) {
            std::vector<Snapshot> some;
            for (long row = first; row < std::min(first + threads, snapshots); ++row)
                some.push_back(read_snapshot(file, row));
            decompose(some, pool);
            for (const Snapshot& snapshot : some) {
                std::ostringstream table;  // of this snapshot alone: not shown
                Report report(snapshot, request.metrics, table);
                measure(report, snapshot);
                if (!series) {
                    series = series_of(file, report.fields());
                    report.say_what_is_missing(missing);
                    left_out = snapshot.left_out;
                }
                rows.emplace_back(snapshot.time, std::vector<double>{});
                for (const Field& field : report.fields())
                    rows.back().second.insert(rows.back().second.end(), field.values.begin(), field.values.end());
            }
        }
    }
    if (series->variables.empty()) refuse_nothing(request.file, request.metrics, left_out);
    print_evolution(request.file, *series, rows, out);
    out << missing.str();
    Destination destination(request, series->group);
    const Sink::Id id = destination.sink().open(*series);
    for (const auto& [time, row] : rows) destination.sink().append(id, time, row);
    destination.finish(out);
}

}  // namespace

void analyse(const AnalyseRequest& request, const Catalogue& catalogue, std::ostream& out) {
    check_names(request.metrics, catalogue);
    const std::vector<InputFile> read{{request.file, "the file that is read"}};
    if (!request.out.empty())
        require_distinct({request.out, {"command line", 0, 0}, "--out", "leave --out away to write into it"}, read);
    AnalyseRequest weights = request, spikes = request;
    std::erase_if(weights.metrics, is_of_spikes);
    std::erase_if(spikes.metrics, [](const std::string& name) { return !is_of_spikes(name); });
    const auto is_asked = [&](const AnalyseRequest& part) { return request.metrics.empty() || !part.metrics.empty(); };
    bool of_spikes = is_asked(spikes), of_weights = is_asked(weights);
    {
        const hdf5::File file = hdf5::File::open(request.file);
        const bool has_weights = has_final_weights(file) || file.is_group("/weights");
        if (request.metrics.empty()) of_spikes = has_spikes(file), of_weights = has_weights || !of_spikes;
    }
    if (of_spikes && of_weights && !request.out.empty())
        throw InputError({{"command line", 0, 0},
                          "--out",
                          "results of two kinds, of weights and of spikes",
                          "those of one",
                          "--metric says which"});
    if (of_weights && (!request.from.empty() || !request.until.empty()))
        throw InputError({{"command line", 0, 0},
                          request.from.empty() ? "--until" : "--from",
                          "a time",
                          "none for weights",
                          "--metric names statistics of spikes, which take it"});
    if (of_spikes && !of_weights && request.row != -1)
        throw InputError({{"command line", 0, 0},
                          "--row",
                          std::to_string(request.row),
                          "a snapshot of weights",
                          "spikes have --from and --until"});
    if (of_weights && request.evolution) analyse_evolution(weights, out);
    else if (of_weights) analyse_one(weights, out);
    if (of_spikes) analyse_spikes(spikes, out);
}

}  // namespace apical
