#include "models/baselines/baselines.hpp"

#include <cmath>

#include "models/baselines/local_error.hpp"
#include "models/neurons/activation.hpp"
#include "models/plasticity/delta.hpp"
#include "models/roles.hpp"
#include "sim/core/table.hpp"

namespace apical {

namespace {

/// Upstream network with a local error in every cell and the delta rule on W; the feedback is the caller's.
UpstreamParts add_delta_network(ModelCircuit& circuit, const Upstream& upstream, const TaskShape& task) {
    UpstreamParts parts = add_upstream(circuit, upstream, task);
    const std::size_t L = parts.up.size() - 1;
    for (std::size_t l = 1; l < L; ++l)
        with_activation(upstream.activation, upstream.leak, [&](auto phi) {
            circuit.populations[parts.up[l]].signals.push_back(signal(LocalError<decltype(phi)>{phi}));
        });
    circuit.anatomy.output_activation = upstream.output_activation;
    with_activation(upstream.output_activation, upstream.leak, [&](auto phi) {
        auto& signals = circuit.populations[parts.up[L]].signals;
        if constexpr (std::is_same_v<decltype(phi), Linear>) signals.push_back(signal(ErrorIsApical{}));
        else signals.push_back(signal(LocalError<decltype(phi)>{phi}));
    });
    circuit.add(Projection{.source = parts.error, .signal = rate, .target = parts.up[L], .compartment = apical});
    for (std::size_t l = 1; l <= L; ++l) {
        circuit.weights[parts.W[l]].rule = rule(Delta{upstream.eta_W, upstream.gamma_W});
        if (!parts.b.empty()) circuit.weights[parts.b[l]].rule = rule(Delta{upstream.eta_W, upstream.gamma_W});
    }
    return parts;
}

struct Feedback {
    double scale_B = 1;
};

const Table<Feedback>& feedback_table() {
    static const Table<Feedback> table{{"scale_B", &Feedback::scale_B, "1",
                                        "Initial feedback weights B ~ N(0, scale^2 / units of the layer above).",
                                        non_negative}};
    return table;
}

Model feedback_model(const std::string& name, std::string text, std::string reference, std::string equations,
                     bool plastic) {
    return {.name = name,
            .text = std::move(text),
            .reference = std::move(reference),
            .equations = std::move(equations),
            .modes = {Mode::settled, Mode::continuous},
            .shared = upstream_table().descriptors(),
            .own = feedback_table().descriptors(),
            .build = [name, plastic](const Node& experiment, const TaskShape& task) {
                const Upstream upstream = read_upstream(experiment, name, feedback_table().descriptors());
                const Feedback feedback = feedback_table().read(own_section(experiment, name), upstream_keys());
                ModelCircuit circuit = feedback_circuit(upstream, feedback.scale_B, plastic, task);
                circuit.name = name;
                return circuit;
            }};
}

}  // namespace

ModelCircuit backpropagation_circuit(const Upstream& upstream, const TaskShape& task) {
    ModelCircuit circuit;
    circuit.name = "backpropagation";
    const UpstreamParts parts = add_delta_network(circuit, upstream, task);
    for (std::size_t l = 1; l + 1 < parts.up.size(); ++l)
        circuit.add(Projection{.weights = parts.W[l + 1],
                               .source = parts.up[l + 1],
                               .signal = error,
                               .target = parts.up[l],
                               .compartment = apical,
                               .transposed = true});
    finish_cells(circuit, upstream);
    return circuit;
}

ModelCircuit feedback_circuit(const Upstream& upstream, double scale_B, bool plastic, const TaskShape& task) {
    ModelCircuit circuit;
    const UpstreamParts parts = add_delta_network(circuit, upstream, task);
    for (std::size_t l = 2; l < parts.up.size(); ++l) {
        const double spread = 1 / std::sqrt(static_cast<double>(circuit.populations[parts.up[l]].units));
        Weights B{.name = "B" + std::to_string(l),
                  .post = parts.up[l - 1],
                  .pre = parts.up[l],
                  .initial = normal(scale_B * spread)};
        circuit.anatomy.layers[l - 1].further.assign(roles::feedback, B.name);
        if (plastic) B.rule = rule(MirroredDelta{upstream.eta_W, upstream.gamma_W});
        circuit.add(Projection{.weights = circuit.add(std::move(B)),
                               .source = parts.up[l],
                               .signal = error,
                               .target = parts.up[l - 1],
                               .compartment = apical});
    }
    finish_cells(circuit, upstream);
    return circuit;
}

Model backpropagation() {
    return {
        .name = "backpropagation",
        .text = "The gradient itself, through transposed weights; not local.",
        .reference = "Rumelhart, Hinton, Williams 1986",
        .equations = "delta^l = phi'(p^l) o (W^(l+1)^T delta^(l+1)), dW^l = eta delta^l (h^(l-1))^T - eta gamma_W W^l",
        .modes = {Mode::settled, Mode::continuous},
        .shared = upstream_table().descriptors(),
        .own = {},
        .build = [](const Node& experiment, const TaskShape& task) {
            return backpropagation_circuit(read_upstream(experiment, "backpropagation", {}), task);
        }};
}

Model feedback_alignment() {
    return feedback_model(
        "feedback_alignment", "The error comes down through fixed random weights.",
        "Lillicrap, Cownden, Tweed, Akerman 2016",
        "delta^l = phi'(p^l) o (B^(l+1) delta^(l+1)), dW^l = eta delta^l (h^(l-1))^T - eta gamma_W W^l", false);
}

Model kolen_pollack() {
    return feedback_model("kolen_pollack",
                          "Feedback weights learn by the mirrored update and the same decay as W, and align.",
                          "Kolen and Pollack 1994; Akrout et al. 2019",
                          "as feedback_alignment, and dB^l = eta h^(l-1) (delta^l)^T - eta gamma_W B^l", true);
}

}  // namespace apical
