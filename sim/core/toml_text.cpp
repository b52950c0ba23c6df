#include "sim/core/toml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "sim/core/document.hpp"

namespace apical {
namespace {

std::string number_text(double value) {
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    std::string text = fmt::format("{}", value);
    // "10" would come back as an integer.
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string list_text(const Node::List& list) {
    std::string text = "[";
    for (const Node& element : list) text += (text.size() > 1 ? ", " : "") + element.text();
    return text + "]";
}

std::string inline_table_text(const Node::Members& members) {
    std::string text = "{";
    for (const auto& [name, node] : members)
        text += (text.size() > 1 ? ", " : "") + toml_key(name) + " = " + node.text();
    return text + "}";
}

struct ValueText {
    std::string operator()(std::monostate) const { return "nothing"; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(double value) const { return number_text(value); }
    std::string operator()(const std::string& value) const { return toml_string(value); }
    std::string operator()(const Node::List& list) const { return list_text(list); }
    std::string operator()(const Node::Members& members) const { return inline_table_text(members); }
};

// Values first: after a [header] they would belong to that table.
void write_table(const Node::Members& members, const std::string& path, std::string& out) {
    for (const auto& [name, node] : members)
        if (!node.is_table()) out += toml_key(name) + " = " + node.text() + "\n";
    for (const auto& [name, node] : members) {
        if (!node.is_table()) continue;
        const std::string inner = path.empty() ? toml_key(name) : path + "." + toml_key(name);
        out += (out.empty() ? "[" : "\n[") + inner + "]\n";
        write_table(node.members(), inner, out);
    }
}

}  // namespace

std::string toml_string(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') result += std::string("\\") + c;
        else if (c == '\n') result += "\\n";
        else if (c == '\t') result += "\\t";
        else if (byte < 0x20 || byte == 0x7f) result += fmt::format("\\u{:04X}", byte);
        else result += c;
    }
    return result + "\"";
}

std::string toml_key(std::string_view name) {
    const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return bare ? std::string(name) : toml_string(name);
}

std::string Node::text() const { return std::visit(ValueText{}, value); }

std::string to_toml(const Node& root) {
    assert(root.is_table());
    std::string out;
    write_table(root.members(), "", out);
    return out;
}

}  // namespace apical
