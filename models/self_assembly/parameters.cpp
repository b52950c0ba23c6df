#include "models/self_assembly/parameters.hpp"

namespace apical::self_assembly {

const Table<Parameters>& table() {
    using P = Parameters;
    static const Table<Parameters> rows{
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
        {"gate", &P::gate, "1", "How downstream activity follows its drive: hbar = G u.",
         one_of("linear", "partner", "threshold", "loop", "oracle", "tanh", "relu")},
        {"mask", &P::mask, "1", "Whether the update of W is masked by phi' of the postsynaptic cell."},
        {"scaling", &P::scaling, "1",
         "Synaptic scaling: every upstream cell keeps the sum of squares of its synapses in V, and in "
         "Vbar, at 1."},
        {"rule_V", &P::rule_V, "1", "V follows downstream activity (act) or downstream drive (drive).",
         one_of("act", "drive")},
        {"rule_Vbar", &P::rule_Vbar, "1", "Vbar follows upstream activity (act) or upstream drive (drive).",
         one_of("act", "drive")},
        {"plastic", &P::plastic, "1", "Which of the four groups of synapses learn; the others stay as they start.",
         one_of("W", "Wbar", "V", "Vbar")},
        {"eta_Wbar", &P::eta_Wbar, "1", "Learning rate of Wbar, per presentation; empty: that of W.", non_negative},
        {"eta_V", &P::eta_V, "1", "Learning rate of V, per presentation; empty: that of W.", non_negative},
        {"eta_Vbar", &P::eta_Vbar, "1", "Learning rate of Vbar, per presentation; empty: that of V.", non_negative},
        {"gamma_Wbar", &P::gamma_Wbar, "1", "Decay of Wbar, in units of its rate; empty: that of W.", non_negative},
        {"gamma_V", &P::gamma_V, "1", "Decay of V, in units of its rate.", non_negative},
        {"gamma_Vbar", &P::gamma_Vbar, "1", "Decay of Vbar, in units of its rate; empty: that of V.", non_negative},
        {"scale_Wbar", &P::scale_Wbar, "1", "Initial Wbar ~ N(0, scale^2 / dbar_l).", non_negative},
        {"scale_V", &P::scale_V, "1",
         "Initial V: deviation scale / sqrt(dbar_l) (dense) or scale / sqrt(ratio) (topographic).", non_negative},
        {"scale_Vbar", &P::scale_Vbar, "1", "The same for Vbar.", non_negative},
        {"tau_downstream", &P::tau_downstream, "ms", "Time constant of the downstream cells (continuous mode).",
         positive},
        {"g_A_downstream", &P::g_A_downstream, "nS",
         "Coupling of a downstream pyramidal soma to the dendrite that receives V h. 0: that dendrite only gates and "
         "teaches. Above 0 the update of W has a Hebbian part that grows without bound. Continuous mode only.",
         non_negative},
        {"development", &P::development, "1",
         "Events of spontaneous activity before the first sample, in which the random weights are replaced by random "
         "ones that fit each other; 0: none; -1: 96000 if the circuit can (topographic, excitatory, scaled, gate = "
         "partner, no mask, all plastic) and does not start from a file.",
         at_least(-1)},
        {"developed_scale_W", &P::developed_scale_W, "1", "Development leaves W ~ (0, scale^2 / fan-in).", positive},
        {"developed_scale_W_output", &P::developed_scale_W_output, "1", "The same for the last layer.", positive},
    };
    return rows;
}

}  // namespace apical::self_assembly
