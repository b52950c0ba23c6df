#include "sim/sweep/final_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "sim/record/netcdf.hpp"

namespace apical {
namespace {

/// The axis of a variable besides time, "" if it has none; nothing if it has no time. A name means the same in all
/// files.
std::optional<std::string> axis_of(const hdf5::File& file, const std::string& group, const std::string& name,
                                   KnownAxes& known) {
    const std::string path = join(group, name);
    const auto [entry, is_new] = known.try_emplace(path);
    if (!is_new) return entry->second;
    if (name == "time" || file.is_group(path)) return std::nullopt;
    const hdf5::DataSet data = file.data_set(path);
    const std::size_t dimensions = data.shape().size();
    if (dimensions == 0 || dimensions > 2) return std::nullopt;
    const std::vector<std::string> scales = data.scales();
    if (scales[0] != join(group, "time") || (dimensions == 2 && scales[1].empty())) return std::nullopt;
    return entry->second = dimensions == 1 ? "" : scales[1].substr(group.size() + 1);
}

/// The last row of a variable with this axis; nothing in `values` if it has no rows.
FinalMetric last_row(const hdf5::File& file, const std::string& group, const std::string& name,
                     const std::string& axis) {
    FinalMetric metric{group, name, "", "", axis, "", {}, {}, false};
    const hdf5::DataSet data = file.data_set(join(group, name));
    if (data.count() == 0) return metric;
    metric.unit = data.attribute("units").value_or("1");
    metric.long_name = data.attribute("long_name").value_or("");
    metric.narrow = data.kind() == hdf5::Kind::float32;
    metric.values = data.read_rows<double>(data.shape()[0] - 1, 1);
    if (axis.empty()) return metric;
    const hdf5::DataSet scale = file.data_set(join(group, axis));
    metric.axis_name = scale.attribute("long_name").value_or("");
    metric.coordinates = scale.read<double>();
    return metric;
}

}  // namespace

std::vector<FinalMetric> final_metrics(const hdf5::File& file, KnownAxes& known) {
    std::vector<std::string> groups{"/metrics", "/spectra"};
    if (file.is_group("/baselines"))
        for (const std::string& name : file.list("/baselines"))
            for (const char* series : {"/metrics", "/spectra"}) groups.push_back("/baselines/" + name + series);
    std::vector<FinalMetric> all;
    for (const std::string& group : groups) {
        if (!file.is_group(group)) continue;
        for (const std::string& name : file.list(group)) {
            const auto axis = axis_of(file, group, name, known);
            if (!axis) continue;
            FinalMetric metric = last_row(file, group, name, *axis);
            if (!metric.values.empty()) all.push_back(std::move(metric));
        }
    }
    return all;
}

std::string MetricColumn::name(std::size_t place) const {
    const std::string path = join(about.group, about.name).substr(1);
    return about.coordinates.empty() ? path : fmt::format("{}[{}]", path, about.coordinates[place]);
}

std::vector<MetricColumn> metric_columns(const std::vector<const std::vector<FinalMetric>*>& runs) {
    std::vector<MetricColumn> columns;
    std::map<std::string, std::size_t> column_of;               // path of a variable -> place in columns
    std::map<std::string, const std::vector<double>*> longest;  // path of an axis -> coordinates along it
    for (const auto* run : runs)
        for (const FinalMetric& metric : *run) {
            if (column_of.emplace(join(metric.group, metric.name), columns.size()).second)
                columns.push_back({metric, {}});
            const std::vector<double>*& axis = longest[join(metric.group, metric.axis)];
            if (axis == nullptr || axis->size() < metric.coordinates.size()) axis = &metric.coordinates;
        }
    // Variables of one group share their axes.
    for (MetricColumn& column : columns) {
        if (!column.about.axis.empty())
            column.about.coordinates = *longest.at(join(column.about.group, column.about.axis));
        column.values.assign(runs.size() * column.width(), std::numeric_limits<double>::quiet_NaN());
    }
    for (std::size_t k = 0; k < runs.size(); ++k)
        for (const FinalMetric& metric : *runs[k]) {
            MetricColumn& column = columns[column_of.at(join(metric.group, metric.name))];
            std::copy(metric.values.begin(), metric.values.end(),
                      column.values.begin() + static_cast<std::ptrdiff_t>(k * column.width()));
        }
    return columns;
}

}  // namespace apical
