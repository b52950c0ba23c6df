#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "sim/experiment/catalogue.hpp"

namespace apical {

/// A name, as `describe` of directory.hpp, or an experiment if it ends with .toml: what would be simulated, without
/// running it: populations with their columns, projections, and of all weights the shape, whether they learn, how they
/// are stored, read and updated with the reason, and their memory. `changes` are of keys of the experiment, as those of
/// a run. With `dot`, of an experiment: its graph, for Graphviz. Throws InputError as `run` would for the file, and for
/// changes, or a graph, of what is none.
void describe_any(const std::string& name, const std::vector<std::string>& changes, bool dot,
                  const Catalogue& catalogue, std::ostream& out);

}  // namespace apical
