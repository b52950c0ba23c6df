// What the program knows by name: one line each.
#include "models/baselines/baselines.hpp"
#include "models/burst_ccn/circuit.hpp"
#include "models/pal/circuit.hpp"
#include "models/pal/layers.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/circuit/model.hpp"

namespace apical {

const std::vector<Model>& models() {
    static const std::vector<Model> all{self_assembly::model(), pal::model(),      pal::layers_model(),
                                        burst_ccn::model(),     backpropagation(), feedback_alignment(),
                                        kolen_pollack()};
    return all;
}

const std::vector<Component>& rules() {
    static const std::string max = "Max et al. 2024, arXiv 2212.10249";
    static const std::string greedy = "Greedy et al. 2022, arXiv 2206.11769";
    static const std::string liao = "after Liao et al. 2024, arXiv 2412.20018 (reconstruction)";
    static const std::vector<Component> all{
        {"apical_steered", "Basal synapses steered by the apical dendrite of their cell.",
         "dW = eta v_apical rate_pre^T - eta gamma W", liao},
        {"apical_steered_masked", "The same, where the postsynaptic cell responds.",
         "dW = eta (phi'(u) o v_apical) rate_pre^T - eta gamma W", liao},
        {"lateral_steered", "Downstream synapses steered by the drive from upstream.",
         "dWbar = eta v_lateral rate_pre^T - eta gamma Wbar", liao},
        {"basal_steered", "Cross synapses steered by the drive of the postsynaptic cell's own pathway (rule drive).",
         "dV = eta v_basal rate_pre^T - eta gamma V", liao},
        {"return_steered", "Basal synapses steered by the returned, gated drive (gate loop).",
         "dW = eta a rate_pre^T - eta gamma W", liao},
        {"hebbian", "Activity of both sides (rule act).", "dV = eta rate_post rate_pre^T - eta gamma V", liao},
        {"delta", "Local error times presynaptic rate.", "dW = eta delta_post rate_pre^T - eta gamma W",
         "Widrow and Hoff 1960"},
        {"mirrored_delta", "Feedback weights with the mirrored update.", "dB = eta rate_post delta_pre^T - eta gamma B",
         "Kolen and Pollack 1994"},
        {"dendritic_prediction", "The rate against what the own dendrite predicts: W and W_IP of pal.",
         "dW = eta (rate - phi(k v_basal)) rate_pre^T", "Urbanczik and Senn 2014; " + max},
        {"apical_silencing",
         "Synapses learn to cancel what reaches the apical dendrites: B_PI of pal, Q and Y of burst_ccn.",
         "dB = -eta v_apical pre^T, pre the rate, or the rate of bursts",
         "Sacramento et al. 2018; " + max + "; " + greedy},
        {"noise_correlation", "Feedback learns from the noise that a cell has sent up: B of pal.",
         "dB = eta (noise high_passed_pre^T - alpha B)", max},
        {"burst_dependent", "Bursts beyond the baseline times presynaptic rate: W of burst_ccn.",
         "dW = eta ((p - p_b) o rate) rate_pre^T - eta gamma W", greedy},
        {"mirrored_burst", "Feedback weights of burst_ccn with the mirrored update.",
         "dY = eta rate ((p - p_b) o rate)_pre^T - eta gamma Y", "Kolen and Pollack 1994"},
    };
    return all;
}

const std::vector<Component>& neurons() {
    static const std::vector<Component> all{
        {"leaky", "Point neuron that follows its basal drive.", "tau du/dt = -u + v_basal", "Lapicque 1907"},
        {"pyramidal", "Soma between a basal and an apical dendrite.",
         "C_m du/dt = g_L (E_L - u) + g_B (v_B - u) + g_A (v_A - u) + I",
         "Urbanczik and Senn 2014; Sacramento et al. 2018"},
        {"low_pass", "Dendrite that follows its drive, or adaptation that follows the rate.", "tau dx/dt = -x + drive",
         "Sacramento et al. 2018"},
        {"prospective", "Output that looks ahead of any membrane.", "r = phi(u + tau du/dt)",
         "Haider et al. 2021; Max et al. 2024"},
        {"nudged", "Pyramidal cells and interneurons of pal, which answer with what their conductances pull them to.",
         "du/dt = G (F - u), soma = u + (1/G) du/dt = F", "Max et al. 2024"},
        {"bursting", "Apical dendrite of burst_ccn, which sets what share p of events are bursts.",
         "tau_u da/dt = -a + (2 / p_b) h(e) o u, p = 2 p_b sigma(a)", "Greedy et al. 2022"},
    };
    return all;
}

}  // namespace apical
