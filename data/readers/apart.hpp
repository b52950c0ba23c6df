#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/readers/array.hpp"

namespace apical {

/// What `read` returns, called in a process of its own. The C libraries that read HDF5 and MATLAB files may crash, loop
/// or ask for all memory there is when a file is damaged on purpose; here that ends the other process, and becomes an
/// InputError that names `file`. An InputError of `read` itself comes out as it is. This guards the run against a bad
/// file, it is no wall against an attacker who has found a way to run code of his own inside the library.
///
/// The other process may use 4 GiB more than this one does and as much processor time as a file of this length can
/// reasonably need. All that it sends is checked; arrays beyond `largest_file` are refused.
std::vector<Array> read_apart(const std::string& file, const std::function<std::vector<Array>()>& read);

}  // namespace apical
