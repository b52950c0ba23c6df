#pragma once
#include <cstddef>
#include <string>

#include "sim/circuit/id.hpp"

namespace apical {

enum class Loss {
    squared_error,          ///< sum (t - p)^2 / 2; e = t - p; where t is NaN the target is unknown: e = 0, no loss
    softmax_cross_entropy,  ///< -log softmax(p)_class; e = t - softmax(p)
};

/// Knows the target and emits the error e = -dLoss/dp of the readout into a compartment.
struct Teacher {
    Loss loss = Loss::squared_error;
    PopulationId readout{};
    std::string signal;  ///< column of the readout: p
    PopulationId target{};
    std::string target_column;
    PopulationId error{};
    std::string compartment;
};

/// Writes e (units x lanes) from p and t, all row-major.
template <class S>
void emit_error(Loss loss, const S* p, const S* t, S* e, std::size_t units, std::size_t lanes);

/// Mean over lanes.
template <class S>
double mean_loss(Loss loss, const S* p, const S* t, std::size_t units, std::size_t lanes);

}  // namespace apical
