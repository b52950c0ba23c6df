#include "sim/record/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <numeric>
#include <optional>

#include "sim/core/units.hpp"
#include "sim/core/whole_steps.hpp"

namespace apical {
namespace {

struct Fraction {
    std::uint64_t numerator, denominator;
};

/// A decimal number exactly: "0.25" is 25 / 100. Nothing if it is none, or has more digits than a schedule can use.
std::optional<Fraction> decimal(std::string_view text) {
    Fraction result{0, 1};
    bool point = false, digits = false;
    for (const char c : text) {
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9' && result.numerator < 100'000'000'000 && result.denominator < 1'000'000) {
            digits = true;
            result.numerator = result.numerator * 10 + static_cast<std::uint64_t>(c - '0');
            if (point) result.denominator *= 10;
        } else {
            return std::nullopt;
        }
    }
    if (!digits) return std::nullopt;
    return result;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Reads one schedule; keeps what the messages need.
struct Reader {
    const std::string& text;
    const Ticks& ticks;
    const Place& place;
    const std::string& key;

    [[noreturn]] void refuse(const std::string& hint) const {
        throw InputError(
            {place, key, "'" + text + "'",
             "'never', 'start and end', a period ('100 samples', '0.5 epochs and end', '10 ms') or instants "
             "('at 0, 10, 100 samples')",
             hint});
    }

    /// `number` of `unit` in ticks.
    Fraction in_ticks(std::string_view number, std::string_view unit) const {
        const auto value = decimal(number);
        if (unit == "sample" || unit == "samples" || unit == "epoch" || unit == "epochs") {
            const bool epochs = unit.front() == 'e';
            if (!value) refuse("a number is missing, or has too many digits");
            if (ticks.step > 0) refuse("this is counted in ms here");
            if (!epochs && value->numerator % value->denominator != 0) refuse("samples are whole numbers");
            if (epochs && ticks.epoch == 0) refuse("an endless data set has no epochs: give samples");
            const std::uint64_t factor = epochs ? ticks.epoch : 1;
            if (factor > 100'000'000) refuse("the epoch is too long");
            const std::uint64_t numerator = value->numerator * factor;
            const std::uint64_t common = std::gcd(numerator, value->denominator);
            return {numerator / common, value->denominator / common};
        }
        double ms = 0;
        try {
            ms = quantity(fmt::format("{} {}", number, unit), "ms");
        } catch (const std::invalid_argument& error) {
            refuse(error.what());
        }
        if (ticks.step <= 0) refuse("this is counted in samples here");
        if (!(ms >= 0 && ms / ticks.step < 1e15)) refuse("out of range");
        const std::optional<std::uint64_t> steps = whole_steps(ms, ticks.step);
        if (!steps) refuse(fmt::format("must be a multiple of the time step, {} ms", ticks.step));
        return {*steps, 1};
    }

    std::pair<std::string_view, std::string_view> number_and_unit(std::string_view words) const {
        words = trimmed(words);
        const auto end = words.find_first_not_of("0123456789.eE+-");
        // "1 epoch": the unit may start with a letter of numbers.
        const auto space = words.find(' ');
        const auto split = std::min(end, space);
        if (split == std::string_view::npos) refuse("the unit is missing");
        return {words.substr(0, split), trimmed(words.substr(split))};
    }
};

}  // namespace

Schedule Schedule::at(std::vector<std::uint64_t> instants) {
    Schedule result;
    std::sort(instants.begin(), instants.end());
    instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
    result.instants_ = std::move(instants);
    return result;
}

Schedule Schedule::parse(const std::string& text, const Ticks& ticks, const Place& place, const std::string& key) {
    const Reader reader{text, ticks, place, key};
    std::string_view words = trimmed(text);
    const auto listed = [&](std::vector<std::uint64_t> instants) {
        Schedule result = at(std::move(instants));
        result.run_ends_ = ticks.end;
        return result;
    };
    if (words == "never") return Schedule();
    if (words == "start and end") return listed({0, ticks.end});
    if (words.starts_with("at ")) {
        words.remove_prefix(3);
        const auto last = words.rfind(',');
        const auto unit =
            reader.number_and_unit(last == std::string_view::npos ? words : words.substr(last + 1)).second;
        std::vector<std::uint64_t> instants;
        while (!words.empty()) {
            const auto comma = std::min(words.find(','), words.size());
            std::string_view word = trimmed(words.substr(0, comma));
            if (comma == words.size()) word = reader.number_and_unit(word).first;
            const Fraction instant = reader.in_ticks(word, unit);
            // As for periods: the first tick that is not earlier.
            instants.push_back((instant.numerator + instant.denominator - 1) / instant.denominator);
            words.remove_prefix(std::min(comma + 1, words.size()));
        }
        return listed(std::move(instants));
    }
    constexpr std::string_view suffix = " and end";
    const bool and_end = words.ends_with(suffix);
    if (and_end) words.remove_suffix(suffix.size());
    if (constexpr std::string_view every = "every"; words.starts_with(every)) {
        const std::string_view rest = trimmed(words.substr(every.size()));
        const bool counted = rest.empty() || rest.find_first_of("0123456789.") == 0;
        reader.refuse(fmt::format("\"every\" is not needed: \"{}{}\"?", counted ? "" : "1 ", rest));
    }
    const auto [number, unit] = reader.number_and_unit(words);
    const Fraction period = reader.in_ticks(number, unit);
    if (period.numerator == 0) reader.refuse("a period is longer than nothing");
    Schedule result(period.numerator, period.denominator);
    if (and_end) result.end_ = ticks.end;
    return result;
}

/// Whole periods in `tick` ticks.
std::uint64_t Schedule::periods(std::uint64_t tick) const {
    assert(tick <= ~std::uint64_t{0} / denominator_);
    return tick * denominator_ / numerator_;
}

bool Schedule::at_start() const { return numerator_ > 0 || (!instants_.empty() && instants_.front() == 0); }

bool Schedule::due(std::uint64_t previous, std::uint64_t now) const {
    assert(previous <= now);
    // ceil(k p) <= t just if k p <= t, as t is whole: the instants up to t are the whole periods in t.
    if (numerator_ > 0) return periodic_due(previous, now) || (previous < end_ && end_ <= now);
    const auto next = std::upper_bound(instants_.begin(), instants_.end(), previous);
    return next != instants_.end() && *next <= now;
}

bool Schedule::due_at_onset(std::uint64_t begin, std::uint64_t end) const {
    assert(begin < end);
    // ceil(k p) < end just if k p <= end - 1.
    if (numerator_ > 0) return begin == 0 || periodic_due(begin - 1, end - 1) || (begin < end_ && end_ <= end);
    const auto next = std::lower_bound(instants_.begin(), instants_.end(), begin);
    return next != instants_.end() && (*next < end || (*next == end && end == run_ends_));
}

std::uint64_t Schedule::onsets(std::uint64_t end, std::uint64_t stride) const {
    assert(stride > 0);
    if (end == 0) return 0;
    const std::uint64_t strides = (end + stride - 1) / stride, last = (strides - 1) * stride;
    if (numerator_ > 0) {
        // Instants at least a stride apart: no two of them fall into one stride. Closer: every stride has one.
        const std::uint64_t periodic = numerator_ >= stride * denominator_ ? periods(end - 1) + 1 : strides;
        const bool last_has_one = last == 0 || periods(end - 1) > periods(last - 1);
        return periodic + (last < end_ && end_ <= end && !last_has_one ? 1 : 0);
    }
    std::uint64_t rows = 0, next_stride = 0;
    for (const std::uint64_t instant : instants_) {
        if (instant > end || (instant == end && end != run_ends_)) continue;
        const std::uint64_t its = std::min(instant / stride, strides - 1);
        if (its >= next_stride) ++rows;
        next_stride = its + 1;
    }
    return rows;
}

std::uint64_t Schedule::beyond_the_end() const {
    if (run_ends_ == 0) return 0;
    const auto next = std::upper_bound(instants_.begin(), instants_.end(), run_ends_);
    return next == instants_.end() ? 0 : *next;
}

std::uint64_t Schedule::rows_between(std::uint64_t begin, std::uint64_t end, std::uint64_t stride) const {
    assert(stride > 0);
    if (end <= begin) return 0;
    if (numerator_ > 0) {
        std::uint64_t rows = 0;
        if (numerator_ >= stride * denominator_) {
            // Instants at least a stride apart: no two of them fall into one stride.
            rows = periods(end) - periods(begin);
        } else {
            // Closer: every whole stride has one.
            const std::uint64_t whole = (end - begin) / stride;
            rows = whole + (periodic_due(begin + whole * stride, end) ? 1 : 0);
        }
        if (begin < end_ && end_ <= end) {  // one row more, unless its stride has one
            const std::uint64_t before = begin + (end_ - begin - 1) / stride * stride;
            if (!periodic_due(before, std::min(end, before + stride))) ++rows;
        }
        return rows;
    }
    std::uint64_t rows = 0, last_stride = 0;  // strides count from 1
    for (const std::uint64_t instant : instants_) {
        if (instant <= begin || instant > end) continue;
        const std::uint64_t its = (instant - begin + stride - 1) / stride;
        if (its != last_stride) ++rows;
        last_stride = its;
    }
    return rows;
}

}  // namespace apical
