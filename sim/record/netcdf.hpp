#pragma once
#include "sim/hdf5/file.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What turns HDF5 into netCDF-4: axes that are dimension scales, and the attributes `units` and `long_name`.

/// Extents of one row of a variable (or of a field) with these axes. The axes must be there (assert).
hdf5::Shape row_shape(const Variable& variable, const std::vector<Axis>& axes);

/// Extents of a chunk, time first: 64 kB or a little more; one row if that is more; part of a row if a row has more
/// than 1 MB. Not more rows than are expected, if that is known (not 0).
hdf5::Shape chunk_shape(const hdf5::Shape& row, std::size_t number_size, std::uint64_t expected_rows);

std::size_t size_of(Storage storage);
hdf5::Kind kind_of(Storage storage);

/// "/group/name".
std::string join(const std::string& group, const std::string& name);

/// Throws InputError unless the group has this axis.
void require_axis(const hdf5::File& file, const std::string& group, const Axis& axis);

/// Makes the axes that the group does not have yet. One of the same name must be the same (InputError: when going on
/// with a file of another run).
void require_axes(hdf5::File& file, const std::string& group, const std::vector<Axis>& axes);

/// A variable with its attributes and axes; `time`, if not empty, names the first.
hdf5::DataSet make_variable(hdf5::File& file, const std::string& group, const Variable& variable,
                            const hdf5::DataSetForm& form, const std::string& time);

/// Throws InputError unless `found` has this unit.
void require_unit(const hdf5::File& file, const hdf5::Object& found, const std::string& unit);

}  // namespace apical
