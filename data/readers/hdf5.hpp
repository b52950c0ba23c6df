#pragma once
#include <string>
#include <vector>

#include "data/readers/array.hpp"

namespace apical {

/// Some data sets of an HDF5 file, by their paths inside it. Numbers of any type the library converts. Read in a
/// process of its own (subprocess.hpp). Throws InputError.
std::vector<Array> read_hdf5(const std::string& path, const std::vector<std::string>& data_sets);

}  // namespace apical
