#include "sim/circuit/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace apical {
namespace {

void require_finite(double number, const char* what) {
    if (!std::isfinite(number))
        throw std::invalid_argument(fmt::format("{} {}, expected a finite number", what, number));
}

/// Of a standard normal number to be below z.
double below(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

/// The logarithm, of what is not positive minus infinity: no number e^x lies there.
double exponent_of(double bound) { return bound > 0 ? std::log(bound) : -std::numeric_limits<double>::infinity(); }

}  // namespace

Quantity::Quantity(double number) : law_(number) { require_finite(number, "the number"); }

Quantity Quantity::normal(double mean, double deviation, Interval within) {
    return normal_law({mean, deviation, false, within});
}

Quantity Quantity::lognormal(double mu, double sigma, Interval within) { return normal_law({mu, sigma, true, within}); }

Quantity Quantity::normal_law(const Normal& law) {
    require_finite(law.mean, law.is_exponent ? "mu" : "a mean of");
    require_finite(law.deviation, law.is_exponent ? "sigma" : "a deviation of");
    if (law.deviation < 0)
        throw std::invalid_argument(fmt::format("a deviation of {}, expected at least 0", law.deviation));
    const auto [lower, upper] = law.within;
    if (!(lower <= upper))
        throw std::invalid_argument(fmt::format("bounds from {} to {}, expected the lower one first", lower, upper));
    const double low = law.is_exponent ? exponent_of(lower) : lower,
                 high = law.is_exponent ? exponent_of(upper) : upper;
    constexpr double least = 1e-3;
    const double share = law.deviation > 0
                             ? below((high - law.mean) / law.deviation) - below((low - law.mean) / law.deviation)
                         : law.mean >= low && law.mean <= high ? 1
                                                               : 0;
    if (share < least)
        throw std::invalid_argument(fmt::format(
            "bounds from {} to {}, in which {} of the law lies, expected at least {}", lower, upper, share, least));
    return Quantity(law);
}

Quantity Quantity::uniform(double low, double high) {
    require_finite(low, "a lower end of");
    require_finite(high, "an upper end of");
    if (low > high)
        throw std::invalid_argument(fmt::format("uniform from {} to {}, expected the lower end first", low, high));
    return Quantity(Uniform{low, high});
}

Quantity Quantity::list(std::vector<double> numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (!std::isfinite(numbers[i]))
            throw std::invalid_argument(fmt::format("number {} of a list is {}, expected a finite one", i, numbers[i]));
    return Quantity(std::make_shared<const std::vector<double>>(std::move(numbers)));
}

std::string Quantity::refuse(std::size_t count) const {
    const List* const list = std::get_if<List>(&law_);
    if (list == nullptr || (*list)->size() == count) return "";
    return fmt::format("a list of {} numbers, expected {}", (*list)->size(), count);
}

double Quantity::at(const Random& random, std::uint32_t stream, std::uint64_t i) const {
    if (const auto* const number = std::get_if<double>(&law_)) return *number;
    if (const auto* const list = std::get_if<List>(&law_)) return (**list)[i];
    const auto entity = static_cast<std::uint32_t>(i);
    const std::uint64_t step = i >> 32;
    if (const auto* const uniform = std::get_if<Uniform>(&law_))
        return std::lerp(uniform->low, uniform->high, random.uniform(stream, entity, step));
    const Normal& law = std::get<Normal>(law_);
    for (std::uint64_t attempt = 0;; ++attempt) {
        const double x = law.mean + law.deviation * random.normal(stream, entity, attempt << 32 | step);
        const double number = law.is_exponent ? std::exp(x) : x;
        if (number >= law.within.lower && number <= law.within.upper) return number;
    }
}

Interval Quantity::range() const {
    if (const auto* const number = std::get_if<double>(&law_)) return {*number, *number};
    if (const auto* const uniform = std::get_if<Uniform>(&law_)) return {uniform->low, uniform->high};
    if (const auto* const list = std::get_if<List>(&law_)) {
        if ((*list)->empty()) return {0, 0};
        const auto [least, largest] = std::ranges::minmax(**list);
        return {least, largest};
    }
    const Normal& law = std::get<Normal>(law_);
    return {law.is_exponent ? std::max(0.0, law.within.lower) : law.within.lower, law.within.upper};
}

}  // namespace apical
