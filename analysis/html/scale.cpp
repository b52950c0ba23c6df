#include "analysis/html/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace apical {
namespace {

/// Parts of the largest number by which values differ that are the same but for rounding.
constexpr double rounding = 1e-12;
/// What is smaller is drawn as 0 on a linear axis: the quotients of such numbers are not exact any more.
constexpr double vanishing = 1e-290;
constexpr double most_intervals = 6;

/// A step of 1, 2 or 5 times a power of ten.
struct Step {
    int digit, power;

    /// The smallest that is at least `wanted`, which is positive, finite and neither vanishing nor huge.
    static Step at_least(double wanted) {
        const int power = static_cast<int>(std::floor(std::log10(wanted)));
        for (const int digit : {1, 2, 5})
            if (digit * std::pow(10, power) >= wanted) return {digit, power};
        return {1, power + 1};
    }
    double size() const { return digit * std::pow(10, power); }
};

/// Multiples of a step from `low` to `high`, as k: at most `most_intervals` of them, whatever rounding does.
template <class Take>
void multiples(double step, double low, double high, const Take& take) {
    const double first = std::ceil(low / step);
    for (int n = 0; n <= static_cast<int>(most_intervals) + 1; ++n)
        if (first + n <= high / step) take(first + n);
}

/// A tick before it is written: number * 10^exponent at a coordinate, a multiple of 10^(last + exponent).
struct Round {
    double coordinate, number;
    int last, exponent;

    /// Power of ten of the first digit.
    int order() const {
        const int leading = static_cast<int>(std::floor(std::log10(std::abs(number))));
        const bool rounded = std::abs(number) >= 9.999999999 * std::pow(10, leading);
        return leading + (rounded ? 1 : 0) + exponent;
    }
};

std::string power_of_ten(int exponent) {
    static const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text = exponent < 0 ? "10⁻" : "10";
    for (const char digit : std::to_string(std::abs(exponent))) text += digits[digit - '0'];
    return text;
}

/// As people write it; with a power of ten where that is long for any number of the axis. `plain_power`: 10³, not
/// 1·10³.
std::vector<std::string> texts_of(const std::vector<Round>& ticks, bool plain_power) {
    bool powers = false;
    for (const Round& tick : ticks)
        if (tick.number != 0) powers = powers || tick.order() >= 6 || tick.order() < -4;
    std::vector<std::string> texts;
    for (const auto& tick : ticks) {
        const auto& [coordinate, number, last, exponent] = tick;
        if (number == 0) texts.emplace_back("0");
        else if (!powers)
            texts.push_back(fmt::format("{:.{}f}", number * std::pow(10, exponent), std::max(0, -(last + exponent))));
        else if (plain_power) texts.push_back(power_of_ten(tick.order()));
        else
            texts.push_back(fmt::format("{:.{}f}·{}", number / std::pow(10, tick.order() - exponent),
                                        std::max(0, tick.order() - exponent - last), power_of_ten(tick.order())));
    }
    return texts;
}

std::vector<Round> round_numbers(double low, double high, int exponent) {
    std::vector<Round> found;
    const Step step = Step::at_least((high - low) / most_intervals);
    multiples(step.size(), low, high, [&](double k) {
        found.push_back({k * step.size(), k * step.size(), step.power, exponent});
    });
    return found;
}

// `low` and `high` are logarithms from here on.

std::vector<Round> decades(double low, double high) {
    std::vector<Round> found;
    const double step = std::max(1.0, std::ceil((high - low) / most_intervals));
    multiples(step, low, high, [&](double k) { found.push_back({k * step, 1, 0, static_cast<int>(k * step)}); });
    return found;
}

/// 1, 2 and 5 times the powers of ten; where that is too few, round numbers at equal steps.
std::vector<Round> within_decades(double low, double high) {
    const double base = std::floor(low);
    const int exponent = static_cast<int>(base);
    std::vector<Round> found;
    const auto add = [&](double number, int last) {
        const double coordinate = base + std::log10(number);
        if (coordinate >= low && coordinate <= high) found.push_back({coordinate, number, last, exponent});
    };
    for (int decade = 0; decade <= 2; ++decade)
        for (const int digit : {1, 2, 5}) add(digit * std::pow(10, decade), decade);
    if (found.size() >= 3) return found;
    found.clear();
    for (const Round& tick : round_numbers(std::pow(10, low - base), std::pow(10, high - base), exponent))
        add(tick.number, tick.last);
    return found;
}

}  // namespace

bool Scale::can_show(double value) const { return std::isfinite(value) && (!logarithmic_ || value > 0); }

void Scale::take_in(double value) {
    if (!can_show(value)) return;
    lowest_ = std::min(lowest_, value);
    highest_ = std::max(highest_, value);
}

double Scale::transformed(double value) const {
    if (logarithmic_) return std::log10(value);
    if (std::abs(value) < vanishing) return 0;
    // In two factors, neither of which overflows.
    return value / std::pow(10, exponent_ / 2) / std::pow(10, exponent_ - exponent_ / 2);
}

void Scale::finish() {
    const double largest = std::max(std::abs(lowest_), std::abs(highest_));
    // Far from 1, so that neither a difference overflows nor a step vanishes.
    if (!logarithmic_ && largest >= vanishing && std::abs(std::log10(largest)) > 100)
        exponent_ = static_cast<int>(std::floor(std::log10(largest)));
    low_ = transformed(lowest_);
    high_ = transformed(highest_);
    const double magnitude = logarithmic_ ? 1 : std::max(std::abs(low_), std::abs(high_));
    double room = 0.04 * (high_ - low_);
    if (high_ - low_ <= rounding * magnitude) {
        const double middle = low_ + (high_ - low_) / 2;
        room = logarithmic_ || middle == 0 ? 0.5 : 0.5 * std::abs(middle);
        low_ = high_ = middle;
    }
    low_ -= room;
    high_ += room;
}

double Scale::operator()(double value) const {
    return std::clamp(place_of(transformed(value)), std::min(from_, to_), std::max(from_, to_));
}

std::vector<Scale::Tick> Scale::ticks() const {
    std::vector<Round> found = logarithmic_ ? decades(low_, high_) : round_numbers(low_, high_, exponent_);
    const bool few_decades = logarithmic_ && found.size() < 2, plain_power = logarithmic_ && !few_decades;
    if (few_decades) found = within_decades(low_, high_);
    const std::vector<std::string> texts = texts_of(found, plain_power);
    std::vector<Tick> ticks;
    for (std::size_t k = 0; k < found.size(); ++k) ticks.push_back({place_of(found[k].coordinate), texts[k]});
    return ticks;
}

}  // namespace apical
