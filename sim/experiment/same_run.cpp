#include "sim/experiment/same_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "sim/core/error.hpp"

namespace apical {
namespace {

const std::vector<std::string> may_change{"run.epochs",       "run.samples",     "run.duration", "run.threads",
                                          "checkpoint.every", "checkpoint.keep", "record.flush"};

using Values = std::map<std::string, std::string>;

/// Keys and values of all that is no table, as text.
void flatten(const Node& node, const std::string& path, Values& values) {
    for (const auto& [name, member] : node.members()) {
        const std::string key = path.empty() ? name : path + "." + name;
        if (member.is_table()) flatten(member, key, values);
        else values[key] = member.text();
    }
}

struct Change {
    std::string key, value;
    std::optional<std::string> before;  ///< nothing: there was no such key
};

/// The first key that may not change and is not as it was; one that was not there only if there is no other.
std::optional<Change> first_change(const Node& began, const Node& now) {
    Values before, after;
    flatten(began, "", before);
    flatten(now, "", after);
    std::optional<Change> missing;
    for (const auto& [key, value] : after) {
        if (std::find(may_change.begin(), may_change.end(), key) != may_change.end()) continue;
        const auto old = before.find(key);
        if (old == before.end()) {
            if (!missing) missing = {key, value, std::nullopt};
        } else if (old->second != value) {
            return Change{key, value, old->second};
        }
    }
    return missing;
}

}  // namespace

void refuse_changes(const Node& began, const Node& now) {
    if (const auto change = first_change(began, now))
        throw InputError({{"command line", 0, 0},
                          change->key,
                          change->value,
                          change->before ? "as the run began, " + *change->before : "a key of the run",
                          fmt::format("only {} may change in a run", fmt::join(may_change, ", "))});
}

void require_same_run(const hdf5::File& file, const Node& experiment) {
    const auto change = first_change(parse_toml(file.data_set("/config").text(), file.path()), experiment);
    if (!change) return;
    throw InputError({{file.path(), 0, 0},
                      "/config",
                      change->before ? change->key + " = " + *change->before : "no " + change->key,
                      change->value,
                      "is this the file of another run?"});
}

}  // namespace apical
