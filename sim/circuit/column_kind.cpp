#include "sim/circuit/column_kind.hpp"

#include <algorithm>

namespace apical {
namespace {

using Kinds = std::vector<ColumnKind>;
using Measure = ColumnKind::Measure;

const ColumnKind* kind_of(const Kinds& kinds, const std::string& name) {
    const auto found = std::ranges::find(kinds, name, &ColumnKind::name);
    return found == kinds.end() ? nullptr : &*found;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

/// The compartment that noise of an experiment goes into, "" if the column is none: "noise_NAME_basal".
std::string compartment_of_noise(const Kinds& kinds, const Population& population, const std::string& column) {
    if (kind_of(kinds, column) != nullptr || !column.starts_with("noise_")) return "";
    std::string longest;  // "apical_drive" ends with no other compartment, but a longer one could end with a shorter
    for (const std::string& compartment : population.compartments)
        if (column.ends_with("_" + compartment) && compartment.size() > longest.size()) longest = compartment;
    return longest;
}

}  // namespace

std::string unit_of_column(const Kinds& kinds, const Population& population, const std::string& column) {
    const std::string into = compartment_of_noise(kinds, population, column);
    const ColumnKind* kind = kind_of(kinds, into.empty() ? column : into);
    // Cells with conductances are those that currents go into.
    if (kind == nullptr || !has(population.compartments, "current")) return "1";
    return kind->measure == Measure::potential ? "mV" : kind->measure == Measure::flow ? "pA" : "1";
}

std::string text_of_column(const Kinds& kinds, const Population& population, const std::string& column) {
    if (const std::string into = compartment_of_noise(kinds, population, column); !into.empty())
        return "noise into the compartment " + into;
    const ColumnKind* kind = kind_of(kinds, column);
    return kind == nullptr ? column : kind->text;
}

}  // namespace apical
