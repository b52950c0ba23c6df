#include "models/upstream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/neurons/activation.hpp"
#include "models/shared_section.hpp"

namespace apical {

const Table<Upstream>& upstream_table() {
    using U = Upstream;
    static const Table<Upstream> keys{
        {"hidden", &U::hidden, "1", "Units of each hidden layer, from the input on.", between(1, 1e6)},
        {"activation", &U::activation, "1", "Activation of the cells of hidden layers; the output is linear.",
         one_of("relu", "leaky_relu", "tanh", "logistic", "linear")},
        {"leak", &U::leak, "1", "Slope of the activation leaky_relu for negative potentials.", fraction},
        {"biases", &U::biases, "1", "Whether every layer has a bias, learnt like a weight from a cell of rate 1."},
        {"scale_W", &U::scale_W, "1",
         "Initial W of hidden layers ~ N(0, scale_W^2 / fan-in); sqrt(2) is He's choice for ReLU.", non_negative},
        {"scale_W_output", &U::scale_W_output, "1", "Initial W of the output layer ~ N(0, scale_W_output^2 / fan-in).",
         non_negative},
        {"eta_W", &U::eta_W, "1", "Learning rate of W, per presentation; 0: W stays as it starts.", non_negative},
        {"gamma_W", &U::gamma_W, "1",
         "Decay of W in units of its learning rate: every presentation takes eta_W gamma_W W away.", non_negative},
        {"warm_up", &U::warm_up, "1",
         "Presented samples over which all learning rates rise linearly from 0 to their value; 0: none.", non_negative},
        {"rate_factor", &U::rate_factor, "1",
         "Factor by which all learning rates (with them the decays) are multiplied after every "
         "rate_period: 0.95 lowers them by 5 % each time; 1: they stay.",
         Range{0, 1, true, false}},
        {"rate_period", &U::rate_period, "1",
         "Epochs after which all learning rates are multiplied by rate_factor, again and again.", positive},
        {"tau", &U::tau, "ms", "Time constant of the somatic potential of leaky cells.", positive},
        {"neuron", &U::neuron, "1",
         "Cells of both pathways: point neurons (leaky), or a soma between a basal and an apical dendrite (pyramidal).",
         one_of("leaky", "pyramidal")},
        {"C_m", &U::C_m, "pF",
         "Capacitance of the soma of a pyramidal cell (default: NEST's cell of Urbanczik and Senn 2014).", positive},
        {"g_L", &U::g_L, "nS",
         "Leak conductance of the soma of a pyramidal cell (default: NEST's cell of Urbanczik and Senn "
         "2014).",
         positive},
        {"g_B", &U::g_B, "nS",
         "Conductance between the soma and the basal dendrite of a pyramidal cell; 10 g_L as in Sacramento "
         "et al. 2018.",
         positive},
        {"g_A", &U::g_A, "nS",
         "Coupling of a pyramidal soma in the upstream pathway to its apical dendrite; 0: that dendrite only teaches. "
         "8 g_L in Sacramento et al. 2018. Above 0: continuous mode only.",
         non_negative},
        {"E_L", &U::E_L, "mV",
         "Potential that the leak pulls the soma of a pyramidal cell to, measured as all potentials are "
         "from the threshold of the activation relu; 0: cells rest at the threshold. Not an absolute -70 "
         "mV."},
        {"compensated", &U::compensated, "1",

         "Whether the basal drive of a pyramidal cell is amplified by (g_L + g_B + g_A) / g_B, so that its "
         "soma settles at W h as that of a leaky cell."},
        {"tau_B", &U::tau_B, "ms",
         "Time constant of the basal dendrite of a pyramidal cell; 0: it follows its input at once.", non_negative},
        {"tau_A", &U::tau_A, "ms",
         "Time constant of the apical dendrite of upstream cells; 0: it follows its input at once.", non_negative},
        {"prospective", &U::prospective, "1",

         "Whether the output of a cell looks ahead of its membrane, phi(u + tau du/dt) with the membrane's "
         "own tau, so that there is no delay."},
        {"adaptation", &U::adaptation, "pA",

         "Hyperpolarising current into pyramidal cells per unit of the rate's mean over tau_adaptation; 0: "
         "none.",
         non_negative},
        {"tau_adaptation", &U::tau_adaptation, "ms", "Time constant of the mean of the rate that adaptation follows.",
         positive},
        {"delay", &U::delay, "ms", "Delay of every synapse between two cells; a whole number of steps; 0: none.",
         non_negative},
        {"tau_plasticity", &U::tau_plasticity, "ms",
         "Time constant of a low-pass through which every update of a weight goes; 0: none.", non_negative},
    };
    static const Table<Upstream> table =
        Table<Upstream>(keys)
            .where({has("activation", "leaky_relu")}, {"leak"})
            .where({has_not("rate_factor", 1)}, {"rate_period"})
            .where({continuous_mode()}, {"tau", "C_m", "tau_B", "tau_A", "prospective", "adaptation", "tau_adaptation",
                                         "delay", "tau_plasticity"})
            .where({has("neuron", "leaky")}, {"tau"})
            .where({has("neuron", "pyramidal")},
                   {"C_m", "g_L", "g_B", "g_A", "E_L", "compensated", "tau_B", "adaptation", "tau_adaptation"})
            // Compensated cells settle at their drive, whatever the conductances are.
            .where({continuous_mode(), has("compensated", false), has_not("E_L", 0)}, {"g_L", "g_B"})
            .where({has_not("adaptation", 0)}, {"tau_adaptation"});
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

double run_time(const Node& experiment, const char* key, double standard, const Range& range) {
    const Node run = own_section(experiment, "run");
    const Node* const given = run.find(key);
    return given == nullptr ? standard : std::get<double>(read_value(*given, {key, "ms", standard, range, {}, {}}));
}

void require_squared_error(const Node& experiment, const TaskShape& task, const std::string& model) {
    if (task.loss == Loss::squared_error) return;
    const Node section = own_section(experiment, "task");
    const Node* loss = section.find("loss");
    throw InputError({loss == nullptr ? section.place : loss->place, "task.loss", "softmax_cross_entropy",
                      "squared_error: that is what the teacher of " + model + " makes of a target", ""});
}

bool is_settled(const Node& experiment) {
    const Node* run = experiment.find("run");
    const Node* mode = run == nullptr ? nullptr : run->find("mode");
    return mode == nullptr || std::get<std::string>(mode->value) == "settled";
}

namespace {

/// Keys that mean nothing for the chosen cells, or in the chosen mode.
void check_cells(const Node& experiment, const Node& section, const Upstream& upstream) {
    const auto refuse = [&](const char* key, const std::string& expected) {
        const Node* node = section.find(key);
        throw InputError({node == nullptr ? section.place : node->place, std::string("circuit.") + key,
                          node == nullptr ? "" : node->text(), expected, ""});
    };
    for (const auto& [key, value] : {std::pair{"g_A", upstream.g_A}, {"adaptation", upstream.adaptation}}) {
        if (value == 0) continue;
        if (upstream.neuron != "pyramidal") refuse(key, "0, or neuron = \"pyramidal\"");
        if (is_settled(experiment))
            refuse(key, "0, or run.mode = \"continuous\": the cell drives itself, and nothing settles at once");
    }
    if (upstream.tau_B > 0 && upstream.neuron != "pyramidal") refuse("tau_B", "0, or neuron = \"pyramidal\"");
    // Initial drives have a deviation of scale_W, about 1.4: somas that rest further below the threshold are silent.
    constexpr double furthest = 2;
    const Membrane m{upstream.C_m, upstream.g_L, upstream.g_B, upstream.g_A, upstream.E_L};
    if (const double rest = m.g_L * m.E_L / m.total(); upstream.neuron == "pyramidal" && std::abs(rest) > furthest)
        refuse("E_L", fmt::format("at most {:.3g} mV from 0, so that somas rest within {} mV of the threshold of the "
                                  "activation, at 0, from which potentials are measured; now they rest at {:.3g} mV",
                                  furthest * m.total() / m.g_L, furthest, rest));
}

}  // namespace

SharedSection shared_section(const Node& experiment, const std::string& model, const std::vector<Descriptor>& own) {
    SharedSection result{own_section(experiment, "circuit"), names_of(own)};
    result.also.emplace_back("model");
    const Node section = own_section(experiment, model);
    auto& members = std::get<Node::Members>(result.merged.value);
    for (const auto& [name, value] : section.members()) {
        if (Node* shared = result.merged.find(name)) *shared = value;
        else members.emplace_back(name, value);
    }
    return result;
}

Upstream read_upstream(const Node& experiment, const std::string& model, const std::vector<Descriptor>& own) {
    upstream_table().read(own_section(experiment, "circuit"), {"model"});  // checked before its keys are overridden
    const auto [merged, also] = shared_section(experiment, model, own);
    Upstream upstream = upstream_table().read(merged, also);
    check_cells(experiment, merged, upstream);
    return upstream;
}

CellKind Upstream::cells() const {
    return {neuron == "pyramidal", {C_m, g_L, g_B, g_A, E_L}, compensated, tau_B, tau_A, prospective, adaptation,
            tau_adaptation};
}

void finish_cells(Circuit& circuit, const Upstream& upstream) {
    lead_into_dendrites(circuit);
    for (Projection& projection : circuit.projections)
        if (projection.weights && !circuit.populations[projection.source].constant) projection.delay = upstream.delay;
    if (upstream.tau_plasticity > 0)
        for (Weights& w : circuit.weights)
            if (w.rule) w.rule = low_passed(w.rule, upstream.tau_plasticity);
    if (upstream.adaptation == 0) return;
    for (PopulationId p{}; p < circuit.populations.size(); ++p) {
        const auto& compartments = circuit.populations[p].compartments;
        if (std::find(compartments.begin(), compartments.end(), "current") != compartments.end())
            circuit.add(Projection{
                .source = p, .signal = adaptation, .target = p, .compartment = current, .scale = -upstream.adaptation});
    }
}

UpstreamParts add_upstream(ModelCircuit& circuit, const Upstream& upstream, const TaskShape& task) {
    UpstreamParts parts;
    const std::vector<std::size_t> sizes = task.sizes(upstream.hidden);
    const std::size_t L = sizes.size() - 1;

    parts.up.push_back(circuit.add(Population{.name = "in", .units = sizes[0], .clamped = {rate}}));
    circuit.open(ports::input, parts.up[0], rate);
    const std::string output = upstream.error_of_rate ? upstream.output_activation : "linear";
    for (std::size_t l = 1; l <= L; ++l) {
        // p^l = W^l h^{l-1}, h^l = phi(p^l), the output linear
        Population up{.name = "up" + std::to_string(l), .units = sizes[l], .compartments = {basal, apical}};
        with_activation(l < L ? upstream.activation : output, upstream.leak, [&](auto phi) {
            if constexpr (std::is_same_v<decltype(phi), Linear>) up.signals.push_back(signal(RateIsSoma{}));
            else up.signals.push_back(signal(RateOf<decltype(phi)>{phi}));
        });
        give_soma(up, upstream.cells(), upstream.tau, /*downstream=*/false);
        parts.up.push_back(circuit.add(std::move(up)));
    }
    circuit.open(ports::answer, parts.up[L], soma);
    const PopulationId target = circuit.add(Population{.name = "target", .units = sizes[L], .clamped = {rate}});
    circuit.open(ports::target, target, rate);
    parts.error = circuit.add(Population{.name = "error", .units = sizes[L], .compartments = {rate}});
    circuit.add(Teacher{.loss = task.loss,
                        .readout = parts.up[L],
                        .signal = upstream.error_of_rate ? "rate" : "soma",
                        .target = target,
                        .target_column = rate,
                        .error = parts.error,
                        .compartment = rate});

    PopulationId one{};
    if (upstream.biases) one = circuit.add(Population{.name = "one", .units = 1, .clamped = {rate}, .constant = 1});
    parts.W.emplace_back();
    if (upstream.biases) parts.b.emplace_back();
    for (std::size_t l = 1; l <= L; ++l) {
        const double scale =
            (l < L ? upstream.scale_W : upstream.scale_W_output) / std::sqrt(static_cast<double>(sizes[l - 1]));
        parts.W.push_back(circuit.add(Weights{
            .name = "W" + std::to_string(l), .post = parts.up[l], .pre = parts.up[l - 1], .initial = normal(scale)}));
        circuit.add(Projection{.weights = parts.W[l],
                               .source = parts.up[l - 1],
                               .signal = rate,
                               .target = parts.up[l],
                               .compartment = basal});
        if (!upstream.biases) continue;
        parts.b.push_back(circuit.add(Weights{.name = "b" + std::to_string(l), .post = parts.up[l], .pre = one}));
        circuit.add(Projection{
            .weights = parts.b[l], .source = one, .signal = rate, .target = parts.up[l], .compartment = basal});
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
                                          .weights = "W" + std::to_string(l),
                                          .bias = upstream.biases ? "b" + std::to_string(l) : ""});
    return parts;
}

}  // namespace apical
