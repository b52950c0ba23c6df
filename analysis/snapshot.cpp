#include "analysis/snapshot.hpp"

#include <algorithm>
#include <limits>

#include "sim/core/error.hpp"

namespace apical {

namespace {

constexpr auto hidden = Metric::Over::hidden_layer;
constexpr auto with_feedback = Metric::Over::feedback_layer;

/// Data sets of a group that are matrices; with `rows`, behind the axis of time.
template <class Read>
void read_group(const hdf5::File& file, const std::string& group, bool rows, Snapshot& snapshot, const Read& read) {
    for (const std::string& name : file.list(group)) {
        const std::string path = group + "/" + name;
        if (file.is_group(path)) continue;
        const hdf5::DataSet data = file.data_set(path);
        hdf5::Shape shape = data.shape();
        if (rows && !shape.empty()) shape.erase(shape.begin());
        if (shape.size() != 2 || std::ranges::min(shape) < 2) continue;
        const std::vector<double> values = read(data);
        const Eigen::Map<const Matrix<double>> matrix(values.data(), static_cast<Eigen::Index>(shape[0]),
                                                      static_cast<Eigen::Index>(shape[1]));
        snapshot.entries.push_back({name, matrix});
    }
}

bool is_of_size(const Matrix<double>& A, Eigen::Index rows, Eigen::Index columns) {
    return A.rows() == rows && A.cols() == columns;
}

bool cross_fits(const Observation& seen) {
    for (std::size_t l = 1; l < seen.layers; ++l) {
        const Eigen::Index d = seen.W[l].rows(), dbar = seen.V[l].rows();
        if (!is_of_size(seen.V[l], dbar, d) || !is_of_size(seen.Vbar[l], d, dbar)) return false;
    }
    return true;
}

bool feedback_fits(const Observation& seen) {
    for (std::size_t l = 2; l <= seen.layers; ++l)
        if (!is_of_size(seen.Wbar[l], seen.Vbar[l - 1].cols(), seen.Vbar[l].cols())) return false;
    return true;
}

}  // namespace

const Snapshot::Entry* Snapshot::find(const std::string& name) const {
    const auto entry = std::ranges::find(entries, name, &Entry::name);
    return entry == entries.end() ? nullptr : &*entry;
}

long count_snapshots(const hdf5::File& file) {
    return file.exists("/weights/time") ? static_cast<long>(file.data_set("/weights/time").count()) : 0;
}

void decompose(Snapshot& snapshot) {
    for (Snapshot::Entry& entry : snapshot.entries) entry.singular = singular_values(entry.values);
}

Snapshot read_snapshot(const hdf5::File& file, long row) {
    const long snapshots = count_snapshots(file);
    const long states = snapshots + (file.is_group("/final") ? 1 : 0);
    if (states == 0)
        throw InputError(
            {{file.path(), 0, 0}, "", "neither /final nor snapshots in /weights", "the file of a run", ""});
    const long k = row < 0 ? states + row : row;
    if (k < 0 || k >= states)
        throw InputError({{file.path(), 0, 0},
                          "row",
                          std::to_string(row),
                          "a number from " + std::to_string(-states) + " to " + std::to_string(states - 1),
                          ""});
    Snapshot snapshot;
    if (k == snapshots) {
        snapshot.group = "final";
        snapshot.when = "at the end of the run (/final)";
        snapshot.time = std::numeric_limits<double>::quiet_NaN();
        read_group(file, "/final", false, snapshot, [](const hdf5::DataSet& data) { return data.read<double>(); });
    } else {
        const auto at = static_cast<std::uint64_t>(k);
        snapshot.group = "row_" + std::to_string(k);
        snapshot.time = file.data_set("/weights/time").read_rows<double>(at, 1).at(0);
        snapshot.when = "after " + std::to_string(static_cast<long long>(snapshot.time)) + " samples (row " +
                        std::to_string(k) + " of /weights)";
        read_group(file, "/weights", true, snapshot,
                   [&](const hdf5::DataSet& data) { return data.read_rows<double>(at, 1); });
    }
    return snapshot;
}

Observation observation_of(const Snapshot& snapshot, Available& available) {
    Observation seen;
    std::size_t& L = seen.layers;
    while (snapshot.find("W" + std::to_string(L + 1)) != nullptr) ++L;
    if (L == 0) return seen;
    const auto take = [&](const std::string& group, Layers layers, Observation::Matrices& values,
                          Observation::Spectra& spectra) {
        values.resize(L + 1);
        spectra.resize(L + 1);
        for (std::size_t l = layers.first; l <= layers.last; ++l) {
            const Snapshot::Entry* entry = snapshot.find(group + std::to_string(l));
            if (entry == nullptr) return false;
            values[l] = entry->values;
            spectra[l] = entry->singular;
        }
        return layers.first <= layers.last;
    };
    available.W = take("W", {1, L}, seen.W, seen.in_W);
    const bool has_V = take("V", layers_of(hidden, L), seen.V, seen.in_V);
    const bool has_Vbar = take("Vbar", layers_of(hidden, L), seen.Vbar, seen.in_Vbar);
    const bool has_Wbar = take("Wbar", layers_of(with_feedback, L), seen.Wbar, seen.in_Wbar);
    seen.Vbar[L] = Matrix<double>::Identity(seen.W[L].rows(), seen.W[L].rows());
    available.cross = has_V && has_Vbar && cross_fits(seen);
    // Without cross synapses there is nothing to check the sizes against, and no metric that multiplies them.
    available.Wbar = has_Wbar && (!available.cross || feedback_fits(seen));
    if (available.Wbar && available.cross) seen.path = feedback_paths(seen);
    for (std::size_t l = 2; l <= L; ++l)
        if (seen.W[l].cols() != seen.W[l - 1].rows()) available = {};  // not the layers of one network
    return seen;
}

}  // namespace apical
