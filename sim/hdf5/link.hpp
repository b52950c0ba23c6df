#pragma once
#include <string>
#include <vector>

#include "sim/hdf5/failure.hpp"

namespace apical::hdf5 {

/// An entry of a group.
struct Link {
    std::string name;
    bool is_plain = true;  ///< else one that names a path
};

/// In the order of creation where the file knows it, else by name. Fails if there are more than a file can hold.
std::vector<Link> links_of(Identifier group, const Origin& origin, const std::string& path);

/// The group, data set or type at an absolute path, or one relative to the root; an empty handle if there is none. Soft
/// links are followed inside of the file. Fails for links that lead out of the file, and for those that lead in a
/// circle.
Handle open_object(Identifier file, const Origin& origin, const std::string& path);

}  // namespace apical::hdf5
