#pragma once
#include <memory>
#include <string>
#include <vector>

#include "sim/circuit/neuron.hpp"
#include "sim/circuit/signal.hpp"
#include "sim/equations/formula.hpp"

namespace apical::equations {

/// A state of graded cells as text, dx/dt = rate (target - x), its names known and its numbers given.
struct TextState {
    std::string neuron, equation, state;
    double rate = 0;  ///< 1/ms
    Formula target;   ///< does not see the state
    std::vector<double> parameters;
};
std::shared_ptr<const Neuron> neuron(TextState text);

/// A column that follows from others of the cell, likewise. One that is another as it stands costs nothing.
struct TextSignal {
    std::string column;
    Formula formula;
    std::vector<double> parameters;
};
std::shared_ptr<const Signal> signal(TextSignal text);

}  // namespace apical::equations
