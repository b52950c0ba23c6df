#pragma once
#include <string>

#include "sim/dynamics/simulation.hpp"
#include "sim/experiment/experiment.hpp"

namespace apical {

/// Gives the cells of a simulation the states of [init] states, before its first step: those that the file names, the
/// rest being 0. Throws InputError naming everything that does not fit: another mode than continuous; a shape other
/// than (units) or (units, lanes); a number that is not finite; unless init.partial, states that the file does not
/// have. Returns how many were taken and their fingerprint; without a file does nothing and returns "".
template <class S>
std::string take_initial_states(Simulation<S>& simulation, const Experiment& experiment);

extern template std::string take_initial_states(Simulation<float>&, const Experiment&);
extern template std::string take_initial_states(Simulation<double>&, const Experiment&);

}  // namespace apical
