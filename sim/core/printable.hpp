#pragma once
#include <string>
#include <string_view>

namespace apical {

/// Text that says nothing to a terminal but itself: control characters (also those of Unicode, and those that turn the
/// direction of writing) and bytes that are no UTF-8 become \x1b or \u202e. `kept` are let through, "\n" of a text of
/// several lines.
std::string printable(std::string_view text, std::string_view kept = "");

}  // namespace apical
