#include "sim/core/name.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/toml_text.hpp"

namespace apical {
namespace {

/// In bytes: file names have 255, of which some are left to what is put before and after (trace-NAME.csv), names in
/// netCDF 256 (noise_NAME_COMPARTMENT).
constexpr std::size_t longest = 200;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Control characters beyond ASCII (U+0080 to U+009F): terminals obey them as well.
bool has_wide_control(const std::string& name) {
    for (std::size_t k = 0; k + 1 < name.size(); ++k)
        if (name[k] == '\xC2' && static_cast<unsigned char>(name[k + 1]) < 0xA0) return true;
    return false;
}

std::string fault(const std::string& name, const std::string& taken) {
    if (name.empty()) return "an empty name";
    if (name == "." || name == "..") return toml_string(name) + ", which stands for a folder,";
    if (name == taken) return toml_string(name) + ", which has another meaning there";
    if (name.find('/') != std::string::npos) return toml_string(name) + ", a path";
    if (std::any_of(name.begin(), name.end(), is_control) || has_wide_control(name))
        return "a name with control characters";
    if (name.front() == ' ' || name.back() == ' ') return toml_string(name) + ", with blanks around it";
    if (name.size() > longest) return fmt::format("a name of {} bytes", name.size());
    return "";
}

}  // namespace

void require_name(const std::string& name, const Node& node, const std::string& taken) {
    if (const std::string found = fault(name, taken); !found.empty())
        throw InputError({node.place, name.size() > longest ? "" : node.key, found,
                          fmt::format("a name of at most {} bytes, without '/' and control characters", longest),
                          "groups and variables of the results file and files of `apical export` are called so"});
}

}  // namespace apical
