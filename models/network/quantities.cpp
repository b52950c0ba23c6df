#include "models/network/quantities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "sim/core/descriptor.hpp"

namespace apical::network {
namespace {

constexpr std::array laws{"normal", "lognormal", "uniform"};

std::vector<double> numbers(const Node& node, const std::string& unit) {
    return std::get<std::vector<double>>(read_value(node, {node.key, unit, std::vector<double>{}, {}, {}, {}}));
}

std::pair<double, double> pair_of(const Node& node, const std::string& unit, const char* of) {
    const std::vector<double> two = numbers(node, unit);
    if (two.size() != 2) throw InputError({node.place, node.key, fmt::format("{} numbers", two.size()), of, ""});
    return {two[0], two[1]};
}

Quantity law_of(const Node& table, const std::string& unit) {
    const Node* law = nullptr;
    Interval within;
    for (const auto& [name, member] : table.members()) {
        if (std::ranges::find(laws, name) != laws.end()) {
            if (law != nullptr)
                throw InputError({member.place, member.key, "a second law", "normal, lognormal or uniform", ""});
            law = &member;
        } else if (name == "within") {
            const auto [lower, upper] = pair_of(member, unit, "the lowest and the highest");
            within = {lower, upper};
        } else {
            throw InputError(
                {member.place, member.key, "a key of no law", "normal, lognormal or uniform, and within", ""});
        }
    }
    if (law == nullptr)
        throw InputError({table.place, table.key, "no law", "normal = [mean, deviation], lognormal or uniform", ""});
    if (law->key.ends_with("uniform")) {
        if (const Node* bounds = table.find("within"))
            throw InputError({bounds->place, bounds->key, "bounds of a law that has its own", "uniform alone", ""});
        const auto [low, high] = pair_of(*law, unit, "the lowest and the highest");
        return Quantity::uniform(low, high);
    }
    if (law->key.ends_with("lognormal")) {
        const auto [mean, deviation] = pair_of(*law, "1", "mean and deviation of the logarithm");
        return Quantity::lognormal(mean, deviation, within);
    }
    const auto [mean, deviation] = pair_of(*law, unit, "mean and deviation");
    return Quantity::normal(mean, deviation, within);
}

}  // namespace

Quantity read_quantity(const Node& node, const std::string& unit) {
    try {
        if (node.is_table()) return law_of(node, unit);
        if (std::holds_alternative<Node::List>(node.value)) return Quantity::list(numbers(node, unit));
        return std::get<double>(read_value(node, {node.key, unit, 1.0, {}, {}, {}}));
    } catch (const std::invalid_argument& error) {
        throw InputError({node.place, node.key, error.what(), "", ""});
    }
}

Quantity quantity_of(const Node& section, const std::string& key, const std::string& unit) {
    const Node* node = section.find(key);
    if (node == nullptr) refuse(section, key, "nothing", unit == "1" ? "a number" : "a quantity in " + unit);
    return read_quantity(*node, unit);
}

void refuse(const Node& section, const std::string& key, const std::string& found, const std::string& expected) {
    const Node* node = section.find(key);
    throw InputError({node == nullptr ? section.place : node->place, section.key + "." + key, found, expected, ""});
}

}  // namespace apical::network
