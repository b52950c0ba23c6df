#include "sim/core/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/core/nesting.hpp"
#include "sim/core/toml_parser.hpp"
#include "sim/core/toml_text.hpp"

namespace apical {
namespace {

constexpr std::size_t largest_file = 16u << 20;  // bytes; also ends the reading of an endless device

// Where a value stands in the document being converted.
struct Position {
    Place place;  // of the enclosing value, used when the parser has none for this one
    std::string key;
    std::size_t depth = 0;
};

Place place_of(const toml::source_region& source, const Place& fallback) {
    if (!source.begin) return fallback;
    return {fallback.file, source.begin.line, source.begin.column};
}

Node convert(const toml::node& source, const Position& outer);

Node::Members convert_members(const toml::table& table, const Node& owner, std::size_t depth) {
    struct Entry {
        const toml::key* key;
        const toml::node* node;
    };
    std::vector<Entry> entries;
    for (auto&& [key, node] : table) entries.push_back({&key, &node});
    // The parser sorts by name; we keep the order of the file.
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        const auto& p = a.key->source().begin;
        const auto& q = b.key->source().begin;
        return std::pair(p.line, p.column) < std::pair(q.line, q.column);
    });
    Node::Members members;
    for (const Entry& entry : entries) {
        const std::string name(entry.key->str());
        const std::string path = owner.key.empty() ? toml_key(name) : owner.key + "." + toml_key(name);
        members.emplace_back(name, convert(*entry.node, {place_of(entry.key->source(), owner.place), path, depth}));
    }
    return members;
}

Node::List convert_list(const toml::array& array, const Node& owner, std::size_t depth) {
    Node::List list;
    for (const toml::node& element : array)
        list.push_back(convert(element, {owner.place, fmt::format("{}[{}]", owner.key, list.size()), depth}));
    return list;
}

Node convert(const toml::node& source, const Position& outer) {
    Node node;
    node.place = place_of(source.source(), outer.place);
    node.key = outer.key;
    if (outer.depth > deepest_nesting)
        throw InputError({node.place, "", "deeper nesting", fmt::format("at most {} levels", deepest_nesting), ""});
    switch (source.type()) {
        case toml::node_type::table:
            node.value = convert_members(*source.as_table(), node, outer.depth + 1);
            break;
        case toml::node_type::array:
            node.value = convert_list(*source.as_array(), node, outer.depth + 1);
            break;
        case toml::node_type::string:
            node.value = source.as_string()->get();
            break;
        case toml::node_type::integer:
            node.value = source.as_integer()->get();
            break;
        case toml::node_type::floating_point:
            node.value = source.as_floating_point()->get();
            if (!std::isfinite(std::get<double>(node.value)))
                throw InputError({node.place, node.key, node.text(), "a finite number", ""});
            break;
        case toml::node_type::boolean:
            node.value = source.as_boolean()->get();
            break;
        default:
            throw InputError({node.place, node.key, "a date or time", "a number, string, boolean, list or table",
                              "put it in quotes to make it a string"});
    }
    return node;
}

std::string read_file(const std::string& path) {
    const Place place{path, 0, 0};
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw InputError({place, "", "a directory", "a TOML file", ""});
    std::ifstream file(path, std::ios::binary);
    if (!file) throw InputError({place, "", "no readable file", "a TOML file", std::strerror(errno)});
    std::string text(largest_file + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad())
        throw InputError({place, "", "a file that cannot be read to its end", "a TOML file", std::strerror(errno)});
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > largest_file)
        throw InputError({place, "", "a longer file", fmt::format("at most {} MiB", largest_file >> 20), ""});
    // As text it would be a table without members; as a file it is more likely a failed copy.
    if (text.empty()) throw InputError({place, "", "an empty file", "a TOML file", ""});
    return text;
}

const Place command_line{"command line", 0, 0};

void move_to_command_line(Node& node) {
    node.place = command_line;
    if (auto* list = std::get_if<Node::List>(&node.value))
        for (Node& element : *list) move_to_command_line(element);
    if (auto* members = std::get_if<Node::Members>(&node.value))
        for (auto& member : *members) move_to_command_line(member.second);
}

void rename(Node& node, const std::string& key) {
    node.key = key;
    if (auto* list = std::get_if<Node::List>(&node.value))
        for (std::size_t k = 0; k < list->size(); ++k) rename((*list)[k], fmt::format("{}[{}]", key, k));
    if (auto* members = std::get_if<Node::Members>(&node.value))
        for (auto& member : *members) rename(member.second, key + "." + toml_key(member.first));
}

// An assignment "a.b.c=value" as path and value.
struct Assignment {
    std::vector<std::string> path;
    Node value;
};

std::size_t equals_sign(std::string_view assignment) {
    char quote = 0;
    for (std::size_t i = 0; i < assignment.size(); ++i) {
        const char c = assignment[i];
        if (quote == 0 && c == '=') return i;
        if (c == '"' || c == '\'') quote = quote == 0 ? c : quote == c ? '\0' : quote;
    }
    return std::string_view::npos;
}

// Names on the way down to the one value of the document `text`, stopping at the first non-table.
std::vector<std::string> path_to_value(const Node& root) {
    std::vector<std::string> path;
    for (const Node* node = &root; node->is_table(); node = &node->members().front().second) {
        if (node->members().size() != 1) return {};
        path.push_back(node->members().front().first);
    }
    return path;
}

// The value at `path`, if the document holds nothing else.
Node* only_value(Node& root, const std::vector<std::string>& path) {
    Node* node = &root;
    for (const std::string& name : path) {
        if (node->members().size() != 1) return nullptr;
        node = node->find(name);
    }
    return node;
}

Assignment read_assignment(std::string_view assignment) {
    const InputError malformed({command_line, "", toml_string(assignment), "key=value, e.g. run.lanes=64", ""});
    const auto split = equals_sign(assignment);
    if (split == std::string_view::npos) throw malformed;
    const std::string key(assignment.substr(0, split));
    std::string_view text = assignment.substr(split + 1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (key.find_first_of("\r\n") != std::string::npos) throw malformed;
    if (text.empty())
        throw InputError({command_line, key, "nothing", "a value after '='", "write '\"\"' for an empty string"});

    std::vector<std::string> path;
    try {
        path = path_to_value(parse_toml(key + " = 0", command_line.file));
    } catch (const InputError&) {
        throw malformed;
    }
    if (path.empty()) throw malformed;

    // Key and value are parsed together, so that the limit on nesting holds for both.
    const auto parsed = [&](const std::string& value) {
        Node root = parse_toml(key + " = " + value, command_line.file);
        Node* node = only_value(root, path);
        if (node == nullptr) throw malformed;
        move_to_command_line(*node);
        return std::move(*node);
    };
    try {
        return {path, parsed(std::string(text))};
    } catch (const InputError& error) {
        // Shells eat quotes: what does not begin like a string, list or table is taken as a string as it stands.
        if (std::string_view("\"'[{").find(text.front()) == std::string_view::npos) {
            try {
                return {path, parsed(toml_string(text))};
            } catch (const InputError&) {
            }
        }
        throw InputError({command_line, key, toml_string(text), "a TOML value", error.parts().hint});
    }
}

}  // namespace

const Node::Members& Node::members() const {
    if (const auto* table = std::get_if<Members>(&value)) return *table;
    throw InputError({place, key, kind(), "a table", ""});
}

const Node* Node::find(std::string_view name) const {
    if (const auto* table = std::get_if<Members>(&value))
        for (const auto& [member, node] : *table)
            if (member == name) return &node;
    return nullptr;
}

Node* Node::find(std::string_view name) { return const_cast<Node*>(std::as_const(*this).find(name)); }

std::string Node::kind() const {
    static constexpr const char* names[] = {"nothing",  "a boolean", "an integer", "a number",
                                            "a string", "a list",    "a table"};
    static_assert(std::variant_size_v<decltype(value)> == std::size(names));
    return names[value.index()];
}

Node parse_toml(std::string_view text, const std::string& name) {
    if (const auto place = too_deep(text, name))
        throw InputError({*place, "", "deeper nesting", fmt::format("at most {} levels", deepest_nesting), ""});
    try {
        const Place start{name, 1, 1};
        return convert(toml::parse(text, name), {start, "", 0});
    } catch (const toml::parse_error& error) {
        throw InputError({place_of(error.source(), {name, 1, 1}), "", "text that is not TOML", "",
                          std::string(error.description())});
    }
}

Node parse_toml_file(const std::string& path) { return parse_toml(read_file(path), path); }

void put(Node& root, const std::vector<std::string>& path, Node value) {
    Node* node = &root;
    std::string key;
    for (const std::string& name : path) {
        auto* members = std::get_if<Node::Members>(&node->value);
        key = (key.empty() ? "" : key + ".") + toml_key(name);
        if (members == nullptr)
            throw InputError({value.place, key, "a path through " + node->key + ", which is " + node->kind(),
                              "a path through tables", ""});
        Node* next = node->find(name);
        if (next == nullptr) next = &members->emplace_back(name, Node{Node::Members{}, value.place, key}).second;
        node = next;
    }
    rename(value, key);
    *node = std::move(value);
}

void set(Node& root, std::string_view assignment) {
    Assignment read = read_assignment(assignment);
    put(root, read.path, std::move(read.value));
}

}  // namespace apical
