#include "sim/record/csv_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace apical {
namespace {

/// Whether a spreadsheet takes the text for a formula. It does not if the text is a number.
bool is_formula(const std::string& text) {
    if (text.find_first_of("=+-@\t\r") != 0) return false;
    double number = 0;
    const std::size_t sign = text[0] == '+' ? 1 : 0;
    const auto [end, error] = std::from_chars(text.data() + sign, text.data() + text.size(), number);
    return error != std::errc() || end != text.data() + text.size();
}

}  // namespace

std::string csv_field(const std::string& text) {
    const bool formula = is_formula(text);
    if (!formula && text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = formula ? "\"'" : "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

std::string csv_number(double value, bool narrow) {
    if (std::isnan(value)) return "nan";
    return narrow ? fmt::format("{}", static_cast<float>(value)) : fmt::format("{}", value);
}

}  // namespace apical
