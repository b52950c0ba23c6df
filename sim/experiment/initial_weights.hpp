#pragma once
#include <string>

#include "sim/dynamics/simulation.hpp"
#include "sim/experiment/experiment.hpp"

namespace apical {

/// Gives a simulation the weights of [init] file: every one that the file names, the rest staying as drawn. Throws
/// InputError naming everything that does not fit: a wrong shape, a number that is not finite, out of bounds or where
/// the circuit has no synapse, and, if `complete`, weights that the file does not have. Returns what was taken, its
/// shape and fingerprint; without a file does nothing and returns "".
template <class S>
std::string take_initial_weights(Simulation<S>& simulation, const Experiment& experiment, bool complete);

/// How the file differs from the one whose weights were taken, when `taken` was returned: a sentence, "" if it does not
/// or is no longer there.
template <class S>
std::string change_of_initial_weights(const Simulation<S>& simulation, const Experiment& experiment,
                                      const std::string& taken);

extern template std::string take_initial_weights(Simulation<float>&, const Experiment&, bool);
extern template std::string take_initial_weights(Simulation<double>&, const Experiment&, bool);
extern template std::string change_of_initial_weights(const Simulation<float>&, const Experiment&, const std::string&);
extern template std::string change_of_initial_weights(const Simulation<double>&, const Experiment&, const std::string&);

}  // namespace apical
