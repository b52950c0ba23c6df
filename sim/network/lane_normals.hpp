#pragma once
#include <cstddef>
#include <cstdint>

#include "sim/core/random.hpp"

namespace apical {

/// Calls use(lane, xi) with one standard normal number for each of `lanes` consecutive events from `first` on. Two
/// neighbouring events share a draw; the first lane may be the second of them.
template <class Use>
void for_normals_of_lanes(const Random& random, std::uint32_t stream, std::size_t unit, std::uint64_t first,
                          std::size_t lanes, const Use& use) {
    for (std::uint64_t lane = 0; lane < lanes;) {
        const std::uint64_t e = first + lane;
        const auto pair = random.normals(stream, static_cast<std::uint32_t>(unit), e / 2);
        for (std::uint64_t k = e % 2; k < 2 && lane < lanes; ++k, ++lane) use(lane, pair[k]);
    }
}

}  // namespace apical
