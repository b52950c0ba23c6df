#include "sim/dynamics/setup.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/whole_steps.hpp"

namespace apical {

namespace {

std::uint64_t steps_in(double time, double step) { return static_cast<std::uint64_t>(std::llround(time / step)); }

}  // namespace

ClockError::ClockError(std::string key, std::string found, std::string expected)
    : std::invalid_argument("run." + key + ": found " + found + ", expected " + expected),
      key_(std::move(key)),
      found_(std::move(found)),
      expected_(std::move(expected)) {}

std::uint64_t Clock::steps() const { return steps_in(presentation, step); }
std::uint64_t Clock::steps_of_settling() const { return steps_in(settling, step); }
std::uint64_t Clock::steps_before_error() const { return steps_in(error_onset, step); }
void Clock::check() const {
    if (!(step > 0)) throw ClockError("step", fmt::format("{} ms", step), "more than 0 ms");
    const auto require = [&](const char* key, double time, bool fits, const std::string& range) {
        if (!fits || !whole_steps(time, step))
            throw ClockError(key, fmt::format("{} ms", time),
                             fmt::format("a multiple of run.step, {} ms{}", step, range));
    };
    require("presentation", presentation, presentation >= step, ", at least one");
    const std::string below = fmt::format(", below the presentation of {} ms", presentation);
    require("error_onset", error_onset, error_onset >= 0 && error_onset < presentation, below);
    require("settling", settling, settling >= 0, "");
    require("ramp", ramp, ramp >= 0 && ramp < presentation, below);
}

}  // namespace apical
