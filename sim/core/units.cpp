#include "sim/core/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace apical {
namespace {

// One unit: multiple * 10^power of the SI unit of its dimension. Powers of ten are kept apart so that "1100 us" can be
// read as 1.1 ms to the last bit.
struct Unit {
    std::string_view name;
    std::string_view dimension;
    int power;
    int multiple = 1;
};

constexpr std::array units{
    Unit{"ms", "time", -3},        Unit{"s", "time", 0},           Unit{"us", "time", -6},
    Unit{"min", "time", 0, 60},    Unit{"h", "time", 0, 3600},     Unit{"mV", "voltage", -3},
    Unit{"V", "voltage", 0},       Unit{"uV", "voltage", -6},      Unit{"nS", "conductance", -9},
    Unit{"uS", "conductance", -6}, Unit{"pS", "conductance", -12}, Unit{"S", "conductance", 0},
    Unit{"mS", "conductance", -3}, Unit{"pF", "capacitance", -12}, Unit{"nF", "capacitance", -9},
    Unit{"uF", "capacitance", -6}, Unit{"F", "capacitance", 0},    Unit{"pA", "current", -12},
    Unit{"nA", "current", -9},     Unit{"uA", "current", -6},      Unit{"A", "current", 0},
    Unit{"Hz", "rate", 0},         Unit{"kHz", "rate", 3},         Unit{"1/ms", "rate", 3},
    Unit{"1/s", "rate", 0},        Unit{"MOhm", "resistance", 6},  Unit{"kOhm", "resistance", 3},
    Unit{"GOhm", "resistance", 9}, Unit{"Ohm", "resistance", 0},   Unit{"1", "pure number", 0},
    Unit{"%", "pure number", -2},
};

const Unit* find(std::string_view name) {
    const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
    return unit == units.end() ? nullptr : &*unit;
}

// "ms, s, us, min or h": everything that converts to `to`.
std::string alternatives(std::string_view to) {
    const Unit* target = find(to);
    if (target == nullptr) return std::string(to);
    std::string result;
    for (const Unit& unit : units)
        if (unit.dimension == target->dimension) result += (result.empty() ? "" : ", ") + std::string(unit.name);
    const auto comma = result.rfind(", ");
    if (comma != std::string::npos) result.replace(comma, 2, " or ");
    return result;
}

// Both spellings of the micro sign (U+00B5, U+03BC) as "u".
std::string with_plain_micro(std::string_view name) {
    for (const std::string_view micro : {"\u00b5", "\u03bc"})
        if (name.starts_with(micro)) return "u" + std::string(name.substr(micro.size()));
    return std::string(name);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Ratio of two units as multiple * 10^power.
struct Ratio {
    int power = 0;
    double multiple = 1;
};

Ratio ratio(std::string_view from, std::string_view to) {
    if (from == to) return {};
    const std::string plain = with_plain_micro(from);
    const Unit* source = find(plain);
    const Unit* target = find(to);
    if (source == nullptr)
        throw std::invalid_argument(fmt::format("unknown unit '{}', expected {}", from, alternatives(to)));
    if (target == nullptr || source->dimension != target->dimension)
        throw std::invalid_argument(
            fmt::format("'{}' is a unit of {}, expected {}", from, source->dimension, alternatives(to)));
    return {source->power - target->power, static_cast<double>(source->multiple) / target->multiple};
}

// The number in `digits` times 10^power, correctly rounded since the power is added to the decimal exponent. NaN when
// that does not fit a double.
double shifted(std::string_view digits, int power) {
    int exponent = 0;
    const auto e = digits.find_first_of("eE");
    if (e != std::string_view::npos) {
        std::string_view tail = digits.substr(e + 1);
        if (tail.starts_with('+')) tail.remove_prefix(1);
        if (std::from_chars(tail.data(), tail.data() + tail.size(), exponent).ec != std::errc{} ||
            std::abs(exponent) > 100000)
            return std::numeric_limits<double>::quiet_NaN();
    }
    const std::string text = fmt::format("{}e{}", digits.substr(0, e), exponent + power);
    double value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
        return std::numeric_limits<double>::quiet_NaN();
    return value;
}

}  // namespace

double conversion(std::string_view from, std::string_view to) {
    const Ratio r = ratio(from, to);
    return shifted("1", r.power) * r.multiple;
}

std::string_view dimension_of(std::string_view unit) {
    const Unit* known = find(with_plain_micro(unit));
    return known == nullptr ? std::string_view() : known->dimension;
}

double quantity(std::string_view text, std::string_view unit) {
    std::string_view rest = trimmed(text);
    if (rest.starts_with('+') && !rest.starts_with("+-")) rest.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error == std::errc::invalid_argument)
        throw std::invalid_argument(fmt::format("'{}' does not begin with a number", text));
    const auto length = static_cast<std::size_t>(end - rest.data());
    if (error == std::errc{} && !std::isfinite(value))
        throw std::invalid_argument(fmt::format("'{}' is not finite", text));

    const std::string_view given = trimmed(rest.substr(length));
    if (given.empty() && unit != "1")
        throw std::invalid_argument(fmt::format("'{}' has no unit, expected {}", text, alternatives(unit)));
    const Ratio r = given.empty() ? Ratio{} : ratio(given, unit);
    value = shifted(rest.substr(0, length), r.power) * r.multiple;
    if (!std::isfinite(value)) throw std::invalid_argument(fmt::format("'{}' is too large or too small", text));
    return value;
}

std::string with_unit(double value, std::string_view unit) {
    return unit == "1" ? fmt::format("{}", value) : fmt::format("{} {}", value, unit);
}

}  // namespace apical
