#pragma once
#include <string>
#include <string_view>

namespace apical {

/// A TOML string in double quotes, with everything escaped that needs it.
std::string toml_string(std::string_view text);
/// A TOML key: bare where TOML permits, in quotes elsewhere.
std::string toml_key(std::string_view name);

}  // namespace apical
