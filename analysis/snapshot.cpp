#include "analysis/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "sim/core/error.hpp"
#include "sim/record/gathered.hpp"

namespace apical {

namespace {

constexpr auto hidden = Metric::Over::hidden_layer;
constexpr auto with_feedback = Metric::Over::feedback_layer;

/// The cells along an axis, as the file names them: "up1"; "" if it does not.
std::string cells_along(const hdf5::DataSet& data, std::size_t axis) {
    const std::string scale = data.scales().at(axis);
    return scale.substr(scale.rfind('/') + 1);
}

/// Numbers of a matrix that is made of sparse weights: 128 MB.
constexpr std::uint64_t most_numbers = 1 << 24;

void add_gathered(const std::string& name, const Gathered& where, const std::vector<double>& values,
                  Snapshot& snapshot) {
    if (where.columns_axis == "one" || where.rows == 0 || where.columns == 0) return;
    if (where.rows > most_numbers / where.columns) {
        snapshot.left_out.push_back(
            fmt::format("{} ({} x {}, {} synapses): too large for a matrix, and what is measured is of matrices", name,
                        where.rows, where.columns, where.addresses.size()));
        return;
    }
    Matrix<double> matrix =
        Matrix<double>::Zero(static_cast<Eigen::Index>(where.rows), static_cast<Eigen::Index>(where.columns));
    for (std::size_t k = 0; k < values.size(); ++k) matrix.data()[where.addresses[k]] = values[k];
    snapshot.entries.push_back({name, std::move(matrix)});
}

/// Data sets of a group that are weights from cells to cells, however few; with `rows`, behind the axis of time. What
/// comes from the cell that is always 1 is a bias.
template <class Read>
void read_group(const hdf5::File& file, const std::string& group, bool rows, Snapshot& snapshot, const Read& read) {
    for (const std::string& name : file.list(group)) {
        const std::string path = group + "/" + name;
        if (file.is_group(path)) continue;
        const hdf5::DataSet data = file.data_set(path);
        hdf5::Shape shape = data.shape();
        const std::size_t pre = rows ? 2 : 1;
        if (shape.size() == pre)
            if (const auto where = gathered(file, data)) add_gathered(name, *where, read(data), snapshot);
        if (shape.size() != pre + 1 || cells_along(data, pre) == "one") continue;
        if (rows) shape.erase(shape.begin());
        if (std::ranges::min(shape) == 0) continue;
        const std::vector<double> values = read(data);
        const Eigen::Map<const Matrix<double>> matrix(values.data(), static_cast<Eigen::Index>(shape[0]),
                                                      static_cast<Eigen::Index>(shape[1]));
        snapshot.entries.push_back({name, matrix});
    }
}

std::string described(const std::string& name, const Matrix<double>& A) {
    return fmt::format("{} ({} x {})", name, A.rows(), A.cols());
}

/// l of a name such as Wbar2; 0 if it is not `group` and a number.
std::size_t layer_in(const std::string& name, const std::string& group) {
    std::size_t l = 0;
    const char *first = name.data() + group.size(), *last = name.data() + name.size();
    if (!name.starts_with(group) || first == last) return 0;
    return std::from_chars(first, last, l).ptr == last ? l : 0;
}

/// The matrix of `group` at each of the layers, if the snapshot has all; else none, with a word on those it has.
bool take(const Snapshot& snapshot, const std::string& group, Layers layers, Layered& into,
          Observation::Matrices& values, Observation::Spectra& spectra) {
    values.resize(into.seen.layers + 1);
    spectra.resize(into.seen.layers + 1);
    std::string present, missing;
    for (std::size_t l = layers.first; l <= layers.last; ++l) {
        const std::string name = group + std::to_string(l);
        const Snapshot::Entry* entry = snapshot.find(name);
        std::string& list = entry == nullptr ? missing : present;
        list += (list.empty() ? "" : ", ") + name;
        if (entry == nullptr) continue;
        values[l] = entry->values;
        spectra[l] = entry->singular;
    }
    if (!present.empty() && !missing.empty())
        into.left_out.push_back(present + ": the file has no " + missing + ", and a circuit has all or none of them");
    return missing.empty() && layers.first <= layers.last;
}

/// Takes `matrix` for one of rows x columns, or says that it is not.
bool fits(const std::string& name, const Matrix<double>& matrix, Eigen::Index rows, Eigen::Index columns,
          Layered& into) {
    const bool same = matrix.rows() == rows && matrix.cols() == columns;
    if (!same)
        into.left_out.push_back(fmt::format("{}: beside the other matrices it would have to be {} x {}",
                                            described(name, matrix), rows, columns));
    return same;
}

bool cross_fits(Layered& into) {
    const Observation& seen = into.seen;
    for (std::size_t l = 1; l < seen.layers; ++l) {
        const Eigen::Index d = seen.W[l].rows(), dbar = seen.V[l].rows();
        if (!fits("V" + std::to_string(l), seen.V[l], dbar, d, into) ||
            !fits("Vbar" + std::to_string(l), seen.Vbar[l], d, dbar, into))
            return false;
    }
    return true;
}

bool feedback_fits(Layered& into) {
    const Observation& seen = into.seen;
    for (std::size_t l = 2; l <= seen.layers; ++l)
        if (!fits("Wbar" + std::to_string(l), seen.Wbar[l], seen.Vbar[l - 1].cols(),
                  l < seen.layers ? seen.Vbar[l].cols() : seen.W[l].rows(), into))
            return false;
    return true;
}

/// L, if W1 .. WL stand on each other; 0 if they do not.
std::size_t count_layers(const Snapshot& snapshot, std::vector<std::string>& left_out) {
    std::size_t L = 0;
    const Matrix<double>* below = nullptr;
    for (;; ++L) {
        const std::string name = "W" + std::to_string(L + 1);
        const Snapshot::Entry* entry = snapshot.find(name);
        if (entry == nullptr) break;
        if (below != nullptr && entry->values.cols() != below->rows()) {
            left_out.push_back(described(name, entry->values) + " does not stand on " +
                               described("W" + std::to_string(L), *below) + ": these are not layers of one network");
            return 0;
        }
        below = &entry->values;
    }
    for (const Snapshot::Entry& entry : snapshot.entries)
        if (layer_in(entry.name, "W") > L)
            left_out.push_back(entry.name + ": the file has no W" + std::to_string(L + 1));
    return L;
}

}  // namespace

const Snapshot::Entry* Snapshot::find(const std::string& name) const {
    const auto entry = std::ranges::find(entries, name, &Entry::name);
    return entry == entries.end() ? nullptr : &*entry;
}

bool has_final_weights(const hdf5::File& file) {
    if (!file.is_group("/final")) return false;
    const std::vector<std::string> names = file.list("/final");
    return std::ranges::any_of(names, [&](const std::string& name) { return !file.is_group("/final/" + name); });
}

long count_snapshots(const hdf5::File& file) {
    return file.exists("/weights/time") ? static_cast<long>(file.data_set("/weights/time").count()) : 0;
}

void decompose(Snapshot& snapshot) {
    for (Snapshot::Entry& entry : snapshot.entries) entry.singular = singular_values(entry.values);
}

Snapshot read_snapshot(const hdf5::File& file, long row) {
    const long snapshots = count_snapshots(file);
    const long states = snapshots + (has_final_weights(file) ? 1 : 0);
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
        const bool is_time = file.data_set("/weights/time").attribute("units") == "ms";  // of a free run
        snapshot.when = "after " + std::to_string(static_cast<long long>(snapshot.time)) +
                        (is_time ? " ms (row " : " samples (row ") + std::to_string(k) + " of /weights)";
        read_group(file, "/weights", true, snapshot,
                   [&](const hdf5::DataSet& data) { return data.read_rows<double>(at, 1); });
    }
    return snapshot;
}

Layered layered(const Snapshot& snapshot) {
    Layered found;
    found.left_out = snapshot.left_out;
    Observation& seen = found.seen;
    Available& available = found.available;
    const std::size_t L = seen.layers = count_layers(snapshot, found.left_out);
    if (L == 0) return found;
    available.W = take(snapshot, "W", {1, L}, found, seen.W, seen.in_W);
    const bool has_V = take(snapshot, "V", layers_of(hidden, L), found, seen.V, seen.in_V);
    const bool has_Vbar = take(snapshot, "Vbar", layers_of(hidden, L), found, seen.Vbar, seen.in_Vbar);
    const bool has_Wbar = take(snapshot, "Wbar", layers_of(with_feedback, L), found, seen.Wbar, seen.in_Wbar);
    available.cross = has_V && has_Vbar && cross_fits(found);
    // Without cross synapses there is nothing to check the sizes against, and no metric that multiplies them.
    available.Wbar = has_Wbar && (!available.cross || feedback_fits(found));
    if (available.Wbar && available.cross) seen.path = feedback_paths(seen);
    return found;
}

}  // namespace apical
