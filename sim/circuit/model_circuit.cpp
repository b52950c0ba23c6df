#include "sim/circuit/model_circuit.hpp"

#include <algorithm>
#include <cmath>

namespace apical {

double RateSchedule::at(std::uint64_t samples) const {
    const double rise = warm_up == 0 ? 1.0 : std::min(1.0, static_cast<double>(samples) / static_cast<double>(warm_up));
    // The sample that completes a period still belongs to it.
    const std::uint64_t periods = period == 0 || samples == 0 ? 0 : (samples - 1) / period;
    return rise * std::pow(factor, static_cast<double>(periods));
}

}  // namespace apical
