#pragma once
#include <string_view>

// Works that several rules or neurons come from.
namespace apical::references {

inline constexpr std::string_view max = "Max et al. 2024, arXiv 2212.10249";
inline constexpr std::string_view greedy = "Greedy et al. 2022, arXiv 2206.11769";
inline constexpr std::string_view payeur = "Payeur et al. 2021";
inline constexpr std::string_view liao = "after Liao et al. 2024, arXiv 2412.20018 (reconstruction)";

}  // namespace apical::references
