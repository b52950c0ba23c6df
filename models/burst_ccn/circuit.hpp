#pragma once
#include "models/burst_ccn/parameters.hpp"
#include "sim/circuit/model.hpp"

namespace apical::burst_ccn {

/// The rate model of Greedy et al. 2022 (arXiv 2206.11769): see README.md. Populations in, up1 .. upL, one, target;
/// weights W1 .. WL and b1 .. bL (layer l-1 -> l, one -> l), Y1 .. (bursts of l+1 -> apical dendrites of l; n_l x
/// n_(l+1)) unless Y is tied, Q1 .. (events, likewise) unless Q is tied. Tied weights are other uses of W or Y.
Circuit circuit(const Layers& layers, const Parameters& parameters, const TaskShape& task);

Model model();

}  // namespace apical::burst_ccn
