#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/core/descriptor.hpp"

namespace apical {

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
    std::string best;
    std::size_t best_distance = std::numeric_limits<std::size_t>::max();
    for (const std::string& name : names) {
        const std::size_t longer = std::max(word.size(), name.size()), shorter = std::min(word.size(), name.size());
        const std::size_t near = std::max<std::size_t>(1, longer / 3);
        if (longer - shorter > near) continue;
        // Insertions, deletions, substitutions and swaps of neighbours; rows are prefixes of `word`.
        std::vector<std::size_t> before_last, last(name.size() + 1), row(name.size() + 1);
        std::iota(last.begin(), last.end(), std::size_t{0});
        for (std::size_t i = 1; i <= word.size(); ++i) {
            row[0] = i;
            for (std::size_t j = 1; j <= name.size(); ++j) {
                row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (word[i - 1] == name[j - 1] ? 0 : 1)});
                if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1])
                    row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
            before_last = last;
            last = row;
        }
        if (last.back() <= near && last.back() < best_distance) {
            best = name;
            best_distance = last.back();
        }
    }
    return best;
}

}  // namespace apical
