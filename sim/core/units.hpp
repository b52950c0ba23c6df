#pragma once
#include <string>
#include <string_view>

namespace apical {

/// One system inside: ms, mV, nS, pF, pA, 1/ms; "1" when dimensionless. Units exist at the edges only.
/// Spelling is UDUNITS': "ms", "mV", "nS", "pF", "pA", "1/ms", "Hz", "1".

/// Factor that turns a number in unit `from` into unit `to` ("s" -> "ms": 1000).
/// Throws std::invalid_argument, whose text names the units that would do, when the dimensions differ or `from` is
/// unknown. A spelling converts to itself even if no other unit of that kind is known ("mV/ms").
double conversion(std::string_view from, std::string_view to);

/// What a unit is one of: "time", "voltage", "conductance", "capacitance", "current", "rate", "resistance" or "pure
/// number"; "" if it is unknown.
std::string_view dimension_of(std::string_view unit);

/// Reads "10 ms", "1e-3 s", "0.5" (only if `unit` is "1") into `unit`. Correctly rounded: "1100 us" is 1.1 ms to the
/// last bit. Throws std::invalid_argument as above, also for text that is no number, has no unit, or is not finite.
double quantity(std::string_view text, std::string_view unit);

/// "10 ms"; just the number if the unit is "1". The shortest text that reads back to the same double.
std::string with_unit(double value, std::string_view unit);

}  // namespace apical
