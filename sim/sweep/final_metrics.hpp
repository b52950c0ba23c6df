#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/hdf5/file.hpp"

namespace apical {

/// What a run measured last, of one variable of its file.
struct FinalMetric {
    std::string group, name;  ///< "/metrics", "cosine_h_sgd"
    std::string unit, long_name;
    std::string axis, axis_name;      ///< "hidden_layer", its long name; "" for a single number
    std::vector<double> coordinates;  ///< along the axis: 1, 2, 3
    std::vector<double> values;
    bool narrow = false;  ///< single precision in the file
};

/// What is known of the variables of earlier files, by path: a name is looked up once, as finding the axes of a
/// variable takes longer than reading it.
using KnownAxes = std::map<std::string, std::optional<std::string>>;

/// The last rows of all series of metrics in the file of a run, those of baselines included. Throws InputError.
std::vector<FinalMetric> final_metrics(const hdf5::File& file, KnownAxes& known);

/// Columns of a table of several runs.
struct MetricColumn {
    FinalMetric about;           ///< with the coordinates of the run that has most of them
    std::vector<double> values;  ///< runs x coordinates; NaN where a run does not have them
    std::size_t width() const { return about.coordinates.empty() ? 1 : about.coordinates.size(); }
    /// "metrics/loss", "metrics/cosine_h_sgd[2]".
    std::string name(std::size_t place) const;
};
/// One for every metric that any of the runs has, in the order in which they first come.
std::vector<MetricColumn> metric_columns(const std::vector<const std::vector<FinalMetric>*>& runs);

}  // namespace apical
