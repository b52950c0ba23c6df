#include "analysis/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "analysis/nwb.hpp"
#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/csv_text.hpp"
#include "sim/record/distinct_files.hpp"
#include "sim/record/gathered.hpp"
#include "sim/record/netcdf.hpp"
#include "sim/record/output_file.hpp"
#include "sim/record/sonata.hpp"

namespace apical {
namespace {

namespace fs = std::filesystem;

bool is_series(const hdf5::File& file, const std::string& group) {
    const std::string time = join(group, "time");
    return file.exists(time) && !file.is_group(time);
}

bool is_spikes(const hdf5::File& file, const std::string& group) {
    const auto is_list = [&](const char* name) {
        const std::string path = join(group, name);
        return file.exists(path) && !file.is_group(path) && file.data_set(path).shape().size() == 1;
    };
    return group.starts_with("/spikes/") && is_list("timestamps") && is_list("node_ids");
}

/// Spikes in a group, fewer where a run that was killed has more of one of its data sets than of the other.
std::uint64_t count_spikes(const hdf5::File& file, const std::string& group) {
    return std::min(file.data_set(join(group, "timestamps")).count(), file.data_set(join(group, "node_ids")).count());
}

constexpr std::uint64_t spikes_at_once = 1 << 18;

/// Groups with a time axis, at any depth, but for the snapshots of weights: those would be a column a synapse.
void find_series(const hdf5::File& file, const std::string& group, std::vector<std::string>& found) {
    if (group != "/" && (is_series(file, group) || is_spikes(file, group))) {
        if (group != "/weights") found.push_back(group);
        return;
    }
    for (const std::string& name : file.list(group))
        if (file.is_group(join(group, name))) find_series(file, join(group, name), found);
}

/// A variable of a series, with the heads of its columns.
struct Column {
    hdf5::DataSet data;
    std::size_t width;
    bool narrow;
    std::vector<double> rows{};  ///< those that were read last
};

/// "[2]", "[4,0]" for every number of a row; "" for a single one.
std::vector<std::string> places_of(const hdf5::File& file, const hdf5::DataSet& data) {
    const hdf5::Shape shape = data.shape();
    const std::vector<std::string> scales = data.scales();
    std::vector<std::string> places{""};
    for (std::size_t axis = 1; axis < shape.size(); ++axis) {
        std::vector<double> values;
        if (!scales[axis].empty()) values = file.data_set(scales[axis]).read<double>();
        std::vector<std::string> longer;
        for (const std::string& before : places)
            for (std::size_t k = 0; k < shape[axis]; ++k)
                longer.push_back(before + (axis == 1 ? "" : ",") +
                                 fmt::format("{}", values.empty() ? static_cast<double>(k) : values[k]));
        places = std::move(longer);
    }
    if (shape.size() > 1)
        for (std::string& place : places) place = "[" + place + "]";
    return places;
}

/// A folder for files; if it was made here and stays empty, it goes again.
class Folder {
   public:
    explicit Folder(std::string path) : path_(std::move(path)) {}
    ~Folder() {
        std::error_code none;
        if (made_) fs::remove(path_, none);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::string& path() const { return path_; }
    void make() {
        std::error_code none;
        made_ = fs::create_directories(path_, none) || made_;
    }

   private:
    std::string path_;
    bool made_ = false;
};

class Exporter {
   public:
    Exporter(const hdf5::File& file, const ExportRequest& request)
        : file_(file),
          request_(request),
          read_{{request.file, "the file that is read"}},
          folder_(request.folder.empty() ? fs::path(request.file).replace_extension().string() : request.folder) {}

    void write_group(const std::string& group) {
        if (is_series(file_, group)) return write_series(group);
        if (is_spikes(file_, group)) return write_spikes(group);
        for (const std::string& name : file_.list(group)) {
            const std::string path = join(group, name);
            // Axes stand beside what they are axes of.
            if (file_.is_group(path) || file_.data_set(path).attribute("CLASS") == "DIMENSION_SCALE") continue;
            write_matrix(path);
        }
    }

    /// The spikes of all populations as one file that readers of SONATA take: not compressed, since many of those were
    /// built without.
    void write_sonata(const std::vector<std::string>& groups) {
        const std::string path = folder_.path() + "/spikes.h5";
        begin_file(path);
        hdf5::File to = hdf5::File::create(files_.back().temporary(), hdf5::Layout::finished);
        for (const std::string& group : groups) {
            const std::uint64_t count = count_spikes(file_, group);
            to.make_group(group);
            mark_as_sonata(to, group);
            const hdf5::DataSet times = file_.data_set(join(group, "timestamps")),
                                cells = file_.data_set(join(group, "node_ids"));
            hdf5::DataSet new_times = to.make_data_set(join(group, "timestamps"), {hdf5::Kind::float64, {count}}),
                          new_cells = to.make_data_set(join(group, "node_ids"), {hdf5::Kind::uint64, {count}});
            new_times.set_attribute("units", "ms");
            for (std::uint64_t first = 0; first < count; first += spikes_at_once) {
                const std::uint64_t some = std::min(spikes_at_once, count - first);
                new_times.write_rows<double>(first, times.read_rows<double>(first, some));
                new_cells.write_rows<std::uint64_t>(first, cells.read_rows<std::uint64_t>(first, some));
            }
        }
        to.flush();
    }

    void write_nwb(const std::vector<std::string>& groups) {
        begin_file(folder_.path() + "/spikes.nwb");
        hdf5::File to = hdf5::File::create(files_.back().temporary(), hdf5::Layout::finished);
        apical::write_nwb(file_, groups, to);
        to.flush();
    }

    /// Gives the files their names, and returns these.
    std::vector<std::string> finish() {
        OutputFile::commit(files_);
        std::vector<std::string> names;
        for (const OutputFile& file : files_) names.push_back(file.path());
        return names;
    }

   private:
    void write_series(const std::string& group) {
        std::vector<Column> columns;
        OutputFile& file = begin(group);
        std::ofstream out = file.stream();
        out << "time";
        const hdf5::DataSet time = file_.data_set(join(group, "time"));
        for (const std::string& name : file_.list(group)) {
            if (name == "time" || file_.is_group(join(group, name))) continue;
            hdf5::DataSet data = file_.data_set(join(group, name));
            const hdf5::Shape shape = data.shape();
            if (shape.empty() || data.kind() == hdf5::Kind::text || data.scales()[0] != join(group, "time")) continue;
            const std::vector<std::string> places = places_of(file_, data);
            for (const std::string& place : places) out << ',' << csv_field(name + place);
            const bool narrow = data.kind() == hdf5::Kind::float32;
            columns.push_back({std::move(data), places.size(), narrow});
        }
        out << '\n';
        std::size_t width = 1;
        for (const Column& column : columns) width += column.width;
        const std::uint64_t all = time.count(), at_once = std::max<std::uint64_t>(1, (1 << 20) / (8 * width));
        for (std::uint64_t first = 0; first < all; first += at_once) {
            const std::uint64_t rows = std::min(at_once, all - first);
            const std::vector<double> times = time.read_rows<double>(first, rows);
            for (Column& column : columns) column.rows = column.data.read_rows<double>(first, rows);
            for (std::size_t row = 0; row < rows; ++row) {
                out << csv_number(times[row], false);
                for (const Column& column : columns)
                    for (std::size_t k = 0; k < column.width; ++k)
                        out << ',' << csv_number(column.rows[row * column.width + k], column.narrow);
                out << '\n';
            }
        }
        file.close(out);
    }

    void write_spikes(const std::string& group) {
        const hdf5::DataSet times = file_.data_set(join(group, "timestamps")),
                            cells = file_.data_set(join(group, "node_ids"));
        OutputFile& file = begin(group);
        std::ofstream out = file.stream();
        out << "timestamps,node_ids\n";
        const std::uint64_t count = count_spikes(file_, group);
        for (std::uint64_t first = 0; first < count; first += spikes_at_once) {
            const std::uint64_t some = std::min(spikes_at_once, count - first);
            const std::vector<double> when = times.read_rows<double>(first, some);
            const std::vector<std::uint64_t> who = cells.read_rows<std::uint64_t>(first, some);
            for (std::size_t k = 0; k < when.size(); ++k) out << csv_number(when[k], false) << ',' << who[k] << '\n';
        }
        file.close(out);
    }

    void write_matrix(const std::string& path) {
        const hdf5::DataSet data = file_.data_set(path);
        if (data.kind() == hdf5::Kind::text || data.shape().size() > 2) return;
        if (data.shape().size() == 1)
            if (const auto where = gathered(file_, data)) return write_gathered(path, data, *where);
        const std::vector<double> values = data.read<double>();
        const std::size_t width = data.shape().size() < 2 ? 1 : data.shape()[1];
        OutputFile& file = begin(path);
        std::ofstream out = file.stream();
        for (std::size_t k = 0; k < values.size(); ++k)
            out << csv_number(values[k], data.kind() == hdf5::Kind::float32) << ((k + 1) % width == 0 ? '\n' : ',');
        file.close(out);
    }

    /// A line a number: where it stands in the matrix, and what it is.
    void write_gathered(const std::string& path, const hdf5::DataSet& data, const Gathered& where) {
        const std::vector<double> values = data.read<double>();
        OutputFile& file = begin(path);
        std::ofstream out = file.stream();
        out << "post,pre,value\n";
        for (std::size_t k = 0; k < values.size(); ++k)
            out << where.addresses[k] / where.columns << ',' << where.addresses[k] % where.columns << ','
                << csv_number(values[k], data.kind() == hdf5::Kind::float32) << '\n';
        file.close(out);
    }

    /// The file of a group or a variable: "/baselines/x/metrics" becomes FOLDER/baselines-x-metrics.csv.
    OutputFile& begin(const std::string& path) {
        std::string name = path.substr(1);
        std::replace(name.begin(), name.end(), '/', '-');
        return begin_file(folder_.path() + "/" + name + ".csv");
    }

    OutputFile& begin_file(const std::string& path) {
        require_distinct({path, {"command line", 0, 0}, "--out", ""}, read_);
        folder_.make();
        files_.emplace_back(path, request_.force ? Existing::replaced : Existing::refused);
        return files_.back();
    }

    const hdf5::File& file_;
    const ExportRequest& request_;
    std::vector<InputFile> read_;
    Folder folder_;
    std::vector<OutputFile> files_;
};

}  // namespace

std::vector<std::string> export_groups(const ExportRequest& request) {
    const hdf5::File file = hdf5::File::open(request.file);
    std::vector<std::string> groups = request.groups;
    for (std::string& group : groups) {
        if (!group.starts_with("/")) group.insert(0, "/");
        while (group.size() > 1 && group.ends_with("/")) group.pop_back();
        if (!file.is_group(group))
            throw InputError({{"command line", 0, 0}, "group", "'" + group + "'", "a group of " + request.file, ""});
    }
    const bool is_csv = request.format == "csv";
    if (groups.empty() && (is_csv || file.is_group("/spikes"))) find_series(file, is_csv ? "/" : "/spikes", groups);
    if (!is_csv) {
        const auto other = std::ranges::find_if(groups, [&](const auto& group) { return !is_spikes(file, group); });
        if (other != groups.end() || groups.empty())
            throw InputError({{request.file, 0, 0},
                              other == groups.end() ? "/spikes" : *other,
                              other == groups.end() ? "no spikes" : "no spikes of a population",
                              "what " + request.format + " files hold: /spikes/POPULATION",
                              ""});
    }
    if (groups.empty()) throw InputError({{request.file, 0, 0}, "", "no series", "the file of a run", ""});
    Exporter exporter(file, request);
    std::set<std::string> written;
    std::erase_if(groups, [&](const std::string& group) { return !written.insert(group).second; });
    if (request.format == "sonata") exporter.write_sonata(groups);
    else if (request.format == "nwb") exporter.write_nwb(groups);
    else
        for (const std::string& group : groups) exporter.write_group(group);
    return exporter.finish();
}

}  // namespace apical
