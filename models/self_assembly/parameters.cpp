#include "models/self_assembly/parameters.hpp"

namespace apical::self_assembly {

const Table<Parameters>& table() {
    using P = Parameters;
    static const Table<Parameters> keys{
        {"ratio", &P::ratio, "1",
         "Downstream cells per upstream cell, dbar_l / d_l; a whole number for the topographic motif.",
         between(1, 1000)},
        {"motif", &P::motif, "1", "Cross connections: every downstream cell has one upstream partner, or all to all.",
         one_of("topographic", "dense")},
        {"signs", &P::signs, "1", "Cross synapses are excitatory (never below zero) or of free sign.",
         one_of("excitatory", "free")},
        {"start", &P::start, "1",
         "Initial V and Vbar are drawn independently, or V starts as the transpose of Vbar, or both start "
         "with orthonormal columns (V) and its transpose (Vbar).",
         one_of("independent", "tied", "orthonormal")},
        {"gate", &P::gate, "1",
         "How the rate hbar of downstream cells follows their potential u: hbar = u (linear); u where the "
         "upstream partner h is active, else 0 (partner); u where the drive V h from upstream is positive, "
         "else 0 (threshold); V D Vbar u, back and forth across with D the slope of the upstream "
         "activation (loop); V D V^+ u with the pseudo-inverse of V, which no cell could know (oracle); "
         "tanh(u) (tanh); max(u, 0) (relu).",
         one_of("linear", "partner", "threshold", "loop", "oracle", "tanh", "relu")},
        {"mask", &P::mask, "1",
         "Whether the update of W is masked by phi', the slope of the postsynaptic cell's activation."},
        {"scaling", &P::scaling, "1",
         "Synaptic scaling: every upstream cell keeps the sum of squares of its synapses in V, and in "
         "Vbar, at 1."},
        {"rule_V", &P::rule_V, "1",
         "What the update of V follows: downstream activity, dV = eta_V hbar h^T (act), or downstream "
         "drive, dV = eta_V u h^T (drive).",
         one_of("act", "drive")},
        {"rule_Vbar", &P::rule_Vbar, "1",
         "What the update of Vbar follows: upstream activity, dVbar = eta_Vbar h hbar^T (act), or upstream "
         "drive, dVbar = eta_Vbar p hbar^T (drive).",
         one_of("act", "drive")},
        {"plastic", &P::plastic, "1",
         "Which of the four groups of synapses learn; those that are not listed stay as they start.",
         one_of("W", "Wbar", "V", "Vbar")},
        {"eta_Wbar", &P::eta_Wbar, "1",
         "Learning rate of Wbar, per presentation; one a hidden layer, or one for all; empty: that of W.",
         non_negative},
        {"eta_V", &P::eta_V, "1",
         "Learning rate of V, per presentation; one a hidden layer, or one for all; empty: that of W.", non_negative},
        {"eta_Vbar", &P::eta_Vbar, "1",
         "Learning rate of Vbar, per presentation; one a hidden layer, or one for all; empty: that of V.",
         non_negative},
        {"gamma_Wbar", &P::gamma_Wbar, "1",
         "Decay of Wbar, in units of its learning rate; one a hidden layer, or one for all; empty: that of "
         "W.",
         non_negative},
        {"gamma_V", &P::gamma_V, "1", "Decay of V, in units of its learning rate; one a hidden layer, or one for all.",
         non_negative},
        {"gamma_Vbar", &P::gamma_Vbar, "1",
         "Decay of Vbar, in units of its learning rate; one a hidden layer, or one for all; empty: that of "
         "V.",
         non_negative},
        {"scale_Wbar", &P::scale_Wbar, "1",
         "Initial Wbar from layer l ~ N(0, scale_Wbar^2 / dbar_l), dbar_l its downstream cells.", non_negative},
        {"scale_V", &P::scale_V, "1",

         "Initial V has the deviation scale_V / sqrt(dbar_l) with the motif dense, dbar_l the downstream "
         "cells of the layer, and scale_V / sqrt(ratio) with the motif topographic.",
         non_negative},
        {"scale_Vbar", &P::scale_Vbar, "1",
         "Initial Vbar has the deviation scale_Vbar / sqrt(dbar_l) with the motif dense, dbar_l the "
         "downstream cells of the layer, and scale_Vbar / sqrt(ratio) with the motif topographic.",
         non_negative},
        {"tau_downstream", &P::tau_downstream, "ms",
         "Time constant of the somatic potential of leaky downstream cells.", positive},
        {"g_A_downstream", &P::g_A_downstream, "nS",
         "Coupling of a downstream pyramidal soma to the dendrite that receives V h. 0: that dendrite only gates and "
         "teaches. Above 0 the update of W has a Hebbian part that grows without bound. Continuous mode only.",
         non_negative},
        {"development", &P::development, "1",
         "Events of spontaneous activity before the first sample, in which the random weights are replaced by random "
         "ones that fit each other; 0: none; -1: 96000 if the circuit can (topographic, excitatory, scaled, gate = "
         "partner, no mask, all plastic) and does not start from a file.",
         at_least(-1)},
        {"developed_scale_W", &P::developed_scale_W, "1",
         "Scale of W in hidden layers after development: W then has the deviation developed_scale_W / "
         "sqrt(fan-in).",
         positive},
        {"developed_scale_W_output", &P::developed_scale_W_output, "1",
         "Scale of W in the output layer after development: it then has the deviation "
         "developed_scale_W_output / sqrt(fan-in).",
         positive},
    };
    static const Table<Parameters> rows =
        Table<Parameters>(keys)
            .where({has_not("gate", "loop")}, {"mask"})
            // With a linear gate and settled potentials activity is drive.
            .where({has_not("gate", "linear"), continuous_mode(), has("neuron", "pyramidal")}, {"rule_V"})
            .where({has_not("activation", "linear"), continuous_mode(), has("neuron", "pyramidal")}, {"rule_Vbar"})
            .where({has("plastic", "V")}, {"rule_V"})
            .where({has("plastic", "V", "Vbar")}, {"gamma_V"})
            .where({has("plastic", "Vbar")}, {"rule_Vbar", "eta_Vbar", "gamma_Vbar"})
            .where({has("plastic", "V", "Vbar")}, {"eta_V"})
            .where({has("plastic", "Wbar")}, {"eta_Wbar", "gamma_Wbar"})
            .where({has("plastic", "W")}, {"mask"})
            .where({has("start", "independent")}, {"scale_V"})
            .where({has_not("start", "orthonormal")}, {"scale_Vbar"})
            .where({continuous_mode()}, {"tau_downstream"})
            .where({has("neuron", "leaky")}, {"tau_downstream"})
            .where({has("neuron", "pyramidal")}, {"g_A_downstream"})
            .where({has_not("development", 0)}, {"developed_scale_W", "developed_scale_W_output"});
    return rows;
}

}  // namespace apical::self_assembly
