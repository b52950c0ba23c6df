#pragma once
#include "sim/circuit/tag.hpp"

namespace apical {

inline constexpr Tag<"lateral"> lateral;    ///< drive that a downstream cell receives from its own layer upstream: V h
inline constexpr Tag<"returned"> returned;  ///< drive that comes back across for the gate `loop`: Vbar u
inline constexpr Tag<"gated"> gated;        ///< phi'(p) times the returned drive, or what arrives of it downstream
inline constexpr Tag<"noise"> noise;  ///< spontaneous activity of a downstream cell, fluctuations in an apical dendrite
inline constexpr Tag<"error"> error;  ///< local error delta of a baseline's cell
inline constexpr Tag<"burst"> burst;  ///< rate of bursts, b = p e
inline constexpr Tag<"burst_excess"> burst_excess;  ///< bursts beyond the baseline, b - p_b e = (p - p_b) e

}  // namespace apical
