#pragma once
#include "models/sign_concordant/parameters.hpp"
#include "sim/circuit/model.hpp"

namespace apical::sign_concordant {

/// The circuit after Yang and Li 2022 as reconstructed here: see README.md. Populations `in`, `up1` .. `upL`, `target`;
/// weights W1 .. WL, with Dale's law also W1_inhibitory, and B1 .. B(L-1) (B^l leads from layer l + 1 to l).
ModelCircuit circuit(const Layers& layers, const Parameters& parameters, const Timing& timing, const TaskShape& task);

Model model();

}  // namespace apical::sign_concordant
