#pragma once
#include <optional>

#include "sim/hdf5/file.hpp"

namespace apical {

/// Where the numbers of a data set stand in a matrix of which only some are in the file: CF conventions, section 8.2,
/// compression by gathering.
struct Gathered {
    std::string rows_axis, columns_axis;
    std::uint64_t rows = 0, columns = 0;
    std::vector<std::uint64_t> addresses;  ///< row * columns + column, ascending, none twice
};

/// Of a data set whose last axis was gathered from a matrix; nothing if it was not. Throws InputError for axes that are
/// not there, or places that are not in order or outside of the matrix.
std::optional<Gathered> gathered(const hdf5::File& file, const hdf5::DataSet& data);

}  // namespace apical
