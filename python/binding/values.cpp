#include "python/binding/values.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cmath>
#include <filesystem>
#include <type_traits>
#include <variant>

#include "program/shipped.hpp"

namespace apical::python {
namespace {

constexpr int deepest = 32;  // of lists in lists: one that holds itself has no end

[[noreturn]] void refuse(const std::string& key, const std::string& found, const std::string& expected) {
    throw InputError({{}, key, found, expected, ""});
}

std::string type_of(nb::handle value) { return nb::cast<std::string>(value.type().attr("__name__")); }

Node node_of(nb::handle value, const std::string& key, int depth);

Node::Members members_of(nb::handle mapping, const std::string& key, int depth) {
    Node::Members members;
    for (const nb::handle item : nb::list(mapping.attr("items")())) {
        const nb::object name = item[0], held = item[1];
        if (!nb::isinstance<nb::str>(name)) refuse(key, "a key that is " + type_of(name), "a string");
        const auto word = nb::cast<std::string>(name);
        members.emplace_back(word, node_of(held, key.empty() ? word : key + "." + word, depth + 1));
    }
    return members;
}

Node node_of(nb::handle value, const std::string& key, int depth) {
    if (depth > deepest) refuse(key, fmt::format("more than {} levels", deepest), "a value without itself inside");
    Node node{{}, {}, key};
    if (nb::isinstance<nb::bool_>(value)) {
        node.value = nb::cast<bool>(value);
    } else if (nb::isinstance<nb::int_>(value)) {
        std::int64_t number = 0;
        if (!nb::try_cast(value, number)) refuse(key, "an integer beyond 64 bits", "an integer of TOML");
        node.value = number;
    } else if (nb::isinstance<nb::float_>(value)) {
        node.value = nb::cast<double>(value);
    } else if (nb::isinstance<nb::str>(value)) {
        node.value = nb::cast<std::string>(value);
    } else if (nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value)) {
        Node::List list;
        for (const nb::handle item : nb::list(value))
            list.push_back(node_of(item, fmt::format("{}[{}]", key, list.size()), depth + 1));
        node.value = std::move(list);
    } else if (nb::hasattr(value, "items") && nb::hasattr(value, "keys")) {
        node.value = members_of(value, key, depth);
    } else if (nb::hasattr(value, "tolist")) {  // a number or an array of NumPy
        return node_of(value.attr("tolist")(), key, depth + 1);
    } else if (nb::hasattr(value, "__fspath__")) {
        node.value = nb::cast<std::string>(nb::str(value.attr("__fspath__")()));
    } else {
        refuse(key, type_of(value), "a bool, int, float, str, list or dict");
    }
    return node;
}

nb::object to_python(const Value& value) {
    return std::visit([](const auto& held) { return nb::object(nb::cast(held)); }, value);
}

std::string words_of(const std::vector<Condition>& needs) {
    std::string text;
    for (const Condition& condition : needs) text += (text.empty() ? "" : ", and ") + text_of(condition);
    return text;
}

}  // namespace

const Catalogue& catalogue() {
    static const Catalogue& all = *new Catalogue(shipped());
    return all;
}

std::mutex& one_at_a_time() {
    static auto& mutex = *new std::mutex;
    return mutex;
}

Node to_node(nb::handle value, const std::string& key) { return node_of(value, key, 0); }

nb::object to_python(const Node& node) {
    const auto convert = [](const auto& value) -> nb::object {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
            return nb::none();
        } else if constexpr (std::is_same_v<T, Node::List>) {
            nb::list list;
            for (const Node& item : value) list.append(to_python(item));
            return nb::object(std::move(list));
        } else if constexpr (std::is_same_v<T, Node::Members>) {
            nb::dict dict;
            for (const auto& [name, item] : value) dict[nb::str(name.c_str(), name.size())] = to_python(item);
            return nb::object(std::move(dict));
        } else {
            return nb::object(nb::cast(value));
        }
    };
    return std::visit(convert, node.value);
}

void apply(const nb::dict& changes, Node& document) {
    for (const auto& [name, value] : changes) {
        if (!nb::isinstance<nb::str>(name)) refuse("changes", "a key that is " + type_of(name), "'section.key'");
        const auto key = nb::cast<std::string>(name);
        std::vector<std::string> path;
        for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
            end = key.find('.', begin);
            path.push_back(key.substr(begin, end == std::string::npos ? end : end - begin));
        }
        if (path.size() < 2) refuse(key, "a key without a section", "'section.key'");
        put(document, path, to_node(value, key));
    }
}

Source read(nb::handle experiment, const nb::dict& changes) {
    Source source;
    if (nb::isinstance<nb::str>(experiment)) {
        source.file = nb::cast<std::string>(experiment);
        source.document = parse_toml_file(source.file);
    } else {
        source.document = to_node(experiment);
        if (!source.document.is_table())
            refuse("", type_of(experiment), "the path of a TOML file, or a dict of sections");
    }
    apply(changes, source.document);
    return source;
}

nb::dict to_python(const std::string& section, const Descriptor& row) {
    nb::dict result;
    result["kind"] = "key";
    result["name"] = section.empty() ? row.name : section + "." + row.name;
    result["text"] = row.text;
    result["unit"] = row.unit;
    result["required"] = row.required;
    result["default"] = row.required ? nb::object(nb::none()) : to_python(value_node(row.standard, row));
    result["default_in_unit"] = row.required ? nb::object(nb::none()) : to_python(row.standard);
    result["low"] = row.range.low;
    result["high"] = row.range.high;
    result["low_open"] = row.range.low_open;
    result["high_open"] = row.range.high_open;
    result["choices"] = row.choices;
    result["needs"] = words_of(row.needs);
    return result;
}

}  // namespace apical::python
