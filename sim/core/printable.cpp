#include "sim/core/printable.hpp"

#include <fmt/format.h>

namespace apical {
namespace {

struct Character {
    std::size_t bytes = 1;
    char32_t code = 0;
    bool is_good = false;
};

/// The character that starts at `at`; one byte that is not good if there is none of UTF-8.
Character character_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[at + k]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {1, first, true};
    const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + bytes > text.size()) return {};
    char32_t code = first & (0xff >> (bytes + 1));
    for (std::size_t k = 1; k < bytes; ++k) {
        if ((byte(k) & 0xc0) != 0x80) return {};
        code = code << 6 | (byte(k) & 0x3f);
    }
    const bool is_too_long = code < (bytes == 4 ? 0x10000U : bytes == 3 ? 0x800U : 0x80U);
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    if (is_too_long || is_surrogate || code > 0x10ffff) return {};
    return {bytes, code, true};
}

bool acts_on_terminals(char32_t code) {
    const auto between = [code](char32_t low, char32_t high) { return code >= low && code <= high; };
    return code < 0x20 || between(0x7f, 0x9f) || between(0x200e, 0x200f) || between(0x2028, 0x202e) ||
           between(0x2066, 0x2069) || code == 0xfeff;
}

}  // namespace

std::string printable(std::string_view text, std::string_view kept) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Character found = character_at(text, at);
        const bool is_kept = kept.find(text[at]) != std::string_view::npos;
        if (is_kept || (found.is_good && !acts_on_terminals(found.code))) result += text.substr(at, found.bytes);
        else if (found.is_good && found.code >= 0x80)
            result += fmt::format("\\u{:04x}", static_cast<unsigned>(found.code));
        else result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
        at += found.bytes;
    }
    return result;
}

}  // namespace apical
