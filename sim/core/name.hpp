#pragma once
#include <string>

#include "sim/core/document.hpp"

namespace apical {

/// A name that the user chose, the last part of `node.key`, becomes that of a group, a variable and a file: throws
/// InputError, with the place of the node, for what no group, variable or file can be called, and for `taken`, which
/// has another meaning there. Letters of any language are fine.
void require_name(const std::string& name, const Node& node, const std::string& taken = {});

}  // namespace apical
