#pragma once
#include <string_view>

/// The roles by which circuits tell instruments what a layer has (`sim/circuit/anatomy.hpp`).
namespace apical::roles {

// Populations of layer l beside its own cells.
inline constexpr std::string_view downstream = "downstream";  ///< the cells that carry hbar^l

// Weights of layer l beside W^l and b^l.
inline constexpr std::string_view down = "down";                ///< Wbar^l: downstream l -> downstream l-1
inline constexpr std::string_view across = "across";            ///< V^l:    upstream l -> downstream l
inline constexpr std::string_view back_across = "back_across";  ///< Vbar^l: downstream l -> upstream l
/// V^l again, where each downstream cell hears a single upstream cell and shares its gate (spec 3.6): the re-weighted
/// gradient is defined.
inline constexpr std::string_view partner = "partner";
inline constexpr std::string_view feedback = "feedback";  ///< B^l: layer l -> l-1, without a downstream pathway
inline constexpr std::string_view cancelling =
    "cancelling";  ///< Q^l: layer l -> l-1, takes away what B^l brings at rest

}  // namespace apical::roles
