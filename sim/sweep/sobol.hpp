#pragma once
#include <cstddef>
#include <cstdint>

namespace apical {

/// As many coordinates as `sobol` has.
inline constexpr std::size_t sobol_dimensions = 21;

/// Coordinate `dimension` of point `number` of Sobol's sequence (1967), as a fraction of 2^32: any 2^k points in a row
/// that begin at a multiple of 2^k have exactly one in each of 2^k equal parts of every coordinate. Direction numbers
/// of Joe and Kuo 2008, "Constructing Sobol sequences with better two-dimensional projections" (new-joe-kuo-6.21201);
/// the points in the order of their binary (not Gray) numbers. dimension < sobol_dimensions (assert).
std::uint32_t sobol(std::uint32_t number, std::size_t dimension);

}  // namespace apical
