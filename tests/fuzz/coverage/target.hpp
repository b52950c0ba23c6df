#pragma once
// What every target of the coverage-guided fuzzer (libFuzzer) gives to the one harness.
#include <string>
#include <string_view>
#include <vector>

#include "data/records.hpp"

namespace apical::fuzz {

/// Reads `bytes` as the target's format. May return, or throw an InputError that says what it found; everything else is
/// a finding.
void attempt(std::string_view bytes);

/// Valid inputs to start from.
std::vector<std::string> seeds();

/// Ends the program unless sizes agree and labels are in range.
void require_consistent(const Records& records);

/// Ends the program with a finding.
[[noreturn]] void finding(const std::string& what);

/// The path of a file with these contents, the same path every time.
const std::string& file_of(std::string_view bytes);

/// The contents of a file.
std::string contents(const std::string& path);

}  // namespace apical::fuzz
