#include "sim/core/descriptor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <stdexcept>

#include "sim/core/toml_text.hpp"
#include "sim/core/units.hpp"

namespace apical {
namespace {

template <class T>
struct IsList : std::false_type {};
template <class E>
struct IsList<std::vector<E>> : std::true_type {
    using Element = E;
};

bool contains(const Range& range, double x) {
    return (range.low_open ? x > range.low : x >= range.low) && (range.high_open ? x < range.high : x <= range.high);
}

// " in (0, 1]", " > 0", " at most 5", or nothing.
std::string interval(const Range& range) {
    const bool bounded_below = std::isfinite(range.low), bounded_above = std::isfinite(range.high);
    if (bounded_below && bounded_above)
        return fmt::format(" in {}{}, {}{}", range.low_open ? '(' : '[', range.low, range.high,
                           range.high_open ? ')' : ']');
    if (bounded_below) return fmt::format(" {} {}", range.low_open ? ">" : ">=", range.low);
    if (bounded_above) return fmt::format(" {} {}", range.high_open ? "<" : "<=", range.high);
    return "";
}

std::string joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

// "a number in (0, 1]", "a quantity > 0 ms such as "10 ms"", "a list of integers", "one of a, b".
template <class T>
std::string expectation(const Descriptor& descriptor) {
    if constexpr (IsList<T>::value) {
        return "a list, each " + expectation<typename IsList<T>::Element>(descriptor);
    } else if constexpr (std::is_same_v<T, bool>) {
        return "true or false";
    } else if constexpr (std::is_same_v<T, std::string>) {
        return descriptor.choices.empty() ? "a string" : "one of " + joined(descriptor.choices);
    } else {
        const std::string& unit = descriptor.unit;
        if (unit == "1") return (std::is_same_v<T, double> ? "a number" : "an integer") + interval(descriptor.range);
        std::string text =
            "a quantity" + interval(descriptor.range) + (interval(descriptor.range).empty() ? " in " : " ") + unit;
        const T* standard = std::get_if<T>(&descriptor.standard);
        if (standard != nullptr && contains(descriptor.range, static_cast<double>(*standard)))
            text += fmt::format(" such as \"{}\"", with_unit(static_cast<double>(*standard), unit));
        return text;
    }
}

// What stands there, short enough for a message.
std::string shown(const Node& node) {
    constexpr std::size_t longest = 80;
    std::string text = node.text();
    if (text.size() <= longest) return text;
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside a UTF-8 sequence
    return text.substr(0, end) + "...";
}

template <class T>
[[noreturn]] void refuse(const Node& node, const Descriptor& descriptor, const std::string& hint = "") {
    const bool number = std::holds_alternative<std::int64_t>(node.value) || std::holds_alternative<double>(node.value);
    throw InputError({node.place, node.key, number ? shown(node) : node.kind() + " " + shown(node),
                      expectation<T>(descriptor), hint});
}

// A number, or a string such as "10 ms", in the unit of the descriptor.
template <class T>
double read_number(const Node& node, const Descriptor& descriptor) {
    if (const auto* text = std::get_if<std::string>(&node.value)) try {
            return quantity(*text, descriptor.unit);
        } catch (const std::invalid_argument& reason) {
            refuse<T>(node, descriptor, reason.what());
        }
    const auto* integer = std::get_if<std::int64_t>(&node.value);
    const auto* real = std::get_if<double>(&node.value);
    if (integer == nullptr && real == nullptr) refuse<T>(node, descriptor);
    if (descriptor.unit != "1")
        refuse<T>(node, descriptor, fmt::format("a unit is missing: \"{} {}\"?", shown(node), descriptor.unit));
    return real != nullptr ? *real : static_cast<double>(*integer);
}

void read_into(bool& result, const Node& node, const Descriptor& descriptor) {
    const auto* value = std::get_if<bool>(&node.value);
    if (value == nullptr) refuse<bool>(node, descriptor);
    result = *value;
}

void read_into(double& result, const Node& node, const Descriptor& descriptor) {
    result = read_number<double>(node, descriptor);
    if (!contains(descriptor.range, result)) refuse<double>(node, descriptor);
}

void read_into(std::int64_t& result, const Node& node, const Descriptor& descriptor) {
    constexpr double largest_exact = 0x1p53;
    if (const auto* integer = std::get_if<std::int64_t>(&node.value); integer != nullptr && descriptor.unit == "1") {
        result = *integer;
    } else {
        if (descriptor.unit == "1" && !std::holds_alternative<double>(node.value))
            refuse<std::int64_t>(node, descriptor);
        const double value = read_number<std::int64_t>(node, descriptor);
        const bool whole = value == std::floor(value) && std::abs(value) <= largest_exact;
        if (descriptor.unit == "1" || !whole)
            refuse<std::int64_t>(node, descriptor, whole ? fmt::format("write {:.0f}", value) : "not a whole number");
        result = static_cast<std::int64_t>(value);
    }
    if (!contains(descriptor.range, static_cast<double>(result))) refuse<std::int64_t>(node, descriptor);
}

void read_into(std::string& result, const Node& node, const Descriptor& descriptor) {
    const auto* value = std::get_if<std::string>(&node.value);
    if (value == nullptr) refuse<std::string>(node, descriptor);
    const auto& choices = descriptor.choices;
    if (!choices.empty() && std::find(choices.begin(), choices.end(), *value) == choices.end()) {
        const std::string near = nearest(*value, choices);
        refuse<std::string>(node, descriptor, near.empty() ? "" : "did you mean '" + near + "'?");
    }
    result = *value;
}

template <class E>
void read_into(std::vector<E>& result, const Node& node, const Descriptor& descriptor) {
    if (node.is_table()) refuse<std::vector<E>>(node, descriptor);
    // A shell's "100,100" is one string.
    const auto* text = std::get_if<std::string>(&node.value);
    if (text != nullptr && text->find(',') != std::string::npos && text->front() != '[') {
        std::vector<std::string> words;
        for (std::size_t begin = 0; begin <= text->size();) {
            const std::size_t end = std::min(text->find(',', begin), text->size());
            begin = std::min(text->find_first_not_of(' ', begin), end);
            words.push_back(text->substr(begin, end - begin));
            if (std::is_same_v<E, std::string> || descriptor.unit != "1") words.back() = toml_string(words.back());
            begin = end + 1;
        }
        refuse<std::vector<E>>(node, descriptor, "a list stands in brackets: [" + joined(words) + "]");
    }
    if (const auto* list = std::get_if<Node::List>(&node.value)) {
        for (const Node& element : *list) read_into(result.emplace_back(), element, descriptor);
    } else {
        read_into(result.emplace_back(), node, descriptor);
    }
}

// A value as the node that would stand in a file.
struct NodeMaker {
    const Descriptor& descriptor;
    Node operator()(double number) const {
        assert(std::isfinite(number));  // a file with "inf" in it could not be read back
        if (descriptor.unit == "1") return {number, {}, descriptor.name};
        return {with_unit(number, descriptor.unit), {}, descriptor.name};
    }
    Node operator()(std::int64_t number) const {
        if (descriptor.unit == "1") return {number, {}, descriptor.name};
        return {fmt::format("{} {}", number, descriptor.unit), {}, descriptor.name};
    }
    Node operator()(bool truth) const { return {truth, {}, descriptor.name}; }
    Node operator()(const std::string& text) const { return {text, {}, descriptor.name}; }
    template <class E>
    Node operator()(const std::vector<E>& values) const {
        Node::List list;
        for (const E& element : values) list.push_back((*this)(element));
        return {std::move(list), {}, descriptor.name};
    }
};

}  // namespace

Value read_value(const Node& node, const Descriptor& descriptor) {
    return std::visit(
        [&](const auto& standard) {
            std::decay_t<decltype(standard)> result{};
            read_into(result, node, descriptor);
            return Value{std::move(result)};
        },
        descriptor.standard);
}

void refuse_unknown_keys(const Node& table, const std::vector<Descriptor>& rows, const std::vector<std::string>& also) {
    std::vector<std::string> names = names_of(rows);
    names.insert(names.end(), also.begin(), also.end());
    for (const auto& [name, node] : table.members()) {
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        const std::string near = nearest(name, names);
        throw InputError({node.place, node.key, "key '" + name + "'",
                          names.empty() ? "no keys" : "one of " + joined(names),
                          near.empty() ? "" : "did you mean '" + near + "'?"});
    }
}

std::string expectation_of(const Descriptor& descriptor) {
    return std::visit([&](const auto& standard) { return expectation<std::decay_t<decltype(standard)>>(descriptor); },
                      descriptor.standard);
}

std::string text_of(const Condition& condition) {
    std::string text;
    for (const Requirement& requirement : condition) {
        std::vector<std::string> values;
        for (const Value& value : requirement.values)
            values.push_back(value_node(value, {requirement.key, "1", value, {}, {}, ""}).text());
        text += fmt::format("{}{} {} {}", text.empty() ? "" : " or ", requirement.key,
                            requirement.denied ? "other than" : "=",
                            values.empty() ? "[]" : fmt::format("{}", fmt::join(values, " or ")));
    }
    return text;
}

bool holds(const Requirement& requirement, const Value& value) {
    const auto is = [](const auto& one, const Value& wanted) {
        using One = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<One, double>) {  // 0 is the same, whole number or not
            if (const auto* whole = std::get_if<std::int64_t>(&wanted)) return one == static_cast<double>(*whole);
        }
        const auto* same = std::get_if<One>(&wanted);
        return same != nullptr && *same == one;
    };
    const auto is_empty = [](const auto& found) {
        if constexpr (IsList<std::decay_t<decltype(found)>>::value) return found.empty();
        else return false;
    };
    const auto has_any = [&](const auto& found) {
        return std::any_of(requirement.values.begin(), requirement.values.end(), [&](const Value& wanted) {
            if constexpr (IsList<std::decay_t<decltype(found)>>::value)
                return std::any_of(found.begin(), found.end(), [&](const auto& one) { return is(one, wanted); });
            else return is(found, wanted);
        });
    };
    if (requirement.values.empty()) return std::visit(is_empty, value) != requirement.denied;
    return std::visit(has_any, value) != requirement.denied;
}

Node value_node(const Value& value, const Descriptor& descriptor) { return std::visit(NodeMaker{descriptor}, value); }

}  // namespace apical
