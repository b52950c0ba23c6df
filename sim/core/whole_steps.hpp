#pragma once
#include <cstdint>
#include <optional>

namespace apical {

/// How many steps of `dt` a time is, both in the same unit. None if that is no whole number, below 0, or above 10^15.
/// Both were decimal once: what is left of a whole number, up to 1e-9 of it, is their rounding.
std::optional<std::uint64_t> whole_steps(double time, double dt);

}  // namespace apical
