#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random.hpp"

namespace apical {

/// Which rows train and which test.
struct Split {
    std::vector<std::uint32_t> train;  ///< in random order, so that the first n are a fair draw
    std::vector<std::uint32_t> test;   ///< ascending
};

/// Holds out `test` rows, each class in proportion (largest remainder, so the total is exact), drawn at the addresses
/// of `random`. Integers only: the same split for every circuit, compiler and machine. `labels` may be all 0 (a
/// regression). Needs test < labels.size().
Split stratified_split(std::span<const std::uint16_t> labels, std::size_t test, const Random& random);

}  // namespace apical
