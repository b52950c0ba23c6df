#pragma once
#include <string>

#include "sim/circuit/quantity.hpp"
#include "sim/core/document.hpp"

namespace apical::network {

/// What a key says every cell, or every synapse, has one number of, in `unit`: a number ("20 ms"), a list of one each,
/// or a law:
///
///     { normal = ["20 ms", "2 ms"], within = ["10 ms", "30 ms"] }   mean, deviation; drawn again outside of `within`
///     { lognormal = [1.2, 0.3] }                                    e^x in `unit`, x of this mean and deviation
///     { uniform = ["10 mV", "20 mV"] }
///
/// Throws InputError with the place of what is wrong.
Quantity read_quantity(const Node& node, const std::string& unit);
/// That of a key that must be there.
Quantity quantity_of(const Node& section, const std::string& key, const std::string& unit);

/// Throws InputError about a key of a section, at its place or, if it is missing, that of the section.
[[noreturn]] void refuse(const Node& section, const std::string& key, const std::string& found,
                         const std::string& expected);

}  // namespace apical::network
