#pragma once
#include "models/pal/parameters.hpp"
#include "sim/circuit/model.hpp"

namespace apical::pal {

/// The microcircuit of Max et al. 2024 (arXiv 2212.10249): see README.md. Populations in, pyr1 .. pyrN, inter1 ..
/// interN-1, target; weights W1 .. WN (layer l-1 -> l), B1 .. (l+1 -> l, onto apical dendrites), W_IP1 .. (pyramidal ->
/// interneurons of layer l), B_PI1 .. (back, onto apical dendrites). Without noise, B and B_PI, if the variant is
/// backprop.
Circuit circuit(const Layers& layers, const Parameters& parameters, const TaskShape& task);

Model model();

}  // namespace apical::pal
