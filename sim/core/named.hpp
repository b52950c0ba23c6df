#pragma once
#include <algorithm>
#include <string>
#include <vector>

namespace apical {

/// Null if there is none of this name.
template <class Named>
const Named* find_named(const std::vector<Named>& list, const std::string& name) {
    const auto found = std::ranges::find(list, name, &Named::name);
    return found == list.end() ? nullptr : &*found;
}

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& list) {
    std::vector<std::string> names;
    names.reserve(list.size());
    for (const Named& one : list) names.push_back(one.name);
    return names;
}

}  // namespace apical
