#pragma once
#include "models/self_assembly/spiking_parameters.hpp"
#include "sim/circuit/model_circuit.hpp"

namespace apical::self_assembly::spiking {

/// Spontaneous spikes that replace the random weights of `circuit`, which do not fit each other, by random weights that
/// do; `circuit` is the topographic, scaled and excitatory motif of these parameters without delays.
Development development(const Circuit& circuit, const Layers& layers, const Parameters& parameters,
                        const Timing& timing);

}  // namespace apical::self_assembly::spiking
