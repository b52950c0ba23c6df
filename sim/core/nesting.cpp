#include "sim/core/nesting.hpp"

#include <algorithm>

namespace apical {
namespace {

// Length of the string or comment that begins at text[0], 0 if none does. A string on one line ends at the line's end
// at the latest, where the parser will refuse it.
std::size_t opaque_length(std::string_view text) {
    if (text.starts_with('#')) return std::min(text.find('\n'), text.size());
    if (!text.starts_with('"') && !text.starts_with('\'')) return 0;
    const char quote = text[0];
    const bool many_lines = text.size() > 2 && text[1] == quote && text[2] == quote;
    std::size_t i = many_lines ? 3 : 1;
    for (; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') ++i;
        else if (!many_lines && (text[i] == quote || text[i] == '\n')) return i + 1;
        else if (many_lines && text[i] == quote && text.substr(i, 3) == text.substr(0, 3)) {
            i += 3;
            // The string itself may end in one or two quotes.
            for (int extra = 0; extra < 2 && i < text.size() && text[i] == quote; ++extra) ++i;
            return i;
        }
    }
    return text.size();
}

Place place_of(std::size_t offset, std::string_view text, std::string_view file) {
    const std::string_view before = text.substr(0, offset);
    const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
    const auto column = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start), before.end(),
                                      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    return {std::string(file), static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            static_cast<std::size_t>(column) + 1};
}

}  // namespace

std::optional<Place> too_deep(std::string_view text, std::string_view file) {
    std::size_t brackets = 0, dots = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (const std::size_t length = opaque_length(text.substr(i)); length > 0) {
            i += length;
            continue;
        }
        switch (text[i]) {
            case '[':
            case '{':
                ++brackets;
                dots = 0;
                break;
            case ']':
            case '}':
                brackets -= brackets > 0 ? 1 : 0;
                dots = 0;
                break;
            case '.':
                ++dots;
                break;
            case '=':
            case ',':
            case '\n':
                dots = 0;
                break;
            default:
                break;
        }
        if (brackets + dots > deepest_nesting) return place_of(i, text, file);
        ++i;
    }
    return std::nullopt;
}

}  // namespace apical
