#include "models/network/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/network/quantities.hpp"
#include "sim/core/descriptor.hpp"

namespace apical::network {
namespace {

[[noreturn]] void refuse_name(const Node& section, const std::string& key, const std::string& name,
                              const std::string& what, const std::vector<std::string>& known) {
    const Node* node = section.find(key);
    const std::string near = nearest(name, known);
    throw InputError({node == nullptr ? section.place : node->place, section.key + "." + key, "'" + name + "'",
                      known.empty() ? fmt::format("one of the {}, of which there are none", what)
                                    : fmt::format("one of the {} {}", what, fmt::join(known, ", ")),
                      near.empty() ? "" : "did you mean '" + near + "'?"});
}

template <class Id, class List>
Id id_of(const List& list, const Node& section, const std::string& key, const std::string& name, const char* what) {
    std::vector<std::string> known;
    for (std::size_t k = 0; k < list.size(); ++k) {
        if (list[k].name == name) return Id(k);
        known.push_back(list[k].name);
    }
    refuse_name(section, key, name, what, known);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

PopulationId population_named(const Circuit& circuit, const Node& section, const std::string& key,
                              const std::string& name) {
    return id_of<PopulationId>(circuit.populations, section, key, name, "populations");
}

WeightsId weights_named(const Circuit& circuit, const Node& section, const std::string& key, const std::string& name) {
    return id_of<WeightsId>(circuit.weights, section, key, name, "graded projections with weights of their own,");
}

void require_column(const Population& population, const Node& section, const std::string& key,
                    const std::string& column) {
    const std::vector<std::string> known = columns_of(population);
    if (!has(known, column)) refuse_name(section, key, column, fmt::format("columns of '{}',", population.name), known);
}

std::string compartment_named(const Population& population, const Node& section, const std::string& key,
                              const std::string& name) {
    std::string drive = name + "_drive";
    if (has(population.compartments, drive) && !has(population.compartments, name)) return drive;
    if (!has(population.compartments, name))
        refuse_name(section, key, name, fmt::format("compartments of '{}',", population.name), population.compartments);
    return name;
}

ColumnName column_named(const Circuit& circuit, const Node& section, const std::string& key, const std::string& text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos) refuse(section, key, "'" + text + "'", "POPULATION.COLUMN");
    return {population_named(circuit, section, key, text.substr(0, dot)), text.substr(dot + 1)};
}

}  // namespace apical::network
