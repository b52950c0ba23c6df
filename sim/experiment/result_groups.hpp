#pragma once
#include <string>
#include <vector>

namespace apical {

/// A group at the top of a file of results, or of all below one.
struct ResultGroup {
    std::string name;  ///< "/metrics"; "/trace/NAME" where the experiment gives the name
    std::string text;
};

/// Every group that a run, `apical analyse` or a sweep may write, for `list` and the reference.
const std::vector<ResultGroup>& result_groups();

}  // namespace apical
