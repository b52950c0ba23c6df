#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/error.hpp"

namespace apical {

/// One value of a TOML document, with its place. Our own small tree: toml++ (slow to include) stays in one .cpp.
struct Node {
    using List = std::vector<Node>;
    struct Member;
    using Members = std::vector<Member>;  ///< in the order of the file
    std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Members> value;
    Place place;
    std::string key;  ///< dotted path from the root, "" for the root

    bool is_table() const { return std::holds_alternative<Members>(value); }
    const Members& members() const;                 ///< throws InputError if not a table
    const Node* find(std::string_view name) const;  ///< member of a table, nullptr if absent
    Node* find(std::string_view name);
    std::string kind() const;  ///< "a table", "an integer", "a string" ... for messages
    std::string text() const;  ///< as TOML, for messages and the resolved file
};

/// Name and value. Used like a std::pair, which clang 14 cannot instantiate around a class that contains it.
struct Node::Member {
    Member(std::string name, Node node) : first(std::move(name)), second(std::move(node)) {}
    std::string first;
    Node second;
};

/// Where byte `offset` of a string stands in its file: behind the quote, and behind what is escaped before it. The
/// place of the string where that cannot be said: from the command line, or of a file that is no longer what it was.
Place place_within(const Node& string, std::size_t offset);

/// Reads a TOML file. Throws InputError with file:line:column for anything wrong, also an unreadable or non-UTF-8 file.
Node parse_toml_file(const std::string& path);
/// The same from text; `name` stands for the file in messages.
Node parse_toml(std::string_view text, const std::string& name);

/// Applies `--set a.b.c=value`; the value is TOML, a bare word is taken as a string. Makes missing tables.
/// The place of the new value is "command line". Throws InputError for malformed assignments.
void set(Node& root, std::string_view assignment);

/// Puts a value at a path, in place of what is there. Makes missing tables. The value keeps its place; its key becomes
/// the path. Throws InputError if the path leads through what is no table.
void put(Node& root, const std::vector<std::string>& path, Node value);

/// The table as TOML text that `parse_toml` reads back to the same values.
std::string to_toml(const Node& root);

}  // namespace apical
