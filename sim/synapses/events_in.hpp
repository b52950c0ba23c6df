#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace apical {

/// Cells that are looked at together: a column of events is 0 in most of them.
inline constexpr std::size_t event_block = 16;

/// Whether a block, from here on, may have an event; false: all are +0.
template <class S>
bool may_have_event(const S* block) {
    std::array<std::uint64_t, event_block * sizeof(S) / sizeof(std::uint64_t)> bits;
    std::memcpy(bits.data(), block, sizeof bits);
    std::uint64_t some = 0;
    for (const std::uint64_t word : bits) some |= word;
    return some != 0;
}

/// Whether a cell of a column has an event.
template <class S>
bool has_event(const S* column, std::size_t cells) {
    const auto is_event = [](S x) { return x != 0; };
    std::size_t i = 0;
    for (; i + event_block <= cells; i += event_block)
        if (may_have_event(column + i) && std::any_of(column + i, column + i + event_block, is_event)) return true;
    return std::any_of(column + i, column + cells, is_event);
}

/// Calls act(cell) for every cell of a column that has an event.
template <class S, class Act>
void for_each_event(const S* column, std::size_t cells, const Act& act) {
    std::size_t i = 0;
    for (; i + event_block <= cells; i += event_block) {
        if (!may_have_event(column + i)) continue;
        for (std::size_t k = i; k < i + event_block; ++k)
            if (column[k] != S(0)) act(k);
    }
    for (; i < cells; ++i)
        if (column[i] != S(0)) act(i);
}

}  // namespace apical
