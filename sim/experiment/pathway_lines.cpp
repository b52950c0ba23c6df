#include "sim/experiment/pathway_lines.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace apical {

std::string text_of(const std::vector<PathwayLine>& lines, const Circuit& circuit) {
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    for (const PathwayLine& line : lines) {
        auto group = std::ranges::find(groups, line.reason, [](const auto& one) { return one.first; });
        if (group == groups.end()) group = groups.insert(groups.end(), {line.reason, {}});
        group->second.push_back(circuit.weights[line.weights].name);
    }
    std::vector<std::string> words;
    for (const auto& [reason, names] : groups) words.push_back(fmt::format("{}: {}", fmt::join(names, " "), reason));
    return fmt::format("{}", fmt::join(words, " | "));
}

}  // namespace apical
