#pragma once
#include "models/self_assembly/spiking_parameters.hpp"
#include "sim/circuit/model.hpp"

namespace apical::self_assembly::spiking {

/// The topographic, scaled motif with spikes on every axon: see SPIKING.md. Populations `in`, `up1` .. `upL`, `down1`
/// .. `down(L-1)`, `error`, `target`; weights W1 .. WL, Wbar2 .. WbarL, V1 .. V(L-1), Vbar1 .. Vbar(L-1).
ModelCircuit circuit(const Layers& layers, const Parameters& parameters, const Timing& timing, const TaskShape& task);

Model model();

}  // namespace apical::self_assembly::spiking
