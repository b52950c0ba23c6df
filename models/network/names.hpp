#pragma once
#include <fmt/format.h>

#include <string>

#include "sim/circuit/circuit.hpp"
#include "sim/core/document.hpp"
#include "sim/core/name.hpp"

namespace apical::network {

/// Every [section.NAME], in the order of the file.
template <class Each>
void for_each(const Node& experiment, const char* section, const Each& each) {
    const Node* tables = experiment.find(section);
    if (tables == nullptr) return;
    for (const auto& [name, table] : tables->members()) {
        if (!table.is_table())
            throw InputError({table.place, table.key, "a value", fmt::format("a table: [{}.{}]", section, name), ""});
        require_name(name, table);
        each(name, table);
    }
}

// What a key of a section means by a name. All throw InputError with the place of the key, and the names that there
// are.

PopulationId population_named(const Circuit& circuit, const Node& section, const std::string& key,
                              const std::string& name);

/// Graded synapses, by the name of their projection.
WeightsId weights_named(const Circuit& circuit, const Node& section, const std::string& key, const std::string& name);

/// A column of a population.
void require_column(const Population& population, const Node& section, const std::string& key,
                    const std::string& column);

/// What receives for this compartment: a dendrite with a time constant has a column of its own for what drives it.
std::string compartment_named(const Population& population, const Node& section, const std::string& key,
                              const std::string& name);

/// "POPULATION.COLUMN"
struct ColumnName {
    PopulationId population{};
    std::string column;
};
ColumnName column_named(const Circuit& circuit, const Node& section, const std::string& key, const std::string& text);

}  // namespace apical::network
