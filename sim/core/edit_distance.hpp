#pragma once
#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

namespace apical {

/// Room that the functions below need for words of this length.
constexpr std::size_t room_for_distance(std::size_t length) { return 3 * (length + 1); }

/// Insertions, deletions, substitutions and swaps of neighbours that make one word of the other. `room` holds at least
/// room_for_distance(b.size()) numbers: the compiler, which uses this too, has no memory to give.
constexpr std::size_t edit_distance(std::string_view a, std::string_view b, std::span<std::size_t> room) {
    // Rows are prefixes of `a`.
    const std::size_t n = b.size() + 1;
    std::span<std::size_t> before_last = room.subspan(0, n), last = room.subspan(n, n), row = room.subspan(2 * n, n);
    for (std::size_t j = 0; j < n; ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j < n; ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

/// The index of the name that somebody who wrote `word` may have meant, the first of the nearest; names.size() if none
/// is near. Names that do not fit into `room` are passed over.
template <class Names>
constexpr std::size_t nearest_index(std::string_view word, const Names& names, std::span<std::size_t> room) {
    std::size_t best = names.size(), best_distance = std::numeric_limits<std::size_t>::max();
    for (std::size_t k = 0; k < names.size(); ++k) {
        const std::string_view name = names[k];
        const std::size_t longer = std::max(word.size(), name.size()), shorter = std::min(word.size(), name.size());
        const std::size_t near = std::max<std::size_t>(1, longer / 3);
        if (longer - shorter > near || room_for_distance(name.size()) > room.size()) continue;
        const std::size_t distance = edit_distance(word, name, room);
        if (distance > near || distance >= best_distance) continue;
        best = k;
        best_distance = distance;
    }
    return best;
}

}  // namespace apical
