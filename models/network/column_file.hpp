#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/document.hpp"

namespace apical::network {

/// A column of a file, by its name, and where its numbers go: numbers of cells, or any finite ones.
struct FileColumn {
    std::string name;
    std::variant<std::vector<std::uint32_t>*, std::vector<double>*> into;
    bool optional = false;  ///< it may be missing, and is empty then
};

/// Reads columns of the file that `key` of `section` names: the data sets of an HDF5 file in `group`, or the columns of
/// a CSV file, found by its first line if that has their names, else in this order. All that are found are of the same
/// length. Throws InputError with the file, and the line or the data set, for what is missing, too much, no such
/// number, or damaged.
void read_columns(const Node& section, const std::string& key, const std::string& group,
                  const std::vector<FileColumn>& columns);

/// Whether the file begins as HDF5 files do. Throws InputError if it cannot be read.
bool is_hdf5(const Node& section, const std::string& key);
/// The names of the groups in a group of an HDF5 file.
std::vector<std::string> groups_in(const Node& section, const std::string& key, const std::string& group);

}  // namespace apical::network
