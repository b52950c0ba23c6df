#include "models/upstream.hpp"

#include <cmath>

#include "models/neurons/activation.hpp"
#include "models/neurons/leaky.hpp"

namespace apical {

const Table<Upstream>& upstream_table() {
    using U = Upstream;
    static const Table<Upstream> table{
        {"hidden", &U::hidden, "1", "Units of each hidden layer, from the input on.", between(1, 1e6)},
        {"activation", &U::activation, "1", "Activation of the hidden layers; the output is linear.",
         one_of("relu", "leaky_relu", "tanh", "linear")},
        {"leak", &U::leak, "1", "Slope of leaky_relu for negative potentials.", fraction},
        {"biases", &U::biases, "1", "Whether every layer has a bias, learnt like a weight from a cell of rate 1."},
        {"scale_W", &U::scale_W, "1", "Initial W ~ N(0, scale^2 / fan-in); sqrt(2) is He's choice for ReLU.",
         non_negative},
        {"scale_W_output", &U::scale_W_output, "1", "The same for the last layer.", non_negative},
        {"eta_W", &U::eta_W, "1", "Learning rate of W, per presentation.", non_negative},
        {"gamma_W", &U::gamma_W, "1", "Decay of W: every presentation takes eta_W gamma_W W away.", non_negative},
        {"warm_up", &U::warm_up, "1", "Presented samples over which all rates rise linearly from 0.", non_negative},
        {"rate_factor", &U::rate_factor, "1", "All rates are multiplied by this after every period.",
         Range{0, 1, true, false}},
        {"rate_period", &U::rate_period, "1", "Epochs after which rate_factor applies again.", positive},
        {"tau", &U::tau, "ms", "Time constant of the somatic potential (continuous mode).", positive},
    };
    return table;
}

std::vector<std::string> upstream_keys() { return names_of(upstream_table().descriptors()); }

Node own_section(const Node& experiment, const std::string& model) {
    if (const Node* section = experiment.find(model)) return *section;
    Node empty;
    empty.value = Node::Members{};
    empty.place = experiment.place;
    empty.key = model;
    return empty;
}

Upstream read_upstream(const Node& experiment, const std::string& model, const std::vector<Descriptor>& own) {
    Node merged = own_section(experiment, "circuit");
    upstream_table().read(merged, {"model"});  // its own keys are checked before they are overridden
    const Node section = own_section(experiment, model);
    auto& members = std::get<Node::Members>(merged.value);
    for (const auto& [name, value] : section.members()) {
        if (Node* shared = merged.find(name)) *shared = value;
        else members.emplace_back(name, value);
    }
    auto also = names_of(own);
    also.emplace_back("model");
    return upstream_table().read(merged, also);
}

UpstreamParts add_upstream(Circuit& circuit, const Upstream& upstream, const TaskShape& task) {
    UpstreamParts parts;
    std::vector<std::size_t> sizes{task.inputs};
    for (std::int64_t n : upstream.hidden) sizes.push_back(static_cast<std::size_t>(n));
    sizes.push_back(task.outputs);
    const std::size_t L = sizes.size() - 1;

    parts.up.push_back(circuit.add(Population{.name = "in", .units = sizes[0], .clamped = {"rate"}}));
    circuit.input = parts.up[0];
    for (std::size_t l = 1; l <= L; ++l) {
        // p^l = W^l h^{l-1}, h^l = phi(p^l), the output linear
        Population up{.name = "up" + std::to_string(l),
                      .units = sizes[l],
                      .compartments = {"basal", "apical"},
                      .neurons = {neuron(Leaky{upstream.tau})}};
        with_activation(l < L ? upstream.activation : "linear", upstream.leak, [&](auto phi) {
            if constexpr (std::is_same_v<decltype(phi), Linear>) up.signals.push_back(signal(RateIsSoma{}));
            else up.signals.push_back(signal(RateOf<decltype(phi)>{phi}));
        });
        parts.up.push_back(circuit.add(std::move(up)));
    }
    circuit.readout = parts.up[L];
    circuit.target = circuit.add(Population{.name = "target", .units = sizes[L], .clamped = {"rate"}});
    parts.error = circuit.add(Population{.name = "error", .units = sizes[L], .compartments = {"rate"}});
    circuit.teachers.push_back({task.loss, circuit.readout, "soma", circuit.target, "rate", parts.error, "rate"});

    PopulationId one = 0;
    if (upstream.biases) one = circuit.add(Population{.name = "one", .units = 1, .clamped = {"rate"}, .constant = 1});
    parts.W.push_back(0);
    if (upstream.biases) parts.b.push_back(0);
    for (std::size_t l = 1; l <= L; ++l) {
        const double scale =
            (l < L ? upstream.scale_W : upstream.scale_W_output) / std::sqrt(static_cast<double>(sizes[l - 1]));
        parts.W.push_back(circuit.add(Weights{
            .name = "W" + std::to_string(l), .post = parts.up[l], .pre = parts.up[l - 1], .initial = normal(scale)}));
        circuit.projections.push_back({parts.W[l], parts.up[l - 1], "rate", parts.up[l], "basal"});
        if (!upstream.biases) continue;
        parts.b.push_back(circuit.add(Weights{.name = "b" + std::to_string(l), .post = parts.up[l], .pre = one}));
        circuit.projections.push_back({parts.b[l], one, "rate", parts.up[l], "basal"});
    }

    const auto period =
        static_cast<std::uint64_t>(std::llround(upstream.rate_period * static_cast<double>(task.epoch)));
    circuit.rates = {static_cast<std::uint64_t>(upstream.warm_up), upstream.rate_factor,
                     upstream.rate_factor == 1 ? 0 : period};
    circuit.anatomy.sizes = sizes;
    circuit.anatomy.activation = upstream.activation;
    circuit.anatomy.leak = upstream.leak;
    for (std::size_t l = 1; l <= L; ++l)
        circuit.anatomy.layers.push_back({.population = "up" + std::to_string(l),
                                          .up = "W" + std::to_string(l),
                                          .bias = upstream.biases ? "b" + std::to_string(l) : ""});
    return parts;
}

}  // namespace apical
