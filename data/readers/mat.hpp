#pragma once
#include <string>
#include <vector>

#include "data/readers/array.hpp"

namespace apical {

/// Some variables of a MATLAB file (versions 4, 5 and 7.3): real, full arrays of integers, float32 or float64. Shape
/// and order are those of MATLAB: the first index runs fastest. Read in a process of its own (subprocess.hpp). Throws
/// InputError.
std::vector<Array> read_mat(const std::string& path, const std::vector<std::string>& variables);

}  // namespace apical
