#include "sim/record/csv_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace apical {

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

std::string csv_number(double value, bool narrow) {
    if (std::isnan(value)) return "nan";
    return narrow ? fmt::format("{}", static_cast<float>(value)) : fmt::format("{}", value);
}

}  // namespace apical
