#pragma once
#include "models/neurons/pyramidal.hpp"
#include "sim/circuit/circuit.hpp"

namespace apical {

/// How the cells of a circuit are built, both pathways alike.
struct CellKind {
    bool pyramidal = false;  ///< else leaky point neurons
    Membrane membrane{};     ///< of a pyramidal cell
    bool compensated = true;
    double tau_B = 0, tau_A = 0;  ///< ms; 0: the dendrite follows its drive at once
    bool prospective = false;
    double adaptation = 0;        ///< pA of hyperpolarising current per unit of rate
    double tau_adaptation = 100;  ///< ms
};

/// Gives a population with the compartment `basal`, and the column `second` (apical, or lateral of downstream cells) as
/// the potential of its other dendrite, the states and signals that lead from there to `soma`. A leaky cell has the
/// time constant `tau` (ms). A low-passed dendrite makes of the compartment `apical` a state that follows the
/// compartment `apical_drive`.
void give_soma(Population& population, const CellKind& kind, double tau, bool downstream);

/// Projections into `apical` of cells where that is a state go into `apical_drive`.
void lead_into_dendrites(Circuit& circuit);

}  // namespace apical
