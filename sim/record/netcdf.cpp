#include "sim/record/netcdf.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>

#include "sim/core/error.hpp"

namespace apical {
namespace {

const std::string of_another = "is this the file of another run?";
constexpr std::uint64_t usual_chunk = 64 << 10, largest_chunk = 1 << 20;  // bytes

std::uint64_t rounded_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

void describe(hdf5::DataSet& data, const std::string& unit, const std::string& long_name) {
    data.set_attribute("units", unit);
    data.set_attribute("long_name", long_name);
}

/// The attribute of that name: the axes of the grid from which the points of an axis are gathered.
std::string compressed(const Axis& axis) { return fmt::format("{}", fmt::join(axis.gathered, " ")); }

}  // namespace

hdf5::Shape row_shape(const Variable& variable, const std::vector<Axis>& axes) {
    hdf5::Shape shape;
    for (const std::string& name : variable.axes) {
        const auto axis = std::find_if(axes.begin(), axes.end(), [&](const Axis& a) { return a.name == name; });
        assert(axis != axes.end() && axis->size() > 0);
        shape.push_back(axis->size());
    }
    return shape;
}

hdf5::Shape chunk_shape(const hdf5::Shape& row, std::size_t number_size, std::uint64_t expected_rows) {
    std::uint64_t row_bytes = number_size;
    for (const std::uint64_t extent : row) row_bytes *= extent;
    std::uint64_t rows = rounded_up(usual_chunk, row_bytes);
    if (expected_rows > 0) rows = std::min(rows, expected_rows);
    hdf5::Shape chunk{rows};
    chunk.insert(chunk.end(), row.begin(), row.end());
    // Cut the largest rows along their first axis, into parts as equal as can be; then along the next, if one part
    // alone is still too large.
    for (std::size_t axis = 1; axis < chunk.size() && row_bytes > largest_chunk; ++axis) {
        const std::uint64_t parts = std::min(chunk[axis], rounded_up(row_bytes, largest_chunk));
        row_bytes = row_bytes / chunk[axis] * rounded_up(chunk[axis], parts);
        chunk[axis] = rounded_up(chunk[axis], parts);
    }
    return chunk;
}

std::size_t size_of(Storage storage) { return storage == Storage::float32 ? 4 : 8; }

hdf5::Kind kind_of(Storage storage) {
    switch (storage) {
        case Storage::float32:
            return hdf5::Kind::float32;
        case Storage::uint64:
            return hdf5::Kind::uint64;
        case Storage::float64:
            break;
    }
    return hdf5::Kind::float64;
}

std::string join(const std::string& group, const std::string& name) {
    return group == "/" ? "/" + name : group + "/" + name;
}

void require_unit(const hdf5::File& file, const hdf5::Object& found, const std::string& unit) {
    const std::string there = found.attribute("units").value_or("nothing");
    if (there != unit) throw InputError({{file.path(), 0, 0}, found.name(), there, unit, "the unit differs"});
}

void require_axis(const hdf5::File& file, const std::string& group, const Axis& axis) {
    const std::string path = join(group, axis.name);
    if (!file.exists(path)) throw InputError({{file.path(), 0, 0}, path, "nothing", "an axis", of_another});
    const hdf5::DataSet found = file.data_set(path);
    require_unit(file, found, axis.unit);
    if (found.count() != axis.size() || found.attribute("compress").value_or("") != compressed(axis) ||
        (axis.gathered.empty() ? found.read<double>() != axis.values : found.read<std::uint64_t>() != axis.addresses))
        throw InputError({{file.path(), 0, 0}, path, "another axis of this name", "the axis of this run", of_another});
}

void require_axes(hdf5::File& file, const std::string& group, const std::vector<Axis>& axes) {
    for (const Axis& axis : axes) {
        const std::string path = join(group, axis.name);
        if (file.exists(path)) {
            require_axis(file, group, axis);
            continue;
        }
        hdf5::DataSetForm form{hdf5::Kind::float64, {axis.size()}};
        if (!axis.gathered.empty()) {  // as long as the data themselves: in chunks, so that it can be compressed
            form.kind = hdf5::Kind::uint64;
            form.chunk = chunk_shape({}, sizeof(std::uint64_t), axis.size());
        }
        hdf5::DataSet made = file.make_data_set(path, form);
        if (axis.gathered.empty()) made.write<double>(axis.values);
        else made.write<std::uint64_t>(axis.addresses);
        made.make_scale(axis.name);
        describe(made, axis.unit, axis.long_name);
        if (!axis.gathered.empty()) made.set_attribute("compress", compressed(axis));
    }
}

hdf5::DataSet make_variable(hdf5::File& file, const std::string& group, const Variable& variable,
                            const hdf5::DataSetForm& form, const std::string& time) {
    hdf5::DataSet data = file.make_data_set(join(group, variable.name), form);
    describe(data, variable.unit, variable.long_name);
    std::vector<std::string> axes = variable.axes;
    if (!time.empty()) axes.insert(axes.begin(), time);
    for (std::size_t k = 0; k < axes.size(); ++k) data.attach(k, file.data_set(join(group, axes[k])));
    return data;
}

}  // namespace apical
