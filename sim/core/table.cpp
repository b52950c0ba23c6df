#include "sim/core/table.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace apical {

namespace {

/// Calls `use` with the member as what it is.
template <class Byte, class Use, std::size_t... type>
void visit_member(Byte* object, const KeyTable::Member& member, const Use& use, std::index_sequence<type...>) {
    const auto visit = [&]<std::size_t one>(std::integral_constant<std::size_t, one>) {
        using V = std::variant_alternative_t<one, Value>;
        using Exact = std::conditional_t<std::is_const_v<Byte>, const V, V>;
        if (member.type == one) use(*reinterpret_cast<Exact*>(object + member.offset));
    };
    (visit(std::integral_constant<std::size_t, type>{}), ...);
}
constexpr std::make_index_sequence<std::variant_size_v<Value>> all_types{};

Value load(const void* object, const KeyTable::Member& member) {
    Value value;
    visit_member(
        static_cast<const std::byte*>(object), member, [&](const auto& from) { value = from; }, all_types);
    return value;
}

void store(void* object, const KeyTable::Member& member, const Value& value) {
    visit_member(
        static_cast<std::byte*>(object), member, [&]<class V>(V& to) { to = std::get<V>(value); }, all_types);
}

}  // namespace

KeyTable::Row::Row(std::string name, Member place, std::string unit, std::string text, const Permitted& permitted,
                   bool is_required)
    : descriptor{std::move(name),   std::move(unit), {},         permitted.range,
                 permitted.choices, std::move(text), is_required},
      member(place) {}

void KeyTable::add(Row row, const void* standard) {
    row.descriptor.standard = load(standard, row.member);
    descriptors_.push_back(std::move(row.descriptor));
    members_.push_back(row.member);
}

void KeyTable::require(Condition condition, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const auto row = std::ranges::find(descriptors_, name, &Descriptor::name);
        if (row == descriptors_.end()) throw std::logic_error("no key '" + name + "' that could have a condition");
        row->needs.push_back(condition);
    }
}

void KeyTable::read(void* values, const Node& table, const std::vector<std::string>& also) const {
    refuse_unknown_keys(table, descriptors_, also);
    for (std::size_t i = 0; i < descriptors_.size(); ++i) {
        const Descriptor& row = descriptors_[i];
        if (const Node* node = table.find(row.name)) {
            store(values, members_[i], read_value(*node, row));
        } else if (row.required) {
            throw InputError({table.place, table.key.empty() ? row.name : table.key + "." + row.name, "nothing",
                              expectation_of(row), "this key has no default"});
        }
    }
}

Node::Members KeyTable::write(const void* values) const {
    Node::Members members;
    for (std::size_t i = 0; i < descriptors_.size(); ++i)
        members.emplace_back(descriptors_[i].name, value_node(load(values, members_[i]), descriptors_[i]));
    return members;
}

}  // namespace apical
