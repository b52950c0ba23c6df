#pragma once
#include "models/pal/parameters.hpp"
#include "sim/circuit/model.hpp"
#include "sim/core/table.hpp"

namespace apical::pal {

/// Section [pal_layers]. Lists have one entry a layer above the input (those of B: from the second such layer on), or
/// one for all. Rates are per presentation.
struct LayerParameters {
    std::string variant = "pal";
    std::vector<std::string> activations{"tanh"};
    std::vector<double> eta_W{0.08}, eta_B{8};
    double alpha = 1e-4;
    double beta = 0.1;
    std::vector<double> sigma{0.01};
    double tau_xi = 1, tau_HP = 1, tau_LO = 0;
    double scale = 0.05;
};

const Table<LayerParameters>& layer_table();

/// The layer form (spec 3.5; Fig. 5 and 6 of the paper): one population a layer, errors carried from layer to layer
/// beside the potentials. Populations in, up1 .. upL, one, target; weights W, b, and B2 .. BL (layer l -> l-1; not in
/// backprop).
Circuit layers_circuit(const std::vector<std::int64_t>& hidden, const LayerParameters& parameters,
                       const TaskShape& task);

Model layers_model();

}  // namespace apical::pal
