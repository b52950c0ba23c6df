#include "models/pal/parameters.hpp"

namespace apical::pal {

const Table<Layers>& layers_table() {
    static const Table<Layers> rows{
        {"hidden", &Layers::hidden, "1", "Units of each hidden layer, from the input on.", between(1, 1e6)},
        {"activation", &Layers::activation, "1", "Activation of all cells.",
         one_of("logistic", "tanh", "relu", "linear")},
    };
    return rows;
}

const Table<Parameters>& table() {
    using P = Parameters;
    static const Table<Parameters> keys{
        {"variant", &P::variant, "1",

         "What feedback does: it learns from noise (pal); there is noise, but B stays as it starts "
         "(frozen_feedback); there is no noise, and B and B_PI stay as they start (feedback_alignment); "
         "there is no noise, and B is the transpose of W (backprop: not local).",
         one_of("pal", "frozen_feedback", "feedback_alignment", "backprop")},
        {"prospective", &P::prospective, "1",

         "Whether the output of a cell looks ahead of its membrane; if not, it is the membrane, which "
         "takes 5 ms."},
        {"eta_W", &P::eta_W, "1", "Learning rate of W, per presentation; 0: fixed. One a layer, or one for all.",
         non_negative},
        {"eta_B", &P::eta_B, "1", "Learning rate of B, per presentation; 0: fixed. One a hidden layer, or one for all.",
         non_negative},
        {"eta_IP", &P::eta_IP, "1",
         "Learning rate of W_IP, per presentation; 0: fixed. One a hidden layer, or one for all.", non_negative},
        {"eta_PI", &P::eta_PI, "1",
         "Learning rate of B_PI, per presentation; 0: fixed. One a hidden layer, or one for all.", non_negative},
        {"alpha", &P::alpha, "1", "Decay of B, in units of its learning rate.", non_negative},
        {"sigma", &P::sigma, "1",
         "Strength of the noise in apical dendrites, tau_xi dxi = -xi dt + sigma sqrt(tau_xi) dW: its deviation is "
         "sigma / sqrt(2).",
         non_negative},
        {"scheme", &P::scheme, "1",
         "How the noise in apical dendrites goes from step to step: exactly, or by Euler-Maruyama as in "
         "the authors' code.",
         one_of("exact", "euler_maruyama")},
        {"tau_xi", &P::tau_xi, "ms", "Correlation time of the noise in apical dendrites.", positive},
        {"tau_HP", &P::tau_HP, "ms", "Time constant of the high-pass through which the update of B sees rates.",
         positive},
        {"tau_LO", &P::tau_LO, "ms", "Time constant of a low-pass through which every update of W goes; 0: none.",
         non_negative},
        {"tau_r", &P::tau_r, "ms",

         "Time that a prospective output takes to follow. As long as a step of euler_maruyama it is the "
         "scheme of the authors.",
         positive},
        {"g_l", &P::g_l, "1/ms", "Leak conductance of the soma, over its capacitance.", non_negative},
        {"g_bas", &P::g_bas, "1/ms", "Conductance between soma and basal dendrite, over the capacitance.", positive},
        {"g_api", &P::g_api, "1/ms",
         "Conductance between soma and apical dendrite of a hidden cell, over the capacitance.", non_negative},
        {"g_den", &P::g_den, "1/ms",
         "Conductance between the soma of an interneuron and its dendrite, over the capacitance.", positive},
        {"g_nudge", &P::g_nudge, "1/ms",
         "Conductance that pulls an interneuron to the potential of its partner in the layer above, over "
         "the capacitance.",
         non_negative},
        {"g_tgt", &P::g_tgt, "1/ms",
         "Conductance that pulls an output cell to its target potential, over the capacitance; 0: there is "
         "no teacher.",
         non_negative},
        {"range_W", &P::range_W, "1", "Lowest and highest initial W."},
        {"range_B", &P::range_B, "1", "Lowest and highest initial B."},
        {"self_predicting", &P::self_predicting, "1",
         "Start with interneurons that predict the layer above and cancel its feedback: W_IP = (g_bas (g_l + g_den)) / "
         "(g_den G) W, B_PI = -B. If not, W_IP is drawn as W and B_PI as B."},
        {"target_on", &P::target_on, "1", "Target potential for a target of 1."},
        {"target_off", &P::target_off, "1",
         "Target potential for a target of 0; between 0 and 1 and beyond, on a line with target_on."},
    };
    static const Table<Parameters> rows =
        Table<Parameters>(keys)
            .where({has("variant", "pal")}, {"eta_B", "alpha", "tau_HP"})
            .where({has("variant", "pal", "frozen_feedback")}, {"eta_PI", "sigma", "scheme", "tau_xi"})
            .where({has_not("variant", "backprop")}, {"range_B"})
            .where({has("prospective", true)}, {"tau_r"});
    return rows;
}

}  // namespace apical::pal
