#pragma once
#include <span>
#include <string>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/core/descriptor.hpp"
#include "sim/core/document.hpp"
#include "sim/equations/formula.hpp"
#include "sim/equations/text_event_rule.hpp"

namespace apical::network {

/// An expression of an experiment file, with its place.
struct Text {
    const Node* node = nullptr;
    equations::Expression expression{};
};
/// What a string, or a number, says. Throws InputError at the character that is wrong.
Text text_of(const Node& node);

/// Throws InputError, with the place of the node, for what no name in an expression can be: other than letters, digits
/// and _, or one with another meaning there.
void require_symbol(const std::string& name, const Node& node);

/// Names that an expression may have, and what its parameters are, in the system inside.
struct Names {
    std::vector<equations::Symbol> symbols{};
    std::vector<double> parameters{};
    std::string where{};  ///< for messages: "in projection.W1"

    void add(const equations::Parameter& parameter, double number);
    /// A column of a population, or all, with their units. Throws InputError, at the table of the rule, where something
    /// has the name already.
    void add_column(const Population& population, const std::string& column, const Node& table);
    void add_columns(const Population& population, const Node& table);
};

/// The formula that a text is with these names. Throws InputError at the character that is wrong.
equations::Formula formula_of(const Text& text, const Names& names, const equations::Formula::Wanted& wanted);
/// Of one that sees parameters alone.
double number_of(const Text& text, const Names& names, const equations::Formula::Wanted& wanted);

/// What every key of a section that is none of `keys` gives: a number, or one with its unit. Throws InputError.
std::vector<equations::Parameter> parameters_in(const Node& section, std::span<const char* const> keys);
/// The key of one in a population or a projection.
Descriptor descriptor_of(const equations::Parameter& parameter);
/// What a table gives of it, or the preset; in the unit of the parameter.
double given(const equations::Parameter& parameter, const Node& table);

/// The unit of a column, as its population has it.
equations::Unit unit_in(const Population& population, const std::string& column);

}  // namespace apical::network
