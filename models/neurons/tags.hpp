#pragma once
#include "sim/circuit/tag.hpp"

namespace apical {

inline constexpr Tag<"membrane"> membrane;                  ///< potential of a soma whose output looks ahead of it
inline constexpr Tag<"basal_potential"> basal_potential;    ///< of a basal dendrite that follows its drive
inline constexpr Tag<"apical_drive"> apical_drive;          ///< of an apical dendrite that follows it
inline constexpr Tag<"apical_potential"> apical_potential;  ///< of an apical dendrite that sets how often events burst
inline constexpr Tag<"burst_probability"> burst_probability;  ///< share of events that are bursts
inline constexpr Tag<"current"> current;                      ///< current into the soma: noise, adaptation
inline constexpr Tag<"prediction"> prediction;    ///< what a cell's basal dendrite alone would make of its soma
inline constexpr Tag<"nudge"> nudge;              ///< what pulls the soma away from that: a target, another cell
inline constexpr Tag<"slow_rate"> slow_rate;      ///< low-passed rate
inline constexpr Tag<"high_passed"> high_passed;  ///< rate without its slow part
inline constexpr Tag<"adaptation"> adaptation;    ///< low-passed rate

}  // namespace apical
