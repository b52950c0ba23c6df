#pragma once
#include <string>

namespace apical::hdf5 {

/// Looks at everything in a file before anything is done with it. Throws InputError, naming the object, for contents
/// that are stored outside of the file (external storage, external links, virtual data sets) or that need a plug-in,
/// links to nothing, groups that hold themselves or stand in two places or too deep, data sets larger than the file can
/// hold, names that no file of this program has. In linear time; every object is seen once. A file that was seen last
/// and is still the same is not looked at again. In a process of its own if the program has asked for that
/// (sim/core/subprocess.hpp), so that a file which crashes the library, or keeps it busy for ever, is refused too.
void survey(const std::string& path);

}  // namespace apical::hdf5
