#include "sim/record/growing_series.hpp"

#include <cassert>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/record/netcdf.hpp"
#include "sim/record/sonata.hpp"

namespace apical {
namespace {

constexpr std::size_t gathered_bytes = 1 << 20;

std::size_t product(const hdf5::Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

hdf5::DataSetForm growing(hdf5::Kind kind, const hdf5::Shape& row, std::size_t number_size,
                          std::uint64_t expected_rows) {
    hdf5::DataSetForm form{kind, {0}, true, chunk_shape(row, number_size, expected_rows)};
    form.shape.insert(form.shape.end(), row.begin(), row.end());
    return form;
}

}  // namespace

void require_series(const hdf5::File& file, const Series& series, std::uint64_t rows) {
    if (rows == 0 && !file.exists(join(series.group, series.time.name))) return;
    for (const Axis& axis : series.axes) require_axis(file, series.group, axis);
    const auto check = [&](const Variable& variable, const hdf5::Shape& row, hdf5::Kind kind) {
        const std::string path = join(series.group, variable.name);
        const auto refuse = [&](const std::string& what, const std::string& expected) {
            throw InputError({{file.path(), 0, 0}, path, what, expected, "is this the file of another run?"});
        };
        if (!file.exists(path)) refuse("nothing", "a data set");
        const hdf5::DataSet data = file.data_set(path);
        const hdf5::Shape shape = data.shape();
        require_unit(file, data, variable.unit);
        if (shape.empty() || hdf5::Shape(shape.begin() + 1, shape.end()) != row || data.kind() != kind)
            refuse("another shape or type", "those of this run");
        if (!data.grows()) refuse("a fixed number of rows", "one that can grow");
        if (shape[0] < rows) refuse(std::to_string(shape[0]) + " rows", "at least " + std::to_string(rows));
        if (!data.is_filtered()) data.require_sound_index();
        else if (file.is_growing()) refuse("a compressed data set", "one that is not");
    };
    check(series.time, {}, hdf5::Kind::float64);
    for (const Variable& variable : series.variables)
        check(variable, row_shape(variable, series.axes), kind_of(series.storage));
}

GrowingSeries::GrowingSeries(hdf5::File& file, const Series& series, std::uint64_t keep)
    : storage_(series.storage), written_(keep) {
    require_series(file, series, keep);
    if (file.exists(join(series.group, series.time.name))) {
        find(file, series);
    } else {
        make(file, series);
    }
    for (const Column& column : columns_) row_bytes_ += column.length * size_of(storage_);
}

void GrowingSeries::make(hdf5::File& file, const Series& series) {
    file.make_group(series.group);
    if (series.convention == Convention::sonata_spikes) mark_as_sonata(file, series.group);
    require_axes(file, series.group, series.axes);
    time_.push_back(make_variable(file, series.group, series.time,
                                  growing(hdf5::Kind::float64, {}, sizeof(double), series.expected_rows), ""));
    time_.front().make_scale(series.time.name);
    for (const Variable& variable : series.variables) {
        const hdf5::Shape row = row_shape(variable, series.axes);
        const auto form = growing(kind_of(storage_), row, size_of(storage_), series.expected_rows);
        columns_.push_back(
            {make_variable(file, series.group, variable, form, series.time.name), product(row), {}, {}, {}});
    }
}

void GrowingSeries::find(const hdf5::File& file, const Series& series) {
    const auto found = [&](const Variable& variable) { return file.data_set(join(series.group, variable.name)); };
    time_.push_back(found(series.time));
    for (const Variable& variable : series.variables)
        columns_.push_back({found(variable), product(row_shape(variable, series.axes)), {}, {}, {}});
}

void GrowingSeries::cut() {
    drain();
    for (Column& column : columns_)
        if (column.data.shape()[0] > written_) column.data.resize(written_);
    if (time_.front().shape()[0] > written_) time_.front().resize(written_);
}

void GrowingSeries::append(double time, std::span<const double> values) {
    times_.push_back(time);
    const double* next = values.data();
    for (Column& column : columns_) {
        switch (storage_) {
            case Storage::float64:
                column.wide.insert(column.wide.end(), next, next + column.length);
                break;
            case Storage::float32:
                for (std::size_t k = 0; k < column.length; ++k) column.narrow.push_back(static_cast<float>(next[k]));
                break;
            case Storage::uint64:
                for (std::size_t k = 0; k < column.length; ++k)
                    column.whole.push_back(static_cast<std::uint64_t>(next[k]));
                break;
        }
        next += column.length;
    }
    assert(next == values.data() + values.size());
    drain_if_many();
}

void GrowingSeries::append_each(double time, std::span<const std::uint32_t> numbers) {
    assert(storage_ == Storage::uint64 && columns_.size() == 1 && columns_.front().length == 1);
    times_.insert(times_.end(), numbers.size(), time);
    std::vector<std::uint64_t>& gathered = columns_.front().whole;
    gathered.insert(gathered.end(), numbers.begin(), numbers.end());
    drain_if_many();
}

void GrowingSeries::drain_if_many() {
    if (times_.size() * row_bytes_ >= gathered_bytes) drain();
}

void GrowingSeries::drain() {
    if (times_.empty()) return;
    for (Column& column : columns_) {
        switch (storage_) {
            case Storage::float64:
                column.data.write_rows<double>(written_, column.wide);
                break;
            case Storage::float32:
                column.data.write_rows<float>(written_, column.narrow);
                break;
            case Storage::uint64:
                column.data.write_rows<std::uint64_t>(written_, column.whole);
                break;
        }
        column.wide.clear();
        column.narrow.clear();
        column.whole.clear();
    }
    time_.front().write_rows<double>(written_, times_);
    written_ += times_.size();
    times_.clear();
}

}  // namespace apical
