#include "sim/core/whole_steps.hpp"

#include <cmath>

namespace apical {

std::optional<std::uint64_t> whole_steps(double time, double dt) {
    const double steps = time / dt, whole = std::round(steps);
    if (!(steps >= 0 && steps <= 1e15 && std::abs(steps - whole) <= 1e-9 * whole)) return {};
    return static_cast<std::uint64_t>(whole);
}

}  // namespace apical
