#include "sim/experiment/result_groups.hpp"

namespace apical {

const std::vector<ResultGroup>& result_groups() {
    static const std::vector<ResultGroup> all{
        {"/metrics",
         "Accuracies, loss, alignment, norms and statistics of spikes over `time` and `epoch`: record.metrics."},
        {"/spectra",
         "Singular values and eigenvalues of the weights and what follows from them, at fewer times: record.spectra."},
        {"/weights", "Copies of the weight matrices, (time, post, pre): record.weights."},
        {"/synapses", "Copies of the weights of synapses that events change, a list each: record.weights."},
        {"/weight_distributions",
         "How many synapses that events change have which weight, over time: record.weight_distributions."},
        {"/final",
         "All weights at the end, matrices (post, pre); of synapses that events change lists: source, target, weight."},
        {"/confusion",
         "How many test samples of each class got each answer at the end, (label, answer), of up to 1000 classes: "
         "record.metrics."},
        {"/trace/NAME", "A column of a population over time, (time, unit, lane): [trace.NAME]."},
        {"/spikes/POPULATION",
         "Spikes as SONATA has them, `timestamps` in ms and `node_ids`, in order of time: record.spikes."},
        {"/baselines/NAME", "All of these groups for another circuit that was trained beside this one: run.baselines."},
        {"/task", "Names of classes and inputs, where the data have some."},
        {"/config", "The experiment as text, every default spelt out: `apical run` takes it."},
        {"/overview", "What of data, cells, time constants and files the run has understood, as attributes."},
        {"/provenance", "Version, seed, host, command line, fingerprints of the data and history, as attributes."},
        {"/analysis", "What `apical analyse` has measured later: of the last weights, of copies of them, of spikes."},
        {"/keys",
         "Of the index of a sweep: file, state and swept values, run by run; its other groups have what was last."},
    };
    return all;
}

}  // namespace apical
