#include "models/network/texts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "models/network/names.hpp"
#include "models/network/quantities.hpp"
#include "models/registry.hpp"
#include "sim/core/name.hpp"

namespace apical::network {
namespace {

using equations::ExpressionError, equations::Formula, equations::Parameter;

[[noreturn]] void refuse_text(const Node& node, const ExpressionError& error, const std::string& where) {
    std::string hint = error.hint;
    if (!where.empty()) hint += (hint.empty() ? "" : "; ") + where;
    throw InputError({place_within(node, error.at), node.key, error.found, error.expected, hint});
}

/// Names that mean something else in expressions.
constexpr std::array reserved{"dt", "weight", "amplitude", "previous"};

bool is_reserved(const std::string& name) {
    return std::ranges::find(reserved, name) != reserved.end() ||
           std::ranges::any_of(equations::functions(), [&](const auto& one) { return one.name == name; });
}

bool is_name(const std::string& name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && is_letter(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

void require_symbol(const std::string& name, const Node& node) {
    if (!is_name(name)) throw InputError({node.place, node.key, "'" + name + "'", "letters, digits and _", ""});
    if (is_reserved(name))
        throw InputError({node.place, node.key, "'" + name + "'", "another name, since expressions have this one", ""});
}

Text text_of(const Node& node) {
    const auto* const text = std::get_if<std::string>(&node.value);
    const bool is_number =
        std::holds_alternative<double>(node.value) || std::holds_alternative<std::int64_t>(node.value);
    if (text == nullptr && !is_number) throw InputError({node.place, node.key, node.kind(), "an expression", ""});
    try {
        return {&node, equations::parse(text != nullptr ? *text : node.text())};
    } catch (const ExpressionError& error) {
        refuse_text(node, error, "");
    }
}

void Names::add(const Parameter& parameter, double number) {
    symbols.push_back({parameter.name, true, parameter.preset.dimension});
    parameters.push_back(number);
}

void Names::add_column(const Population& population, const std::string& column, const Node& table) {
    if (std::ranges::find(symbols, column, &equations::Symbol::name) != symbols.end())
        throw InputError({table.place, table.key, "'" + column + "', a name of the rule's own",
                          fmt::format("another name, since '{}' has a column of this one", population.name), where});
    const equations::Unit unit = unit_in(population, column);
    symbols.push_back({column, false, unit.dimension, unit.factor});
}

void Names::add_columns(const Population& population, const Node& table) {
    for (const std::string& column : columns_of(population)) add_column(population, column, table);
}

Formula formula_of(const Text& text, const Names& names, const Formula::Wanted& wanted) {
    try {
        Formula made(text.expression, names.symbols, names.parameters, wanted);
        made.coefficients(names.parameters);  // finite, or refused here
        return made;
    } catch (const ExpressionError& error) {
        refuse_text(*text.node, error, names.where);
    }
}

double number_of(const Text& text, const Names& names, const Formula::Wanted& wanted) {
    return formula_of(text, names, wanted).value(names.parameters);
}

std::vector<Parameter> parameters_in(const Node& section, std::span<const char* const> keys) {
    std::vector<Parameter> all;
    for (const auto& [name, node] : section.members()) {
        if (std::ranges::find(keys, name) != keys.end()) continue;
        const std::string near = nearest(name, {keys.begin(), keys.end()});
        const auto refuse_it = [&, &at = node](const std::string& expected) {
            throw InputError(
                {at.place, at.key, at.text(), expected, near.empty() ? "" : "did you mean '" + near + "'?"});
        };
        if (!is_name(name)) refuse_it("a parameter whose name is letters, digits and _");
        if (is_reserved(name)) refuse_it("a parameter of another name, since expressions have this one");
        if (const auto* const number = std::get_if<double>(&node.value)) {
            all.push_back({name, equations::measured_from(*number)});
        } else if (const auto* const whole = std::get_if<std::int64_t>(&node.value)) {
            all.push_back({name, equations::measured_from(static_cast<double>(*whole))});
        } else if (const auto* const text = std::get_if<std::string>(&node.value)) {
            try {
                all.push_back({name, equations::measured_from(*text)});
            } catch (const std::invalid_argument& error) {
                throw InputError(
                    {node.place, node.key, error.what(),
                     fmt::format("a parameter, such as \"20 mV\", or one of the keys {}", fmt::join(keys, ", ")),
                     near.empty() ? "" : "did you mean '" + near + "'?"});
            }
        } else {
            refuse_it(fmt::format("a parameter, which is a number, or one of the keys {}", fmt::join(keys, ", ")));
        }
    }
    return all;
}

Descriptor descriptor_of(const Parameter& parameter) {
    return {parameter.name, parameter.preset.unit, parameter.preset.in_unit, {}, {}, "Of the experiment file."};
}

double given(const Parameter& parameter, const Node& table) {
    const Node* const node = table.find(parameter.name);
    if (node == nullptr) return parameter.preset.in_unit;
    return std::get<double>(read_value(*node, descriptor_of(parameter)));
}

equations::Unit unit_in(const Population& population, const std::string& column) {
    for (const auto& cells : event_neurons_of(population))
        for (const auto& list : {cells->inputs(), cells->receptors(), cells->states()})
            for (const CellColumn& one : list)
                if (one.name == column) return equations::unit_from(one.unit);
    if (std::ranges::find(population.traces, column, &EventTrace::column) != population.traces.end())
        return equations::unit_from("Hz");  // as `traces` of a section are
    const auto filter = std::ranges::find(population.filters, column, &ColumnFilter::column);
    if (filter != population.filters.end() && filter->of != column) return unit_in(population, filter->of);
    static const std::vector<ColumnKind> kinds = columns();
    return equations::unit_from(unit_of_column(kinds, population, column));
}

}  // namespace apical::network
