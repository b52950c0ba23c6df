#pragma once
#include <string>
#include <vector>

#include "sim/core/descriptor.hpp"

namespace apical {

struct Catalogue;

/// "circuit.eta_W".
std::string dotted(const std::vector<std::string>& path);

/// The row that a key of an experiment has in its table, whoever's it is: a section's, the data set's, the model's;
/// null if there is none.
const Descriptor* descriptor_of(const Node& experiment, const std::vector<std::string>& path,
                                const Catalogue& catalogue);

/// Every value below a table, with its path; a value is what `is_value` says, by default all that is no table.
struct KeyAndValue {
    std::vector<std::string> path;
    Node value;
};
std::vector<KeyAndValue> values_below(
    const Node& table, bool (*is_value)(const Node&) = [](const Node& node) { return !node.is_table(); });

}  // namespace apical
