#include "sim/circuit/time_course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace apical {

TimeCourse TimeCourse::steps(std::vector<double> times, std::vector<double> values) {
    const auto finite = [](double number) { return std::isfinite(number); };
    if (times.empty() || times.size() != values.size())
        throw std::invalid_argument(fmt::format("a course of {} times and {} values, expected as many, at least one",
                                                times.size(), values.size()));
    if (!std::ranges::all_of(times, finite) || !std::ranges::all_of(values, finite))
        throw std::invalid_argument("a course with times or values that are not finite");
    if (std::ranges::adjacent_find(times, std::ranges::greater_equal{}) != times.end())
        throw std::invalid_argument("a course whose times do not rise");
    return TimeCourse(std::make_shared<const Steps>(Steps{std::move(times), std::move(values)}));
}

TimeCourse TimeCourse::sine(double mean, double amplitude, double frequency, double phase) {
    for (const double number : {mean, amplitude, frequency, phase})
        if (!std::isfinite(number)) throw std::invalid_argument("a course with a number that is not finite");
    return TimeCourse(Sine{mean, amplitude, frequency, phase});
}

double TimeCourse::at(double time) const {
    if (const auto* sine = std::get_if<Sine>(&law_)) {
        constexpr double ms = 1e-3;
        const double turns = sine->frequency * ms * time;
        return sine->mean +
               sine->amplitude * std::sin(2 * std::numbers::pi * (turns - std::floor(turns)) + sine->phase);
    }
    const Steps& steps = *std::get<std::shared_ptr<const Steps>>(law_);
    const auto next = std::ranges::upper_bound(steps.times, time);
    return next == steps.times.begin() ? 0 : steps.values[static_cast<std::size_t>(next - steps.times.begin()) - 1];
}

Interval TimeCourse::range() const {
    if (const auto* sine = std::get_if<Sine>(&law_))
        return {sine->mean - std::abs(sine->amplitude), sine->mean + std::abs(sine->amplitude)};
    const std::vector<double>& values = std::get<std::shared_ptr<const Steps>>(law_)->values;
    const auto [lowest, highest] = std::ranges::minmax(values);
    return {std::min(lowest, 0.0), std::max(highest, 0.0)};
}

}  // namespace apical
