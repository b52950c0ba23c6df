// Every column that a population of these models may have, with what stands in it.
#include "models/registry.hpp"

namespace apical {

std::vector<ColumnKind> columns() {
    using Measure = ColumnKind::Measure;
    return {
        {"rate", "firing rate: what other cells see; of an input or a target, its value"},
        {"soma", "somatic potential; where the output looks ahead of the membrane, what it looks ahead to",
         Measure::potential},
        {"membrane",
         "somatic potential of a cell whose output looks ahead of it; of cells that fire, their rate as membranes of "
         "the next cells filter it",
         Measure::potential},
        {"basal", "what the basal dendrite receives: weights times presynaptic rates", Measure::potential},
        {"basal_potential", "potential of a basal dendrite that follows what it receives", Measure::potential},
        {"apical", "what the apical dendrite receives, or its potential where it follows that with a time constant",
         Measure::potential},
        {"apical_drive", "what an apical dendrite with a time constant receives", Measure::potential},
        {"apical_potential", "potential of an apical dendrite that sets how often events are bursts",
         Measure::potential},
        {"lateral", "what a downstream cell receives from the upstream cells of its own layer: V h",
         Measure::potential},
        {"returned", "what comes back across from downstream cells for the gates loop and oracle", Measure::potential},
        {"gated", "slope of the activation times `returned`; downstream: what arrives of it", Measure::potential},
        {"relaxed", "apical potential that relaxes until what it explains downstream is the drive there: gate relaxed",
         Measure::potential},
        {"mismatch", "drive of a downstream cell minus what upstream cells explain of it", Measure::potential},
        {"accepted", "what comes back across to those upstream cells that take part in the gate", Measure::potential},
        {"current", "current into the soma: noise and adaptation", Measure::flow},
        {"spike", "1 in the step of a spike; of a cell that inhibits, -1"},
        {"crest", "somatic potential before a reset", Measure::potential},
        {"count", "number of spikes since the presentation began"},
        {"positive", "error above 0 that no spike has carried yet"},
        {"negative", "error below 0 that no spike has carried yet"},
        {"feedback", "error spikes of a cell, low-passed by the synapses that carry them back"},
        {"drive", "what an input or a target cell is set to, 0 .. 1, in spikes or a current"},
        {"phase", "part of the way to the next spike of an input or target cell"},
        {"clock", "time since the presentation began, over that of the latest event it leads to"},
        {"chance_x", "normal number of a step, of which a uniform one is made"},
        {"chance_y", "second normal number of a step, of which a uniform one is made"},
        {"answer", "what the class is told by: spikes of the output cell; between equals, its rate and potential"},
        {"adaptation", "rate as its low-pass with tau_adaptation sees it"},
        {"noise", "noise current of a cell; in development, spontaneous activity"},
        {"nudge",
         "what pulls a soma away from what its basal dendrite predicts: a target, or a cell of the layer above",
         Measure::potential},
        {"prediction", "what the basal dendrite alone would make of the soma", Measure::potential},
        {"potential", "potential that the target asks of an output cell", Measure::potential},
        {"slow_rate", "rate, low-passed"},
        {"high_passed", "rate without its slow part"},
        {"error",
         "local error of a cell: minus the slope of the loss in its potential; of cells that carry it in spikes, a "
         "signed quantum in the step of one"},
        {"burst", "rate of bursts: burst probability times rate; of cells that fire, 1 in the step of a burst"},
        {"event", "1 in the step of an event: a burst or a spike alone"},
        {"event_count", "number of events since the beginning"},
        {"burst_count", "number of bursts since the beginning"},
        {"own_event_rate", "events of a cell, low-passed as its teacher does, per step"},
        {"wanted", "what a teacher asks of the output: 1, -1 where that is 0, or 0 without a teacher"},
        {"taught", "current of the teacher into the dendrite of an output cell"},
        {"event_rate", "events of the cells of an ensemble, low-passed, per second and cell"},
        {"burst_rate", "bursts of the cells of an ensemble, low-passed, per second and cell"},
        {"burst_probability", "share of events that are bursts"},
        {"burst_excess", "rate of bursts beyond the baseline"},
        {"target", "what a softmax output should be"},
        {"updated_trace", "low-passed rate with the rate of this step in it"},
        {"awake", "0 before the first step, 1 after it"},
    };
}

}  // namespace apical
