#include "sim/run/analyse.hpp"

#include <algorithm>
#include <ostream>

#include "analysis/report.hpp"
#include "sim/core/error.hpp"
#include "sim/record/hdf5_sink.hpp"

namespace apical {

namespace {

/// Throws InputError for a name that is no metric, or one that a file cannot answer.
void check_names(const std::vector<std::string>& names) {
    std::vector<std::string> known;
    for (Panel panel : panels)
        for (const Component& metric : measurements(panel)) known.push_back(metric.name);
    const Place place{"command line"};
    for (const std::string& name : names) {
        if (std::ranges::find(known, name) == known.end()) {
            const std::string near = nearest(name, known);
            throw InputError({place, "metric", name,
                              "one of those that `apical list metrics` and `apical list spectra` name",
                              near.empty() ? "" : "did you mean '" + near + "'?"});
        }
        for (const Metric& metric : layer_metrics())
            if (metric.about.name == name && metric.needs_activity())
                throw InputError({place, "metric", name, "a metric of weights alone",
                                  std::string("this one needs activity: it is measured during a run, into /") +
                                      name_of(metric.panel)});
    }
}

/// Writes the fields; returns why the file could not be compressed again, "" if all is well.
std::string write(const AnalyseRequest& request, const Report& report) {
    // Going on with a file that has no series of ours: everything that is there stays. A file of an interrupted run is
    // left such that `resume` can go on with it.
    const bool interrupted = hdf5::File::open(request.file).is_growing();
    Hdf5Sink sink({.path = request.file, .resume = std::vector<std::uint64_t>{}});
    sink.remove(report.group());
    for (const Field& field : report.fields()) sink.write(field);
    if (!interrupted) return sink.finish();
    sink.close();
    return "";
}

}  // namespace

void analyse(const AnalyseRequest& request, std::ostream& out) {
    check_names(request.metrics);
    const auto [snapshot, exists] = [&] {
        const hdf5::File file = hdf5::File::open(request.file);
        Snapshot read = read_snapshot(file, request.row);
        const bool there = file.exists("/analysis/" + read.group);
        return std::pair(std::move(read), there);
    }();
    Report report(snapshot, request.metrics, out);
    if (exists && !request.force)
        throw InputError(
            {{request.file}, "", report.group() + ", of an earlier analysis", "", "replace it with --force"});

    out << request.file << ", " << snapshot.when << '\n';
    Available available;
    const Observation seen = observation_of(snapshot, available);
    report.matrices();
    report.products(seen, available);
    report.layers(seen, available);
    if (report.fields().empty()) {
        out << "\nNothing was written: the file has no weights that could be measured so.\n";
        return;
    }
    const std::string complaint = write(request, report);
    out << "\nwritten to " << request.file << ", group " << report.group() << '\n'
        << complaint << (complaint.empty() ? "" : "\n");
}

}  // namespace apical
