#include "sim/record/growing_series.hpp"

#include <cassert>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/record/netcdf.hpp"

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

GrowingSeries::GrowingSeries(hdf5::File& file, const Series& series, std::uint64_t keep) : storage_(series.storage) {
    if (keep > 0 || file.exists(join(series.group, series.time.name))) {
        find(file, series, keep);
    } else {
        make(file, series);
    }
    for (const Column& column : columns_) row_bytes_ += column.length * size_of(storage_);
}

void GrowingSeries::make(hdf5::File& file, const Series& series) {
    file.make_group(series.group);
    require_axes(file, series.group, series.axes);
    time_.push_back(make_variable(file, series.group, series.time,
                                  growing(hdf5::Kind::float64, {}, sizeof(double), series.expected_rows), ""));
    time_.front().make_scale(series.time.name);
    for (const Variable& variable : series.variables) {
        const hdf5::Shape row = row_shape(variable, series.axes);
        const auto form = growing(kind_of(storage_), row, size_of(storage_), series.expected_rows);
        columns_.push_back({make_variable(file, series.group, variable, form, series.time.name), product(row), {}, {}});
    }
}

void GrowingSeries::find(hdf5::File& file, const Series& series, std::uint64_t keep) {
    require_axes(file, series.group, series.axes);
    const auto found = [&](const Variable& variable, const hdf5::Shape& row, hdf5::Kind kind) {
        const std::string path = join(series.group, variable.name);
        const auto refuse = [&](const std::string& what, const std::string& expected) {
            throw InputError({{file.path(), 0, 0}, path, what, expected, "is this the file of another run?"});
        };
        if (!file.exists(path)) refuse("nothing", "a data set");
        hdf5::DataSet data = file.data_set(path);
        const hdf5::Shape shape = data.shape();
        require_unit(file, data, variable.unit);
        if (shape.empty() || hdf5::Shape(shape.begin() + 1, shape.end()) != row || data.kind() != kind)
            refuse("another shape or type", "those of this run");
        if (shape[0] < keep) refuse(std::to_string(shape[0]) + " rows", "at least " + std::to_string(keep));
        data.require_sound_index();
        if (shape[0] > keep) data.resize(keep);
        return data;
    };
    time_.push_back(found(series.time, {}, hdf5::Kind::float64));
    for (const Variable& variable : series.variables) {
        const hdf5::Shape row = row_shape(variable, series.axes);
        columns_.push_back({found(variable, row, kind_of(storage_)), product(row), {}, {}});
    }
    written_ = keep;
}

void GrowingSeries::append(double time, std::span<const double> values) {
    times_.push_back(time);
    const double* next = values.data();
    for (Column& column : columns_) {
        if (storage_ == Storage::float64) {
            column.wide.insert(column.wide.end(), next, next + column.length);
        } else {
            for (std::size_t k = 0; k < column.length; ++k) column.narrow.push_back(static_cast<float>(next[k]));
        }
        next += column.length;
    }
    assert(next == values.data() + values.size());
    if (times_.size() * row_bytes_ >= gathered_bytes) drain();
}

void GrowingSeries::drain() {
    if (times_.empty()) return;
    for (Column& column : columns_) {
        if (storage_ == Storage::float64) {
            column.data.write_rows<double>(written_, column.wide);
        } else {
            column.data.write_rows<float>(written_, column.narrow);
        }
        column.wide.clear();
        column.narrow.clear();
    }
    time_.front().write_rows<double>(written_, times_);
    written_ += times_.size();
    times_.clear();
}

}  // namespace apical
