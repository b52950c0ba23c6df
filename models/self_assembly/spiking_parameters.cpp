#include "models/self_assembly/spiking_parameters.hpp"

#include <algorithm>

namespace apical::self_assembly::spiking {

bool Parameters::learns(const std::string& group) const {
    return (assembles() || group == "W") && std::ranges::find(plastic, group) != plastic.end();
}

const Table<Layers>& layers_table() {
    using P = Layers;
    static const Table<Layers> rows =
        Table<Layers>{
            {"hidden", &P::hidden, "1", "Units of each hidden layer, from the input on.", between(1, 1e6)},
            {"scale_W", &P::scale_W, "1",
             "Initial W of hidden layers ~ N(0, scale_W^2 / fan-in); about 4 with two hidden layers, or the second is "
             "silent.",
             non_negative},
            {"scale_W_output", &P::scale_W_output, "1",
             "Initial W of the output layer ~ N(0, scale_W_output^2 / fan-in).", non_negative},
            {"eta_W", &P::eta_W, "1",
             "Learning rate of W and Wbar: their change per unit of error and of presynaptic rate (1/ms), at an error "
             "spike; with bptt, that of W per unit of the gradient of the integral of |a* - a|^2 / 2; 0: none.",
             non_negative},
            {"gamma_W", &P::gamma_W, "1",
             "Decay of W and Wbar in units of their learning rate: every presentation takes eta_W gamma_W of them "
             "away.",
             non_negative},
            {"rate_factor", &P::rate_factor, "1",
             "Factor by which all learning rates (with them the decays) are multiplied after every rate_period; 1: "
             "they stay.",
             Range{0, 1, true, false}},
            {"rate_period", &P::rate_period, "1",
             "Epochs after which all learning rates are multiplied by rate_factor, again and again.", positive},
        }
            .where({has_not("rate_factor", 1)}, {"rate_period"});
    return rows;
}

const Table<Parameters>& table() {
    using P = Parameters;
    static const Table<Parameters> keys{
        {"motif", &P::motif, "1",
         "Every downstream unit has one upstream partner, neighbours the same one (topographic), or all cells of its "
         "area (dense).",
         one_of("topographic", "dense")},
        {"mask", &P::mask, "1",
         "Whether W of an upstream cell learns only while its rate is above gate_open; a dense motif needs that."},
        {"ratio", &P::ratio, "1", "Downstream units per upstream cell; each is a pair of cells, E+ and E-.",
         between(1, 1000)},
        {"feedback", &P::feedback, "1",
         "What brings errors down: Wbar (assembled); or, for comparison, with V and Vbar that stay at 1 / sqrt(ratio) "
         "and W alone plastic, the transpose of W (transported), fixed random numbers with the signs of that (frsf), "
         "fixed random numbers (fixed), or nothing, so that the output layer alone learns (none); or no error cells at "
         "all, but the gradient through all steps of a presentation after it, with 1 / (1 + 2 |u - 1|)^2 as the slope "
         "of a spike (bptt).",
         one_of("assembled", "transported", "frsf", "fixed", "none", "bptt")},
        {"error_code", &P::error_code, "1",
         "What carries an error: a spike of E+ or E- in a step at most (pair), any number of them (many), spikes of "
         "pair between areas only, so that W learns from the error itself and Wbar from its spikes (graded), no spikes "
         "(analog), spikes of E+ or E- at random (poisson), the deviation of a cell's rate from a baseline (baseline), "
         "or in hidden layers bursts or single spikes at the spikes of the partner (burst).",
         one_of("pair", "many", "graded", "analog", "poisson", "baseline", "burst")},
        {"gate", &P::gate, "1",
         "Errors pass a downstream unit while its partner is active (partner), and the less the more active it is: "
         "1 / (1 + a / gate_saturation)^2 (saturating); or, with a dense motif, they are what active upstream cells "
         "explain of B: apical potentials of all of them relax, tau da/dt = Vbar (B - V a) - leak a, by spikes "
         "(relaxed).",
         one_of("partner", "saturating", "relaxed")},
        {"gate_open", &P::gate_open, "1/ms", "Lateral potential V a above which errors pass.", non_negative},
        {"gate_saturation", &P::gate_saturation, "1/ms", "Rate of the partner at which a quarter of an error passes.",
         positive},
        {"slope", &P::slope, "1",
         "Factor on errors in hidden layers: the slope of the cells' rate; below 1 with more than one hidden layer, or "
         "errors grow from layer to layer.",
         positive},
        {"quantum_hidden", &P::quantum_hidden, "1",
         "Error that a spike carries in hidden layers, over all downstream units of a partner (one carries 1 / "
         "sqrt(ratio) of it).",
         positive},
        {"quantum_output", &P::quantum_output, "1", "Error that a spike carries in the output layer.", positive},
        {"baseline", &P::baseline, "1",
         "Part of the steps in which a cell fires without an error; of a simple fraction it may lock to other spikes.",
         Range{0, 1, true, true}},
        {"tau_relaxation", &P::tau_relaxation, "ms", "Time constant of apical potentials that relax.", positive},
        {"apical_leak", &P::apical_leak, "1",
         "Leak of apical potentials that relax, in units of their conductance to what comes back across.",
         non_negative},
        {"quantum_relaxation", &P::quantum_relaxation, "1",
         "What a spike carries of an apical potential that relaxes, and, over sqrt(ratio), of what downstream cells "
         "find unexplained.",
         positive},
        {"plastic", &P::plastic, "1",
         "Which of the four groups of synapses learn; those that are not listed stay as they start.",
         one_of("W", "Wbar", "V", "Vbar")},
        {"eta_V", &P::eta_V, "1", "Learning rate of V and Vbar, as eta_W.", non_negative},
        {"gamma_V", &P::gamma_V, "1", "Decay of V and Vbar in units of their learning rate.", non_negative},
        {"scaling", &P::scaling, "1",
         "Synaptic scaling: every upstream cell keeps the sum of squares of its synapses in V, and in Vbar, at 1."},
        {"signs", &P::signs, "1", "Cross synapses are excitatory (never below zero) or of free sign.",
         one_of("excitatory", "free")},
        {"start", &P::start, "1", "Initial V and Vbar are drawn independently, or V starts as the transpose of Vbar.",
         one_of("independent", "tied")},
        {"scale_Wbar", &P::scale_Wbar, "1",
         "Initial Wbar from layer l ~ N(0, scale_Wbar^2 / dbar_l), dbar_l its downstream units.", non_negative},
        {"scale_V", &P::scale_V, "1",
         "Initial V and Vbar ~ N(0, scale_V^2 / dbar_l) with the motif dense; otherwise they have a deviation of 1 / "
         "sqrt(ratio).",
         non_negative},
        {"development", &P::development, "1",
         "Events of spontaneous activity before the first sample, in which the random weights are replaced by random "
         "ones that fit each other. 0: none.",
         non_negative},
        {"spontaneous", &P::spontaneous, "1",
         "What spontaneous activity consists of: every event at once, of rates (rates), or some milliseconds of three "
         "spikes of an upstream cell and of error cells that fire at random (spikes).",
         one_of("rates", "spikes")},
        {"tau_m", &P::tau_m, "ms", "Time constant of the membrane of upstream cells.", positive},
        {"tau_s", &P::tau_s, "ms", "Time constant of the synapses of upstream cells.", positive},
        {"tau_e", &P::tau_e, "ms", "Time constant of the synapses of error cells.", positive},
        {"delay", &P::delay, "ms",
         "Delay of axons between areas, those of W and of Wbar: whole steps, at most a presentation.", non_negative},
        {"delay_across", &P::delay_across, "ms",
         "Delay of V, likewise; with twice the delay between areas W and Wbar learn from the same events.",
         non_negative},
        {"drive", &P::drive, "1/ms", "Rate of an input of 1.", non_negative},
        {"target", &P::target, "1/ms", "Rate at which the cell of the right class should fire, the others never.",
         non_negative},
    };
    static const Table<Parameters> rows =
        Table<Parameters>(keys)
            .where({has_not("error_code", "analog")}, {"quantum_hidden", "quantum_output"})
            .where({has("error_code", "baseline")}, {"baseline"})
            .where({has("gate", "saturating")}, {"gate_saturation"})
            .where({has("gate", "relaxed")}, {"tau_relaxation", "apical_leak", "quantum_relaxation"})
            .where({has("plastic", "V", "Vbar")}, {"eta_V", "gamma_V"})
            .where({has_not("feedback", "bptt")},
                   {"ratio", "error_code", "gate", "gate_open", "gate_saturation", "slope", "quantum_hidden",
                    "quantum_output", "baseline", "tau_e", "delay_across", "mask"})
            .where({has("motif", "dense")}, {"scale_V"})
            .where({has("feedback", "assembled")}, {"motif", "scale_Wbar", "scale_V", "plastic", "eta_V", "gamma_V",
                                                    "scaling", "signs", "start", "development", "spontaneous"})
            .where({has_not("development", 0)}, {"spontaneous"});
    return rows;
}

}  // namespace apical::self_assembly::spiking
