#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/core/named.hpp"

namespace apical {

using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                           std::vector<std::string>>;

/// Permitted numbers; for lists, of every element.
struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool low_open = false;  ///< low itself is not permitted
    bool high_open = false;
};
inline constexpr Range positive{0, std::numeric_limits<double>::infinity(), true, false};
inline constexpr Range non_negative{0, std::numeric_limits<double>::infinity(), false, false};
inline constexpr Range fraction{0, 1, false, false};
constexpr Range between(double low, double high) { return {low, high}; }
constexpr Range at_least(double low) { return {low}; }

/// What a row of a table permits: any value of its type, a range of numbers, or some strings.
struct Permitted {
    Range range{};
    std::vector<std::string> choices{};
    Permitted() = default;
    Permitted(Range numbers) : range(numbers) {}
};
inline Permitted one_of(std::vector<std::string> choices) {
    Permitted permitted;
    permitted.choices = std::move(choices);
    return permitted;
}
template <class... Text>
Permitted one_of(const char* first, Text... more) {
    return one_of(std::vector<std::string>{first, more...});
}

/// What another key must say for a key to have an effect.
struct Requirement {
    std::string key;            ///< of the same section, or of any: "run.mode"
    std::vector<Value> values;  ///< it has one of these; where it is a list, it holds one of these; none: it is empty
    bool denied = false;        ///< ... or none of these
};
/// Several requirements of which one is enough.
using Condition = std::vector<Requirement>;

namespace detail {
template <class V>
Value value_of(V value) {
    if constexpr (std::is_same_v<V, bool>) return value;
    else if constexpr (std::is_integral_v<V>) return static_cast<std::int64_t>(value);
    else if constexpr (std::is_floating_point_v<V>) return static_cast<double>(value);
    else return std::string(value);
}
}  // namespace detail
template <class... V>
Requirement has(std::string key, V... values) {
    return {std::move(key), {detail::value_of(values)...}, false};
}
template <class... V>
Requirement has_not(std::string key, V... values) {
    return {std::move(key), {detail::value_of(values)...}, true};
}
inline Requirement continuous_mode() { return has("run.mode", "continuous"); }

/// One row of a descriptor table: what `describe`, the HDF5 attributes and the reference pages need to know.
struct Descriptor {
    std::string name;
    std::string unit = "1";  ///< UDUNITS spelling; numbers with another unit than "1" are written "10 ms" in TOML
    Value standard;          ///< the default
    Range range{};
    std::vector<std::string> choices;  ///< permitted strings (for strings and lists of strings); empty: any
    std::string text;                  ///< one sentence
    bool required = false;             ///< no default: must be given
    std::vector<Condition> needs{};    ///< the key has an effect where all of these hold; empty: always
};

/// "run.mode = "continuous"", "adaptation other than 0", "gate other than "linear" or run.mode = "continuous"".
std::string text_of(const Condition& condition);
/// Whether a key with this value does what is required of it.
bool holds(const Requirement& requirement, const Value& value);
/// What may stand there, for messages: "a number > 0", "a list, each one of a, b".
std::string expectation_of(const Descriptor& descriptor);

/// Nearest name by edit distance, "" when none is near. For "did you mean".
std::string nearest(std::string_view word, const std::vector<std::string>& names);

/// Reads one value for a descriptor: type, unit, range, choices. An integer is accepted where a number is wanted, a
/// single value where a list is wanted. Throws InputError.
Value read_value(const Node& node, const Descriptor& descriptor);
/// Every key of `table` must be the name of a row or in `also`. Throws InputError with the nearest name.
void refuse_unknown_keys(const Node& table, const std::vector<Descriptor>& rows,
                         const std::vector<std::string>& also = {});
/// The value as it would stand in a TOML file ("10 ms" for a quantity).
Node value_node(const Value& value, const Descriptor& descriptor);

}  // namespace apical
