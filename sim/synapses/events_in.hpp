#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace apical {

/// Calls act(cell) for every cell of a column that has an event: the column is 0 in most of them, and they are passed
/// over 16 at a time.
template <class S, class Act>
void for_each_event(const S* column, std::size_t cells, const Act& act) {
    constexpr std::size_t block = 16;
    std::array<std::uint64_t, block * sizeof(S) / sizeof(std::uint64_t)> bits;
    std::size_t i = 0;
    for (; i + block <= cells; i += block) {
        std::memcpy(bits.data(), column + i, sizeof bits);
        std::uint64_t some = 0;
        for (const std::uint64_t word : bits) some |= word;
        if (some == 0) continue;
        for (std::size_t k = i; k < i + block; ++k)
            if (column[k] != S(0)) act(k);
    }
    for (; i < cells; ++i)
        if (column[i] != S(0)) act(i);
}

}  // namespace apical
