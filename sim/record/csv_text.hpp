#pragma once
#include <string>

namespace apical {

/// A field of CSV (RFC 4180): quoted where it has to be. Text that a spreadsheet would take for a formula, as it begins
/// with = + - @ or a tab and is no number, gets an apostrophe before it.
std::string csv_field(const std::string& text);

/// The shortest text that reads back to the same number, as a float if `narrow`; "nan" for no number.
std::string csv_number(double value, bool narrow);

}  // namespace apical
