#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/readers/array.hpp"

namespace apical {

/// What `read` returns, called in a process of its own if the program has asked for that (sim/core/subprocess.hpp). It
/// may use as much more memory than this process (up to 4.25 GiB) and as much processor time as a file of this length
/// can reasonably need; arrays beyond `largest_file` are refused. Throws InputError for whatever becomes of that
/// process.
std::vector<Array> read_in_subprocess(const std::string& file, const std::function<std::vector<Array>()>& read);

}  // namespace apical
