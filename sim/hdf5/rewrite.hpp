#pragma once
#include <string>

#include "sim/hdf5/file.hpp"

namespace apical::hdf5 {

/// Writes a copy of the file `from` to `to`, as File::create does, in another layout, with chunks compressed (shuffle,
/// deflate) if `deflate` is not 0. Groups, data sets, attributes, dimension scales and the order of creation stay as
/// they are. Returns the copy, which stays locked as long as it is open. For files that this program wrote: links other
/// than plain ones are not followed.
File rewrite(const std::string& from, const std::string& to, Layout layout, int deflate);

}  // namespace apical::hdf5
