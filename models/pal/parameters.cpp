#include "models/pal/parameters.hpp"

namespace apical::pal {

const Table<Layers>& layers_table() {
    static const Table<Layers> rows{
        {"hidden", &Layers::hidden, "1", "Units of each hidden layer, from the input on.", between(1, 1e6)},
        {"activation", &Layers::activation, "1", "Of all cells.", one_of("logistic", "tanh", "relu", "linear")},
    };
    return rows;
}

const Table<Parameters>& table() {
    using P = Parameters;
    static const Table<Parameters> rows{
        {"variant", &P::variant, "1",
         "Feedback learns from noise (pal); noise, but B as it starts (frozen_feedback); no noise, B and B_PI as they "
         "start (feedback_alignment); no noise, B the transpose of W (backprop: not local).",
         one_of("pal", "frozen_feedback", "feedback_alignment", "backprop")},
        {"prospective", &P::prospective, "1",
         "Output that looks ahead of the membrane; if not, it is the membrane, which takes 5 ms."},
        {"eta_W", &P::eta_W, "1", "Learning rate of W, per presentation; 0: fixed. One a layer, or one for all.",
         non_negative},
        {"eta_B", &P::eta_B, "1", "Of B, per presentation. One a hidden layer, or one for all.", non_negative},
        {"eta_IP", &P::eta_IP, "1", "Of W_IP, per presentation. One a hidden layer, or one for all.", non_negative},
        {"eta_PI", &P::eta_PI, "1", "Of B_PI, per presentation. One a hidden layer, or one for all.", non_negative},
        {"alpha", &P::alpha, "1", "Decay of B, in units of its rate.", non_negative},
        {"sigma", &P::sigma, "1",
         "Strength of the noise in apical dendrites, tau_xi dxi = -xi dt + sigma sqrt(tau_xi) dW: its deviation is "
         "sigma / sqrt(2).",
         non_negative},
        {"scheme", &P::scheme, "1", "How that goes from step to step: exactly, or as the authors do.",
         one_of("exact", "euler_maruyama")},
        {"tau_xi", &P::tau_xi, "ms", "Correlation time of the noise.", positive},
        {"tau_HP", &P::tau_HP, "ms", "Time constant of the high-pass through which B sees rates.", positive},
        {"tau_LO", &P::tau_LO, "ms", "Every update of W follows its rule with this time constant; 0: at once.",
         non_negative},
        {"tau_r", &P::tau_r, "ms",
         "How long a prospective output takes. As long as a step of euler_maruyama: the scheme of the authors.",
         positive},
        {"g_l", &P::g_l, "1/ms", "Leak conductance over the capacitance.", non_negative},
        {"g_bas", &P::g_bas, "1/ms", "Coupling of the soma to the basal dendrite.", positive},
        {"g_api", &P::g_api, "1/ms", "To the apical dendrite.", non_negative},
        {"g_den", &P::g_den, "1/ms", "Of an interneuron to its dendrite.", positive},
        {"g_nudge", &P::g_nudge, "1/ms", "Of an interneuron to its partner in the layer above.", non_negative},
        {"g_tgt", &P::g_tgt, "1/ms", "Of an output cell to its target; 0: there is no teacher.", non_negative},
        {"range_W", &P::range_W, "1", "Lowest and highest initial W."},
        {"range_B", &P::range_B, "1", "Lowest and highest initial B."},
        {"self_predicting", &P::self_predicting, "1",
         "Start with interneurons that predict the layer above and cancel its feedback: W_IP = (g_bas (g_l + g_den)) / "
         "(g_den G) W, B_PI = -B. If not, W_IP is drawn as W and B_PI as B."},
        {"target_on", &P::target_on, "1", "Target potential for a target of 1."},
        {"target_off", &P::target_off, "1", "Target potential for a target of 0; between and beyond, on a line."},
    };
    return rows;
}

}  // namespace apical::pal
