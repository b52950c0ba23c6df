#pragma once
#include <string>
#include <vector>

#include "sim/circuit/circuit.hpp"

namespace apical {

/// A column that populations have, for `describe` and for what is recorded of it.
struct ColumnKind {
    enum class Measure { number, potential, flow };
    std::string name;
    std::string text;  ///< long name: a noun phrase
    Measure measure = Measure::number;
};

/// Unit of a column, UDUNITS spelling: mV and pA in cells that have capacitance and conductances, "1" in all others,
/// whose potentials have no unit, and for a column that is not among `kinds`.
std::string unit_of_column(const std::vector<ColumnKind>& kinds, const Population& population,
                           const std::string& column);
/// Long name of a column, its name if it is not among `kinds`; noise that an experiment adds is named by the
/// compartment it goes into.
std::string text_of_column(const std::vector<ColumnKind>& kinds, const Population& population,
                           const std::string& column);

}  // namespace apical
