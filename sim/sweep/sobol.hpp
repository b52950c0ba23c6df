#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace apical {

/// The most coordinates that `sobol_point` gives: those of Joe and Kuo's table in Boost.
inline constexpr std::size_t sobol_dimensions = 3667;

/// Point `number` of Sobol's sequence (1967), every coordinate as a fraction of 2^32: any 2^k points in a row that
/// begin at a multiple of 2^k have exactly one in each of 2^k equal parts of every coordinate. Direction numbers of Joe
/// and Kuo 2008, "Constructing Sobol sequences with better two-dimensional projections" (new-joe-kuo-6.21201); the
/// points in the order of their binary (not Gray) numbers. Throws std::invalid_argument for no dimension, or more than
/// sobol_dimensions.
std::vector<std::uint32_t> sobol_point(std::uint32_t number, std::size_t dimensions);

}  // namespace apical
