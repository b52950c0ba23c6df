#pragma once
#include <string>

#include "sim/dynamics/simulation.hpp"
#include "sim/experiment/experiment.hpp"

namespace apical {

/// Gives the cells of a simulation the states of [init] states, before its first step: those that the file names, the
/// rest being 0. Throws InputError naming everything that does not fit: another mode than continuous; a shape other
/// than (units) or (units, lanes); a number that is not finite; if `complete`, a file with none of the circuit's
/// states, and, unless init.partial, states that the file does not have. Returns how many were taken and their
/// fingerprint; without a file does nothing and returns "".
template <class S>
std::string take_initial_states(Simulation<S>& simulation, const Experiment& experiment, bool complete);

/// How the file differs from the one whose states were taken, when `taken` was returned: a sentence, "" if it does not
/// or is no longer there.
template <class S>
std::string change_of_initial_states(const Simulation<S>& simulation, const Experiment& experiment,
                                     const std::string& taken);

extern template std::string take_initial_states(Simulation<float>&, const Experiment&, bool);
extern template std::string take_initial_states(Simulation<double>&, const Experiment&, bool);
extern template std::string change_of_initial_states(const Simulation<float>&, const Experiment&, const std::string&);
extern template std::string change_of_initial_states(const Simulation<double>&, const Experiment&, const std::string&);

}  // namespace apical
