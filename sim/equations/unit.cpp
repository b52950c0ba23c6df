#include "sim/equations/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "sim/core/units.hpp"

namespace apical::equations {
namespace {

/// A dimension that units have names for, and the one of the system inside.
struct Known {
    std::string_view name, unit;
    Dimension dimension;
};
constexpr std::array known{
    Known{"time", "ms", {1, 0, 0}},          Known{"voltage", "mV", {0, 1, 0}},      Known{"current", "pA", {0, 0, 1}},
    Known{"conductance", "nS", {0, -1, 1}},  Known{"capacitance", "pF", {1, -1, 1}}, Known{"rate", "1/ms", {-1, 0, 0}},
    Known{"resistance", "GOhm", {0, 1, -1}}, Known{"pure number", "1", {0, 0, 0}},
};

bool near(double a, double b) {
    constexpr double rounding = 1e-9;
    return std::abs(a - b) <= rounding * std::max({1.0, std::abs(a), std::abs(b)});
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_letter(char c) { return !is_blank(c) && c != '/' && c != '*' && c != '^'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

Unit unit_named(std::string_view name) {
    const std::string_view dimension = dimension_of(name);
    const auto* const found = std::ranges::find(known, dimension, &Known::name);
    if (found == known.end())
        throw std::invalid_argument(
            fmt::format("'{}' is no unit; those of time, voltage, current, conductance, capacitance, rate and "
                        "resistance are, such as ms, mV, pA, nS, pF, Hz and MOhm, and their products",
                        name));
    return {found->dimension, conversion(name, found->unit)};
}

/// The exponent behind "^", which is taken off the text; 1 if there is none.
int exponent_of(std::string_view& text) {
    if (!text.starts_with('^')) return 1;
    text.remove_prefix(1);
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    constexpr int largest = 9;
    if (error != std::errc{} || std::abs(exponent) > largest)
        throw std::invalid_argument(fmt::format("'^{}' in a unit, expected ^ and a whole number up to 9", text));
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return exponent;
}

}  // namespace

bool Dimension::operator==(const Dimension& other) const {
    return near(time, other.time) && near(voltage, other.voltage) && near(current, other.current);
}
Dimension Dimension::operator*(const Dimension& other) const {
    return {time + other.time, voltage + other.voltage, current + other.current};
}
Dimension Dimension::operator/(const Dimension& other) const { return *this * other.to_the(-1); }
Dimension Dimension::to_the(double exponent) const { return {time * exponent, voltage * exponent, current * exponent}; }

std::string unit_of(const Dimension& dimension) {
    for (const Known& one : known)
        if (one.dimension == dimension) return std::string(one.unit);
    // A named unit times a power of another reads better than three powers.
    std::string above, below;
    const auto add = [&](const char* unit, double exponent) {
        if (near(exponent, 0)) return;
        std::string& into = exponent > 0 ? above : below;
        const bool is_first = into.empty();
        into += exponent > 0 ? (is_first ? "" : " ") : "/";
        into += near(std::abs(exponent), 1) ? std::string(unit) : fmt::format("{}^{:.6g}", unit, std::abs(exponent));
    };
    add("mV", dimension.voltage);
    add("pA", dimension.current);
    add("ms", dimension.time);
    return (above.empty() ? "1" : above) + below;
}

Unit unit_from(std::string_view text) {
    if (const std::string_view whole = trimmed(text); !dimension_of(whole).empty()) return unit_named(whole);
    Unit unit;
    bool is_divided = false, is_first = true;
    for (std::string_view rest = trimmed(text); !rest.empty() || is_first; is_first = false) {
        if (!is_first && (rest.front() == '/' || rest.front() == '*')) {
            is_divided = rest.front() == '/';
            rest = trimmed(rest.substr(1));
        } else {
            is_divided = false;
        }
        const auto length = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_letter) - rest.begin());
        const std::string_view name = rest.substr(0, length);
        rest.remove_prefix(length);
        const Unit factor = unit_named(name);
        const int exponent = exponent_of(rest) * (is_divided ? -1 : 1);
        unit.dimension = unit.dimension * factor.dimension.to_the(exponent);
        unit.factor *= std::pow(factor.factor, exponent);
        rest = trimmed(rest);
    }
    return unit;
}

Measured measured_from(std::string_view text) {
    const std::string_view all = trimmed(text);
    double number = 0;
    const char* const end_of_text = all.data() + all.size();
    const char* const begin = all.data() + (all.starts_with('+') && !all.starts_with("+-") ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, end_of_text, number);
    if (error == std::errc::invalid_argument)
        throw std::invalid_argument(fmt::format("'{}' does not begin with a number", text));
    if (error != std::errc{} || !std::isfinite(number))
        throw std::invalid_argument(fmt::format("'{}' is not finite", text));
    const std::string_view name = trimmed({end, static_cast<std::size_t>(end_of_text - end)});
    if (name.empty()) return measured_from(number);
    const Unit unit = unit_from(name);
    const std::string_view dimension = dimension_of(name);
    if (const auto* const one = std::ranges::find(known, dimension, &Known::name); one != known.end()) {
        const std::string_view in = dimension == "rate" ? "Hz" : one->unit;
        return {quantity(all, one->unit), unit.dimension, std::string(in), quantity(all, in),
                conversion(in, one->unit)};
    }
    const double inside = number * unit.factor;
    if (!std::isfinite(inside)) throw std::invalid_argument(fmt::format("'{}' is not finite", text));
    return {inside, unit.dimension, std::string(name), number, unit.factor};
}

Measured measured_from(double number) { return {number, {}, "1", number, 1}; }

}  // namespace apical::equations
