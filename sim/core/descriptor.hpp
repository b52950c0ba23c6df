#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <stdexcept>
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

/// A descriptor table bound to the members of a struct T of plain values. The defaults are those of `T{}`: nothing is
/// listed twice.
template <class T>
class Table {
   public:
    /// A member of T of one of the types of Value.
    class Member {
       public:
        template <class V>
        Member(V T::*member)
            : load([member](const T& from) { return Value{from.*member}; }),
              store([member](T& to, const Value& value) { to.*member = std::get<V>(value); }) {}
        std::function<Value(const T&)> load;
        std::function<void(T&, const Value&)> store;
    };
    struct Row {
        std::string name;
        Member member;
        std::string unit;
        std::string text;
        Permitted permitted{};
        bool required = false;
    };

    Table(std::initializer_list<Row> rows) : rows_(rows) {}

    std::vector<Descriptor> descriptors() const {
        std::vector<Descriptor> result;
        const T standard{};
        for (const Row& row : rows_) {
            result.push_back({row.name, row.unit, row.member.load(standard), row.permitted.range, row.permitted.choices,
                              row.text, row.required});
            for (const auto& [condition, names] : conditions_)
                if (std::find(names.begin(), names.end(), row.name) != names.end())
                    result.back().needs.push_back(condition);
        }
        return result;
    }

    /// Declares that these keys have an effect only under a condition. Throws std::logic_error for one that is none.
    Table where(Condition condition, std::vector<std::string> names) && {
        for (const std::string& name : names)
            if (std::none_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.name == name; }))
                throw std::logic_error("no key '" + name + "' that could have a condition");
        conditions_.emplace_back(std::move(condition), std::move(names));
        return std::move(*this);
    }

    /// Reads a TOML table; absent keys keep their default. Keys in `also` are read elsewhere and passed over.
    /// Throws InputError for unknown keys (nearest suggested), wrong type, unit, range or choice, and missing ones.
    T read(const Node& table, const std::vector<std::string>& also = {}) const {
        const auto descriptors = this->descriptors();
        refuse_unknown_keys(table, descriptors, also);
        T result{};
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const Node* node = table.find(rows_[i].name);
            if (node == nullptr) {
                if (rows_[i].required)
                    throw InputError({table.place, table.key.empty() ? rows_[i].name : table.key + "." + rows_[i].name,
                                      "nothing", expectation_of(descriptors[i]), "this key has no default"});
                continue;
            }
            rows_[i].member.store(result, read_value(*node, descriptors[i]));
        }
        return result;
    }

    /// All values, defaults included, as members of a TOML table.
    Node::Members write(const T& values) const {
        Node::Members members;
        const auto descriptors = this->descriptors();
        for (std::size_t i = 0; i < rows_.size(); ++i)
            members.emplace_back(rows_[i].name, value_node(rows_[i].member.load(values), descriptors[i]));
        return members;
    }

   private:
    std::vector<Row> rows_;
    std::vector<std::pair<Condition, std::vector<std::string>>> conditions_;
};

}  // namespace apical
