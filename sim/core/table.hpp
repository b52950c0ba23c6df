#pragma once
#include <cstddef>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/descriptor.hpp"

namespace apical {

/// Rows of descriptors, each with the place of a member in a struct that it does not know: what all `Table<T>` share,
/// compiled once.
class KeyTable {
   public:
    /// Where in the struct, and which of the types of Value.
    struct Member {
        std::ptrdiff_t offset = 0;
        std::size_t type = 0;
    };
    struct Row {
        Row(std::string name, Member place, std::string unit, std::string text, const Permitted& permitted,
            bool is_required);
        Descriptor descriptor;
        Member member;
    };

    void add(Row row, const void* standard);
    void require(Condition condition, const std::vector<std::string>& names);
    const std::vector<Descriptor>& descriptors() const { return descriptors_; }
    void read(void* values, const Node& table, const std::vector<std::string>& also) const;
    Node::Members write(const void* values) const;

   private:
    std::vector<Descriptor> descriptors_;
    std::vector<Member> members_;
};

/// A descriptor table bound to the members of a struct T of plain values. The defaults are those of `T{}`: nothing is
/// listed twice.
template <class T>
class Table {
   public:
    struct Row : KeyTable::Row {
        /// `place` is a member of one of the types of Value.
        template <class V>
        Row(std::string name, V T::*place, std::string unit, std::string text, const Permitted& permitted = {},
            bool is_required = false)
            : KeyTable::Row(std::move(name), {offset_of(place), number_of<V>(static_cast<const Value*>(nullptr))},
                            std::move(unit), std::move(text), permitted, is_required) {}
    };

    Table(std::initializer_list<Row> rows) {
        const T standard{};
        for (const Row& row : rows) keys_.add(row, &standard);
    }

    const std::vector<Descriptor>& descriptors() const { return keys_.descriptors(); }

    /// Declares that these keys have an effect only under a condition. Throws std::logic_error for one that is none.
    Table where(Condition condition, const std::vector<std::string>& names) && {
        keys_.require(std::move(condition), names);
        return std::move(*this);
    }

    /// Reads a TOML table; absent keys keep their default. Keys in `also` are read elsewhere and passed over.
    /// Throws InputError for unknown keys (nearest suggested), wrong type, unit, range or choice, and missing ones.
    T read(const Node& table, const std::vector<std::string>& also = {}) const {
        T values{};
        keys_.read(&values, table, also);
        return values;
    }

    /// All values, defaults included, as members of a TOML table.
    Node::Members write(const T& values) const { return keys_.write(&values); }

   private:
    template <class V, class... Types>
    static constexpr std::size_t number_of(const std::variant<Types...>*) {
        static_assert((std::is_same_v<V, Types> || ...), "a key is a bool, an int64_t, a double, a string, or a list");
        std::size_t number = 0;
        static_cast<void>(((std::is_same_v<V, Types> || (++number, false)) || ...));
        return number;
    }
    template <class V>
    static std::ptrdiff_t offset_of(V T::*member) {
        const T one{};
        return reinterpret_cast<const std::byte*>(&(one.*member)) - reinterpret_cast<const std::byte*>(&one);
    }

    KeyTable keys_;
};

}  // namespace apical
