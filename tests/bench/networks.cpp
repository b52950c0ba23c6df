#include "tests/bench/networks.hpp"

#include <stdexcept>

#include "models/baselines/baselines.hpp"
#include "models/burst_ccn/circuit.hpp"
#include "models/self_assembly/circuit.hpp"

namespace apical::bench {

Motif motif_named(const std::string& name) {
    if (name == "dense") return Motif::dense;
    if (name == "scaled") return Motif::scaled;
    if (name == "relaxed") return Motif::relaxed;
    if (name == "topographic") return Motif::topographic;
    if (name == "backpropagation") return Motif::backpropagation;
    if (name == "burst_ccn") return Motif::burst_ccn;
    throw std::invalid_argument("no motif '" + name + "'");
}

Circuit circuit(Motif motif) {
    if (motif == Motif::burst_ccn) return burst_ccn::circuit({}, {}, {inputs, outputs, Loss::squared_error, 60000});
    Upstream upstream;
    upstream.hidden = {hidden, hidden, hidden};
    upstream.eta_W = eta;
    upstream.gamma_W = decay;
    const TaskShape task{inputs, outputs, Loss::softmax_cross_entropy, 60000};
    if (motif == Motif::backpropagation) return backpropagation_circuit(upstream, task);
    self_assembly::Parameters parameters;
    if (motif == Motif::dense || motif == Motif::scaled || motif == Motif::relaxed) {
        parameters.motif = "dense";
        parameters.signs = "free";
        parameters.gate = "linear";
        parameters.mask = true;
        parameters.scaling = false;
        parameters.gamma_V = {decay};
        parameters.scale_V = parameters.scale_Vbar = 0.6;
        parameters.scale_Wbar = 0.2;
    }
    if (motif == Motif::scaled || motif == Motif::relaxed) {
        parameters.start = "tied";
        parameters.gamma_V = {0};
        parameters.scaling = true;
    }
    if (motif == Motif::relaxed) {
        parameters.gate = "relaxed";
        parameters.mask = false;
    }
    return self_assembly::circuit(upstream, parameters, task);
}

Training<float> network(Motif motif, int threads) {
    Setup setup;
    setup.lanes = motif == Motif::burst_ccn ? 32 : lanes;
    setup.threads = threads;
    return {circuit(motif), setup};
}

Batch::Batch() : inputs(M::Random(bench::inputs, lanes)), targets(M::Zero(outputs, lanes)) {
    for (int lane = 0; lane < lanes; ++lane) targets(lane % outputs, lane) = 1;
}

}  // namespace apical::bench
