#pragma once
#include "sim/experiment/experiment.hpp"

namespace apical {

/// Gives a circuit the noise currents of sections [noise.NAME]. Where `complete`, each must find a compartment; a
/// baseline takes what it has. Throws InputError.
void add_noise(Circuit& circuit, const Experiment& experiment, bool complete);

}  // namespace apical
