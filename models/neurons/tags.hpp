#pragma once
#include "sim/circuit/tag.hpp"

namespace apical {

inline constexpr Tag<"membrane"> membrane;                ///< potential of a soma whose output looks ahead of it
inline constexpr Tag<"basal_potential"> basal_potential;  ///< of a basal dendrite that follows its drive
inline constexpr Tag<"apical_drive"> apical_drive;        ///< of an apical dendrite that follows it
inline constexpr Tag<"current"> current;                  ///< current into the soma: noise, adaptation
inline constexpr Tag<"adaptation"> adaptation;            ///< low-passed rate

}  // namespace apical
