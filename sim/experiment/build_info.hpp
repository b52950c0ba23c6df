#pragma once
#include <string>
#include <utility>
#include <vector>

namespace apical {

/// What the program was made of and which instructions its loops use, by name ("version", "git_commit", "compiler"
/// ...): for --version and the provenance.
const std::vector<std::pair<std::string, std::string>>& build_info();

/// What must agree for a resumed run to equal an uninterrupted one, to the last bit.
std::string binary_identity();

/// The model of the processor; "unknown" where the system does not tell.
std::string cpu_model();

}  // namespace apical
