#pragma once
#include <string>
#include <string_view>

namespace apical::equations {

/// What a number measures, as exponents of time, voltage and current; a conductance is a current by a voltage. They
/// need not be whole: w^0.4 is as good as w.
struct Dimension {
    double time = 0, voltage = 0, current = 0;

    /// Equal but for the rounding of exponents that are computed.
    bool operator==(const Dimension& other) const;
    Dimension operator*(const Dimension& other) const;
    Dimension operator/(const Dimension& other) const;
    Dimension to_the(double exponent) const;
    bool is_number() const { return *this == Dimension{}; }
};
/// Its unit in the system inside (ms, mV, nS, pF, pA, 1/ms): "mV", "mV/ms", "nS mV^2"; "1" of a pure number.
std::string unit_of(const Dimension& dimension);

/// A unit as it is written, "ms", "mV/ms", "1/ms/mV", "nS mV^2": a number in it
/// times `factor` is one in the system inside.
struct Unit {
    Dimension dimension{};
    double factor = 1;
};
/// Throws std::invalid_argument that names what is unknown.
Unit unit_from(std::string_view text);

/// A number with its unit: "20 mV", "3 mV/ms", "5 Hz", "0.5".
struct Measured {
    double number = 0;  ///< in the system inside
    Dimension dimension{};
    std::string unit = "1";  ///< of the system inside, but for rates, in Hz; a product of units as it was written
    double in_unit = 0;      ///< the number in that unit
    double factor = 1;       ///< from that unit to the system inside
};
/// Throws std::invalid_argument. With one unit alone it is correctly rounded, as everywhere.
Measured measured_from(std::string_view text);
Measured measured_from(double number);

}  // namespace apical::equations
