#include "sim/sweep/index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/csv_text.hpp"
#include "sim/record/netcdf.hpp"
#include "sim/record/output_file.hpp"

namespace apical {
namespace {

/// Whoever updates the index of a folder holds this lock, so that an older look never replaces a newer one.
FileLock wait_for_lock(const std::string& path) {
    { const std::ofstream make(path, std::ios::app); }
    for (;;) {
        if (auto lock = FileLock::try_to_take(path)) return std::move(*lock);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace

std::string name_of(Stage stage) {
    switch (stage) {
        case Stage::done:
            return "done";
        case Stage::failed:
            return "failed";
        case Stage::half_done:
            return "interrupted";
        case Stage::elsewhere:
            return "running";
        default:
            return "waiting";
    }
}

Stage look_at(const SweepFolder& folder, const PlannedRun& run) {
    if (!folder.is_claimed(run)) return Stage::not_begun;
    const auto lock = folder.lock(run);
    return lock ? folder.stage(run) : Stage::elsewhere;
}

bool SweepIndex::is_there() const {
    std::error_code none;
    return std::filesystem::exists(csv(), none) && std::filesystem::exists(hdf5(), none);
}

bool SweepIndex::is_newer_than_runs() const {
    if (!is_there()) return false;
    std::error_code none;
    const auto made = std::filesystem::last_write_time(hdf5(), none);
    const std::filesystem::directory_iterator files(folder_.path() + "/runs", none);
    return std::none_of(begin(files), end(files), [&](const std::filesystem::directory_entry& file) {
        return file.path().extension() != ".toml" && file.last_write_time(none) > made;
    });
}

bool SweepIndex::all_ended() {
    for (std::size_t k = plan_.runs.size(); k-- > 0;) {
        look_at_row(k);
        if (rows_[k].stage != Stage::done && rows_[k].stage != Stage::failed) return false;
    }
    return true;
}

SweepStanding SweepIndex::standing() const {
    SweepStanding standing;
    standing.runs = rows_.size();
    for (const Row& row : rows_) {
        standing.done += row.stage == Stage::done ? 1 : 0;
        standing.failed += row.stage == Stage::failed ? 1 : 0;
        standing.interrupted += row.stage == Stage::half_done ? 1 : 0;
        standing.running += row.stage == Stage::elsewhere ? 1 : 0;
    }
    return standing;
}

/// What is done stays as it is.
void SweepIndex::look_at_row(std::size_t k) {
    const PlannedRun& run = plan_.runs[k];
    if (rows_[k].stage == Stage::done) return;
    rows_[k] = {};
    if (!folder_.is_claimed(run)) return;
    const auto lock = folder_.lock(run);
    if (!lock) {
        rows_[k].stage = Stage::elsewhere;
    } else if (const auto results = folder_.finished(run)) {
        rows_[k] = {Stage::done, "", final_metrics(*results, axes_)};
    } else {
        rows_[k].stage = folder_.stage_of_unfinished(run);
        if (rows_[k].stage == Stage::failed) rows_[k].reason = folder_.reason(run);
    }
}

void SweepIndex::update() {
    const FileLock lock = wait_for_lock(folder_.path() + "/index.lock");
    if (keys_.empty()) keys_ = key_columns(plan_);
    for (std::size_t k = 0; k < plan_.runs.size(); ++k) look_at_row(k);
    std::array<OutputFile, 2> files{OutputFile(csv(), Existing::ours), OutputFile(hdf5(), Existing::ours)};
    write_csv(files[0]);
    write_hdf5(files[1].temporary());
    OutputFile::commit(files);
}

void SweepIndex::write_csv(const OutputFile& file) const {
    const std::vector<MetricColumn> metrics = metric_columns(metrics_of_runs());
    std::ofstream out = file.stream();
    out << "run,file,status,reason";
    for (const KeyColumn& column : keys_) out << ',' << csv_field(column.key);
    for (const MetricColumn& column : metrics)
        for (std::size_t place = 0; place < column.width(); ++place) out << ',' << csv_field(column.name(place));
    out << '\n';
    for (std::size_t k = 0; k < plan_.runs.size(); ++k) {
        const Row& row = rows_[k];
        out << fmt::format("{},{},{},{}", plan_.runs[k].number, SweepFolder::name(plan_.runs[k], "h5"),
                           name_of(row.stage), csv_field(row.reason));
        for (const KeyColumn& column : keys_) out << ',' << csv_field(column.text(k));
        for (const MetricColumn& column : metrics)
            for (std::size_t place = 0; place < column.width(); ++place)
                out << ',' << csv_number(column.values[k * column.width() + place], column.about.narrow);
        out << '\n';
    }
    file.close(out);
}

/// The groups of a run, with the axis `run` in the place of time; the keys are in /keys, beside the state of each run.
void SweepIndex::write_hdf5(const std::string& path) const {
    hdf5::File file = hdf5::File::create(path, hdf5::Layout::finished);
    Axis runs{"run", "1", "run, counted from 1", {}};
    std::vector<std::string> files, stages, reasons;
    for (std::size_t k = 0; k < plan_.runs.size(); ++k) {
        runs.values.push_back(static_cast<double>(plan_.runs[k].number));
        files.push_back(SweepFolder::name(plan_.runs[k], "h5"));
        stages.push_back(name_of(rows_[k].stage));
        reasons.push_back(rows_[k].reason);
    }
    require_axes(file, "/keys", {runs});
    const auto write_texts = [&](const std::string& name, const std::string& about,
                                 const std::vector<std::string>& texts) {
        hdf5::DataSet data = file.make_texts(join("/keys", name), texts);
        data.set_attribute("long_name", about);
        data.attach(0, file.data_set("/keys/run"));
    };
    const auto write_numbers = [&](const std::string& group, const Variable& variable, const std::vector<Axis>& axes,
                                   const std::vector<double>& values) {
        require_axes(file, group, axes);
        make_variable(file, group, variable, {hdf5::Kind::float64, row_shape(variable, axes)}, "")
            .write<double>(values);
    };
    write_texts("file", "file of the run, as seen from this folder", files);
    write_texts("status", "done, failed, interrupted, running or waiting", stages);
    write_texts("reason", "why the run failed", reasons);
    for (const KeyColumn& column : keys_)
        if (column.is_number)
            write_numbers("/keys", {column.key, column.unit, column.long_name, {"run"}}, {runs}, column.numbers());
        else write_texts(column.key, column.long_name, column.texts());
    for (const MetricColumn& column : metric_columns(metrics_of_runs())) {
        const FinalMetric& about = column.about;
        std::vector<Axis> axes{runs};
        Variable variable{about.name, about.unit, about.long_name, {"run"}};
        if (!about.axis.empty()) {
            axes.push_back({about.axis, "1", about.axis_name, about.coordinates});
            variable.axes.push_back(about.axis);
        }
        write_numbers(about.group, variable, axes, column.values);
    }
    file.flush();
}

std::vector<const std::vector<FinalMetric>*> SweepIndex::metrics_of_runs() const {
    std::vector<const std::vector<FinalMetric>*> all;
    for (const Row& row : rows_) all.push_back(&row.metrics);
    return all;
}

}  // namespace apical
