#include "models/self_assembly/parameters.hpp"

namespace apical::self_assembly {

bool relaxes(const Parameters& p) { return p.gate == "relaxed" || p.gate == "relaxed_active" || p.gate == "veto"; }

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
         "tanh(u) (tanh); max(u, 0) (relu); V D a, where the potential a of all upstream apical dendrites relaxes, "
         "tau da/dt = Vbar (u - V a) - leak a (relaxed); the same with only active upstream cells in the loop "
         "(relaxed_active); u - V (1 - D) a, what the silent ones do not explain (veto).",
         one_of("linear", "partner", "threshold", "loop", "oracle", "tanh", "relu", "relaxed", "relaxed_active",
                "veto")},
        {"apical_leak", &P::apical_leak, "1",
         "Leak of the apical potential that relaxes, in units of its conductance to what comes back across.",
         non_negative},
        {"settling_steps", &P::settling_steps, "1",
         "Explicit steps of the relaxation in settled mode; 0: its fixed point, a = (Vbar V + leak)^-1 Vbar u.",
         between(0, 100000)},
        {"settling_gain", &P::settling_gain, "1",
         "Length of such a step, a <- a + gain (Vbar (u - V a) - leak a); at most 2 over the largest eigenvalue of "
         "Vbar V + leak.",
         positive},
        {"tau_relaxation", &P::tau_relaxation, "ms", "Time constant of the apical potential that relaxes.", positive},
        {"steer", &P::steer, "1",
         "What the update of W in hidden layers follows: the apical drive Vbar hbar, which makes it H dW_sgd (apical), "
         "or the potential D a itself, dW_sgd (potential).",
         one_of("apical", "potential")},
        {"rate_by_H", &P::rate_by_H, "1",
         "Whether the rates of W and Wbar in hidden layers are divided by the largest eigenvalue of H before learning, "
         "(1 + ratio^-1/2)^2."},
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
         "ones that fit each other; 0: none; -1: 96000 if the circuit can, is scaled and all plastic (topographic, "
         "excitatory, gate = partner, no mask; or dense, free, gate = relaxed, relaxed_active or veto), and does not "
         "start from a file.",
         at_least(-1)},
        {"pairing_during_learning", &P::pairing_during_learning, "1",
         "Events of spontaneous activity after each presentation: one cell of a layer has the rate 1, hbar = V h, all "
         "else is silent. Each pulls Vbar to the transpose of V as a sample in one lane would, at the rates eta_V and "
         "eta_Vbar. Needs scaling, and V and Vbar plastic.",
         between(0, 10000)},
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
            .where({has("gate", "relaxed", "relaxed_active", "veto")}, {"apical_leak", "steer"})
            .where({has("gate", "relaxed", "relaxed_active", "veto"), has_not("run.mode", "continuous")},
                   {"settling_steps"})
            .where({has("gate", "relaxed", "relaxed_active", "veto"), has_not("run.mode", "continuous"),
                    has_not("settling_steps", 0)},
                   {"settling_gain"})
            .where({has("gate", "relaxed", "relaxed_active", "veto"), continuous_mode()}, {"tau_relaxation"})
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
