#include "tests/papers/spiking_self_assembly/altered.hpp"

#include <cmath>
#include <numeric>

#include "models/self_assembly/error_codes.hpp"

namespace apical::self_assembly::spiking::test {

namespace {

/// What E+, or E-, alone sends.
template <class To, bool is_positive>
struct Part {
    static constexpr auto sees = tags(sign_concordant::error);
    static constexpr auto writes = tags(To{});
    template <class C>
    auto operator()(const C& c) const {
        if constexpr (is_positive) return max(c[sign_concordant::error], 0);
        else return min(c[sign_concordant::error], 0);
    }
};

/// Synapses of E+, or of E-, that learn from its own spikes.
template <class From>
struct OwnLateral {
    double eta, gamma;
    static constexpr Info info{"own_lateral", "Synapses of one of both cells of a pair.", "dP = eta v_lateral e_pre^T",
                               "control"};
    static constexpr auto post_is = lateral;
    static constexpr auto pre_is = From{};
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

inline constexpr Tag<"left"> left;  ///< part of what is kept that is there after a step

template <class Drive>
struct LeakyPair : ErrorPair<Drive, false> {
    static constexpr double tau = 20;  ///< ms
    static constexpr auto coefficients_are = joined(ErrorPair<Drive, false>::coefficients_are, tags(left));
    template <class P>
    static std::array<double, 5> coefficients(const P& p, double dt) {
        const auto [a, b, c, d] = ErrorPair<Drive, false>::coefficients(p, dt);
        return {a, b, c, d, std::exp(-dt / tau)};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto d = k[slope] * Drive::error_of(c, k);
        const auto most = 2.0 * k[quantum];
        return std::tuple{min(k[left] * c[positive] + max(d, 0), most), min(k[left] * c[negative] + max(-d, 0), most)};
    }
};

inline constexpr Tag<"upwards"> upwards;  ///< 1 for a burst, -1 for a single spike

/// Memoryless: a burst carries a quantum, a single spike one of the other sign.
struct RandomBurst {
    static constexpr Info info = Burst::info;
    static constexpr std::tuple parameters = Burst::parameters;
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(upwards, "1", "1: a burst, -1: a single spike"),
                                       column(due, "1", "1 while the partner fires")};
    static constexpr auto sees = joined(Burst::sees, tags(chance_x, chance_y));
    static constexpr auto emits = error;
    static constexpr auto coefficients_are = joined(Burst::coefficients_are, tags(gain));
    template <class P>
    static std::array<double, 5> coefficients(const P& p, double dt) {
        const auto [a, b, c, d] = Burst::coefficients(p, dt);
        return {a, b, c, d, dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto d = k[slope] * Gated::error_of(c, k);
        const auto p = 0.5 + d / (2.0 * k[quantum] * max(k[gain] * c[lateral], 1e-9));
        const auto number = exp(-0.5 * (square(c[chance_x]) + square(c[chance_y])));
        return std::tuple{select(number < p, 1, -1), select(c[partner] > 0, 1, 0)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[due] >= 1;
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K& k) {
        return k[quantum] * c[upwards];
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[upwards], c[due]};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {1, 0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return Burst::refuse(p);
    }
};

}  // namespace

ModelCircuit with_own_synapses(const Net& net) {
    ModelCircuit circuit = net.circuit();
    const PopulationId cells = circuit.population("error"), down = circuit.population("down1");
    const WeightsId shared = circuit.weights_named("Wbar2");
    circuit.populations[cells].signals = {signal(Part<Tag<"of_positive">, true>{}),
                                          signal(Part<Tag<"of_negative">, false>{})};
    std::erase_if(circuit.projections, [&](const Projection& one) { return one.weights == shared; });
    const double steps = net.presentation / net.step, eta = net.layers.eta_W * steps,
                 gamma = net.layers.gamma_W / steps;
    const auto add = [&](const char* name, std::shared_ptr<const Rule> rule, const char* column) {
        Weights own = circuit.weights[shared];
        own.name = name;
        own.rule = std::move(rule);
        own.initial = multiple_of("Wbar2", own.initial, 1);  // the same at first
        circuit.add(Projection{.weights = circuit.add(std::move(own)),
                               .source = cells,
                               .signal = column,
                               .target = down,
                               .compartment = "basal"});
    };
    circuit.weights[shared].rule.reset();
    add("Wbar_positive", rule(OwnLateral<Tag<"of_positive">>{eta, gamma}), "of_positive");
    add("Wbar_negative", rule(OwnLateral<Tag<"of_negative">>{eta, gamma}), "of_negative");
    return circuit;
}

ModelCircuit with_wrong_partners(const Net& net) {
    ModelCircuit circuit = net.circuit();
    const auto cells = static_cast<std::uint32_t>(net.layers.hidden[0]),
               r = static_cast<std::uint32_t>(net.parameters.ratio);
    std::vector<std::uint32_t> post(cells * r), pre;
    std::iota(post.begin(), post.end(), 0U);
    const std::vector<std::uint32_t> order = Random(5).permutation(cells, 0);
    for (const std::uint32_t k : post) pre.push_back(order[k / r]);
    const Connectivity wrong = Connectivity::list(post, pre);
    circuit.weights[circuit.weights_named("V1")].connectivity = wrong;
    if (!circuit.development) return circuit;
    Development development = *circuit.development;
    development.circuit.weights[circuit.weights_named("V1")].connectivity = wrong;
    circuit.development = std::make_shared<Development>(std::move(development));
    return circuit;
}

ModelCircuit with_leaky_error_cells(const Net& net) {
    ModelCircuit circuit = net.circuit();
    for (std::size_t l = 1; l < net.depth(); ++l)
        circuit.populations[circuit.population("down" + std::to_string(l))].cells = event_neuron(LeakyPair<Gated>{});
    circuit.populations[circuit.population("error")].cells = event_neuron(LeakyPair<Taught>{});
    return circuit;
}

ModelCircuit that_begins_anew(const Net& net) {
    ModelCircuit circuit = net.circuit();
    for (Population& population : circuit.populations) {
        if (population.name == "target" || population.name == "in") continue;
        std::vector<std::string> columns = columns_of_events(population);
        for (const auto& cells : event_neurons_of(population)) std::erase(columns, cells->event());
        population.anew = columns;
    }
    return circuit;
}

ModelCircuit with_random_bursts(const Net& net) {
    ModelCircuit circuit = net.circuit();
    for (std::size_t l = 1; l < net.depth(); ++l) {
        Population& cells = circuit.populations[circuit.population("down" + std::to_string(l))];
        cells.cells = event_neuron(RandomBurst{});
        for (const char* column : {"chance_x", "chance_y"})
            cells.noise.push_back({.column = column, .law = NoiseCurrent::Law::white, .sigma = std::sqrt(net.step)});
    }
    return circuit;
}

MatrixD with_rows_exchanged(const MatrixD& weights) {
    const auto order = Random(5).permutation(static_cast<std::uint32_t>(weights.rows()), 0);
    MatrixD other = weights;
    for (Eigen::Index k = 0; k < weights.rows(); ++k) other.row(k) = weights.row(order[static_cast<std::size_t>(k)]);
    return other;
}

}  // namespace apical::self_assembly::spiking::test
