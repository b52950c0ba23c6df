#include "models/burst_ccn/parameters.hpp"

namespace apical::burst_ccn {

const Table<Layers>& layers_table() {
    static const Table<Layers> rows{
        {"hidden", &Layers::hidden, "1", "Units of each hidden layer, from the input on.", between(1, 1e6)},
        {"activation", &Layers::activation, "1",

         "Activation of the hidden layers. The output is logistic with task.loss = squared_error, else "
         "softmax.",
         one_of("logistic", "relu")},
    };
    return rows;
}

const Table<Parameters>& table() {
    using P = Parameters;
    static const Table<Parameters> keys{
        {"eta_W", &P::eta_W, "1", "Learning rate of W and of the biases, per presentation; 0: fixed.", non_negative},
        {"gamma_W", &P::gamma_W, "1", "Decay of W: every presentation takes eta_W gamma_W W away.", non_negative},
        {"gamma_b", &P::gamma_b, "1",

         "Decay of biases, in units of eta_W: 0 in the authors' later code, gamma_W in their first, where "
         "lambda = eta_W gamma_W.",
         non_negative},
        {"normalised", &P::normalised, "1",
         "Divide eta_W by p_b error_scale, as the authors' later code does: then it compares with that of "
         "backpropagation. If not, Eq. (1) as printed, which is slower by that factor."},
        {"p_b", &P::p_b, "1", "Burst probability at baseline; bursts are events, so twice as much is the most.",
         Range{0, 0.5, true, false}},
        {"error_scale", &P::error_scale, "1",
         "How strongly the error at the output changes the burst probability there; 0: there is no teacher. 1 in the "
         "paper, 0.5 in the authors' later code (MNIST).",
         non_negative},
        {"gain_W", &P::gain_W, "1", "Initial W ~ N(0, 2 gain^2 / (fan-in + fan-out)); biases begin at 0.",
         non_negative},
        {"Y", &P::Y, "1",
         "Feedback of bursts: W^T at all times (tied: not local), W^T at the start (symmetric), or drawn (random).",
         one_of("tied", "symmetric", "random")},
        {"Y_learns", &P::Y_learns, "1",

         "How Y changes: never; by the update of W, mirrored (kolen_pollack); or until its dendrite is "
         "silent, by bursts (silencing) or events (silencing_events) from above.",
         one_of("never", "kolen_pollack", "silencing", "silencing_events")},
        {"eta_Y", &P::eta_Y, "1",

         "Learning rate of Y, per presentation, where Y_learns is silencing or silencing_events; "
         "kolen_pollack has that of W.",
         non_negative},
        {"scale_Y", &P::scale_Y, "1", "Random Y ~ N(0, scale^2).", non_negative},
        {"branches", &P::branches, "1",
         "Branches of every apical dendrite. Each hears its share of the cells above and silences itself, at the rate "
         "eta_Y sqrt(branches) if the shares are equal; what they are left with adds up. 10 in the authors' later code "
         "where Y learns.",
         between(1, 1000)},
        {"Q", &P::Q, "1",
         "Feedback of events: -p_b Y at all times (tied), -p_b Y at the start (symmetric), or drawn (random).",
         one_of("tied", "symmetric", "random")},
        {"eta_Q", &P::eta_Q, "1",
         "Learning rate of Q, per presentation, until its dendrite is silent; 0: fixed. Of no account if Q is tied.",
         non_negative},
        {"scale_Q", &P::scale_Q, "1", "Random Q ~ N(0, scale^2).", non_negative},
        {"misalignment_Q", &P::misalignment_Q, "1",
         "Tangent of the angle that symmetric Q has to -p_b Y at the start: noise of this share of its root mean "
         "square is added. 0.0087 is half a degree.",
         non_negative},
        {"tau_z", &P::tau_z, "ms", "Time constant of the soma.", positive},
        {"tau_u", &P::tau_u, "ms", "Time constant of the apical dendrite.", positive},
        {"tau_trace", &P::tau_trace, "ms",

         "Time constants of low-passes through which W sees its presynaptic rate, to meet the error that "
         "comes back; one value a layer of W. Empty: the rate itself.",
         positive},
        {"trace_updates", &P::trace_updates, "1",
         "How often a step updates the traces of hidden layers: once, or twice, as the authors' code does, perhaps by "
         "mistake; it makes their time constants about half of what is written.",
         between(1, 2)},
        {"input_trace", &P::input_trace, "1",

         "Whether the update of the first layer sees the trace of the input as it stands at the beginning "
         "of a step, as all others do (state), or with the input of this step in it (updated: the authors' "
         "code).",
         one_of("state", "updated")},
        {"start", &P::start, "1",

         "Rates before the first step: those of the potential at rest, f(0) (rest), or none (silent: the "
         "authors' code).",
         one_of("rest", "silent")},
    };
    static const Table<Parameters> rows =
        Table<Parameters>(keys)
            .where({continuous_mode()}, {"tau_z", "tau_u", "tau_trace", "trace_updates", "input_trace", "start"})
            .where({has("Y", "random")}, {"scale_Y"})
            .where({has_not("Q", "tied")}, {"eta_Q"})
            .where({has("Q", "random")}, {"scale_Q"});
    return rows;
}

}  // namespace apical::burst_ccn
