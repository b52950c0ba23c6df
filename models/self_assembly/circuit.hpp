#pragma once
#include "models/self_assembly/parameters.hpp"
#include "models/upstream.hpp"
#include "sim/circuit/model.hpp"

namespace apical::self_assembly {

/// The circuit of Liao et al. 2024 (arXiv 2412.20018) as reconstructed here: see README.md.
/// Throws std::invalid_argument for combinations that make no sense.
ModelCircuit circuit(const Upstream& upstream, const Parameters& parameters, const TaskShape& task);

Model model();

}  // namespace apical::self_assembly
