#include "sim/run/setup.hpp"

#include <cmath>
#include <stdexcept>

namespace apical {

namespace {

std::uint64_t steps_in(double time, double step) { return static_cast<std::uint64_t>(std::llround(time / step)); }

void require_whole(const char* what, double time, double step) {
    const double steps = time / step;
    if (!(std::abs(steps - std::round(steps)) <= 1e-9 * steps))
        throw std::invalid_argument(std::string(what) + " of " + std::to_string(time) +
                                    " ms is no whole number of steps of " + std::to_string(step) + " ms");
}

}  // namespace

std::uint64_t Clock::steps() const { return steps_in(presentation, step); }
std::uint64_t Clock::steps_before_error() const { return steps_in(error_onset, step); }
std::uint64_t Clock::steps_of_ramp() const { return steps_in(ramp, step); }

void Clock::check() const {
    if (!(step > 0) || !(presentation >= step))
        throw std::invalid_argument("a presentation must last at least one step of positive length");
    require_whole("a presentation", presentation, step);
    require_whole("an error onset", error_onset, step);
    require_whole("a ramp", ramp, step);
    if (error_onset < 0 || error_onset >= presentation)
        throw std::invalid_argument("the error must set in before the presentation ends");
    if (ramp < 0 || ramp > presentation) throw std::invalid_argument("a ramp must end before the presentation does");
}

}  // namespace apical
