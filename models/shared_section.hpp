#pragma once
#include <string>
#include <vector>

#include "sim/core/table.hpp"

namespace apical {

/// Section [circuit], overridden by the keys that section [<model>] also has, for `Table::read`, and what that passes
/// over: `own`, keys of that section that are none of [circuit].
struct SharedSection {
    Node merged;
    std::vector<std::string> also;
};
SharedSection shared_section(const Node& experiment, const std::string& model, const std::vector<Descriptor>& own);

}  // namespace apical
