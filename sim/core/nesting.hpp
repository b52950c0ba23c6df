#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "sim/core/error.hpp"

namespace apical {

/// Levels of tables and lists a document may have. Far above any real experiment, far below what a stack holds.
inline constexpr std::size_t deepest_nesting = 64;

/// The first place where brackets or a dotted key nest deeper than `deepest_nesting`. Looked for before parsing, since
/// a tree of a hundred thousand levels cannot even be destroyed recursively.
std::optional<Place> too_deep(std::string_view text, std::string_view file);

}  // namespace apical
