#pragma once
#include "sim/run/experiment.hpp"
#include "sim/run/simulation.hpp"

namespace apical {

/// Gives a simulation the weights of [init] file: every one that the file names, the rest staying as drawn. Throws
/// InputError naming everything that does not fit: a wrong shape, a number that is not finite, out of bounds or where
/// the circuit has no synapse, and, if `complete`, weights that the file does not have. Does nothing without a file.
template <class S>
void take_initial_weights(Simulation<S>& simulation, const Experiment& experiment, bool complete);

extern template void take_initial_weights(Simulation<float>&, const Experiment&, bool);
extern template void take_initial_weights(Simulation<double>&, const Experiment&, bool);

}  // namespace apical
