#include "models/sign_concordant/parameters.hpp"

namespace apical::sign_concordant {

const Table<Layers>& layers_table() {
    static const Table<Layers> rows{
        {"hidden", &Layers::hidden, "1", "Units of each hidden layer, from the input on.", between(1, 1e6)},
    };
    return rows;
}

const Table<Parameters>& table() {
    using P = Parameters;
    static const Table<Parameters> keys{
        {"feedback", &P::feedback, "1",
         "Feedback weights B. Signs of W at every time, with fixed sizes |N(0, s^2)| (frsf), such that are drawn anew "
         "for every presentation (brsf), or all of one size (usf); cells that excite or inhibit, W >= 0, so that B >= "
         "0 is concordant without looking (dale). For comparison: "
         "W^T "
         "(bp), N(0, s^2) (fa), the signs of a part of all W (mix), all the other signs (anti), no B (none). s is the "
         "deviation of the initial W.",
         one_of("frsf", "usf", "brsf", "dale", "bp", "fa", "mix", "anti", "none")},
        {"concordance", &P::concordance, "1", "Part of all feedback weights that have the sign of W.", fraction},
        {"encoding", &P::encoding, "1",
         "What inputs of 0 .. 1 are: cells that fire regularly, at phases that go on from sample to sample; at random, "
         "at most once a step (poisson); once, the sooner the larger (latency); a current instead of spikes (direct).",
         one_of("regular", "poisson", "latency", "direct")},
        {"drive", &P::drive, "1/ms", "Rate of an input of 1.", non_negative},
        {"latest", &P::latest, "ms", "When the spike of the smallest input comes.", positive},
        {"error_code", &P::error_code, "1",
         "What carries errors: one spike a step and cell at most (spikes), any number (many), or no spikes (analog).",
         one_of("spikes", "many", "analog")},
        {"anew", &P::anew, "1",
         "What is 0 at the beginning of every sample: potentials, traces and feedback (activity), the error cells too "
         "(everything: their quanta lose what was left), or nothing.",
         one_of("activity", "everything", "nothing")},
        {"eta", &P::eta, "1", "Learning rate: change of W per error and trace; 0: fixed.", non_negative},
        {"rate_factor", &P::rate_factor, "1", "Factor on the learning rate after every rate_period; 1: it stays.",
         Range{0, 1, true, false}},
        {"rate_period", &P::rate_period, "1", "Epochs after which the learning rate is multiplied by rate_factor.",
         positive},
        {"tau_m", &P::tau_m, "ms", "Time constant of the membrane.", positive},
        {"tau_s", &P::tau_s, "ms", "Time constant of synapses.", positive},
        {"tau_e", &P::tau_e, "ms", "Time constant of the synapses of error cells.", positive},
        {"threshold", &P::threshold, "1", "Potential at which a cell fires.", positive},
        {"beta", &P::beta, "1", "Steepness of the gate phi(u) = 1 / (1 + beta |u - 1|)^2.", non_negative},
        {"quantum_hidden", &P::quantum_hidden, "1", "Error that one spike carries, in hidden layers.", positive},
        {"quantum_output", &P::quantum_output, "1", "Error that one spike carries, in the output layer.", positive},
        {"target", &P::target, "1/ms", "Rate at which the cell of the right class should fire, the others never.",
         non_negative},
        {"scale_W", &P::scale_W, "1",
         "Initial W ~ N(0, 2 scale^2 / fan-in). One a layer, or one for all; above the first of several hidden layers "
         "twice as much, or the output stays silent.",
         non_negative},
    };
    static const Table<Parameters> rows =
        Table<Parameters>(keys)
            .where({has("feedback", "mix")}, {"concordance"})
            .where({has_not("encoding", "latency")}, {"drive"})
            .where({has("encoding", "latency")}, {"latest"})
            .where({has_not("error_code", "analog")}, {"tau_e", "quantum_hidden", "quantum_output"})
            .where({has_not("rate_factor", 1)}, {"rate_period"});
    return rows;
}

}  // namespace apical::sign_concordant
