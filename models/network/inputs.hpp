#pragma once
#include <string>

#include "models/network/sections.hpp"
#include "sim/circuit/drive.hpp"
#include "sim/core/document.hpp"

namespace apical::network {

/// What all kinds of inputs have. Throws InputError, for keys of another kind, too.
InputSection read_input(const Node& table);

/// What [input.NAME] says; its target, and whatever is the same for every kind, is given: the unit is that of the
/// receptor or the compartment, `cells` how many the target has. Throws InputError with the place of what is wrong.
struct InputTarget {
    PopulationId population;
    std::size_t cells;
    std::string receptor, unit;
};
Drive read_drive(const std::string& name, const Node& table, const InputSection& section, const InputTarget& target);

}  // namespace apical::network
