#pragma once
#include <iosfwd>
#include <string>
#include <vector>

namespace apical {

/// What `list` can list: "models", "rules", "neurons", "steppers", "datasets", "metrics", "sections".
const std::vector<std::string>& kinds();

/// Names and sentences of one kind.
void list(const std::string& kind, std::ostream& out);

/// Everything known about a name of any kind: keys with unit, default and range; equations; reference; of models also
/// the weights, and which of them are not local. Throws InputError for an unknown name.
void describe(const std::string& name, std::ostream& out);

}  // namespace apical
