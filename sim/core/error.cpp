#include "sim/core/error.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/core/printable.hpp"

namespace apical {
namespace {

std::string message(const InputError::Parts& parts) {
    std::string where = parts.place.file;
    if (parts.place.line > 0) where += fmt::format("{}{}", where.empty() ? "line " : ":", parts.place.line);
    if (parts.place.line > 0 && parts.place.column > 0) where += fmt::format(":{}", parts.place.column);

    std::string what;
    if (!parts.found.empty()) what = "found " + parts.found;
    if (!parts.expected.empty()) what += (what.empty() ? "expected " : ", expected ") + parts.expected;
    if (!parts.hint.empty()) what += what.empty() ? parts.hint : " (" + parts.hint + ")";

    std::string result;
    for (const std::string& piece : {where, parts.key, what}) {
        if (piece.empty()) continue;
        if (!result.empty()) result += ": ";
        result += piece;
    }
    return printable(result);  // one line on a terminal, whatever bytes the user's file holds
}

std::string message(const NumericalError::Parts& parts) {
    const std::string lane = parts.lane ? fmt::format(", lane {}", *parts.lane) : "";
    std::string result = fmt::format("{}: {} of unit {}{} became {} at {} {}", parts.population, parts.variable,
                                     parts.unit, lane, parts.value, parts.time, parts.time_unit);
    if (!parts.advice.empty()) result += "; " + parts.advice;
    return result;
}

}  // namespace

InputError::InputError(Parts parts) : std::runtime_error(message(parts)), parts_(std::move(parts)) {}

NumericalError::NumericalError(Parts parts) : RunError(message(parts)), parts_(std::move(parts)) {}

}  // namespace apical
