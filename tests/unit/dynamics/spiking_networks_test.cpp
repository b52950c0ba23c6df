// Networks of the literature against the statistics that other simulators and a prototype have of them. Bands are those
// of one network: a network drawn anew differs by as much.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

#include "models/plasticity/stdp.hpp"
#include "sim/experiment/spike_statistics.hpp"
#include "sim/synapses/synapse_visitor.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;

struct Statistics {
    double rate;       ///< Hz
    double cv;         ///< of inter-spike intervals, mean over cells with 10 or more
    double synchrony;  ///< variance over mean of the number of spikes in 5 ms
};

Simulation<float> simulation_of(const Circuit& circuit) {
    Setup setup = spiking();
    setup.seed = 3;
    return {circuit, setup};
}

Statistics statistics(Simulation<float>& simulation, double before, double window) {
    const auto steps = [](double time) { return static_cast<std::uint64_t>(std::llround(time * 10)); };
    const std::uint64_t from = steps(before), until = from + steps(window);
    const std::vector<Population>& populations = simulation.circuit().populations;
    std::vector<CountedCells> counted;
    counted.reserve(populations.size());
    for (const Population& population : populations) counted.push_back({population.name, population.units});
    SpikeStatistics all(counted, {.from = from}, 1);
    simulation.advance(from);
    for (std::uint64_t now = from + 1; now <= until; ++now) {
        simulation.advance(1);
        for (std::size_t k = 0; k < populations.size(); ++k) all.add(k, now, simulation.spikes(populations[k].name));
    }
    const std::vector<Variable> names = all.variables();
    const std::vector<double> values = all.row(until);
    const auto of = [&](const char* name) {
        return values.at(static_cast<std::size_t>(std::ranges::find(names, name, &Variable::name) - names.begin()));
    };
    return {of("rate"), of("cv_isi"), of("fano_factor")};
}

Statistics statistics(const Circuit& circuit, double before, double window) {
    Simulation<float> simulation = simulation_of(circuit);
    return statistics(simulation, before, window);
}

/// 3200 excitatory and 800 inhibitory cells, every pair with probability 0.02.
template <class N>
Circuit balanced(N neuron, std::map<std::string, Quantity> parameters, double excitation, double inhibition,
                 double delay) {
    Circuit circuit;
    parameters.insert({{lif::V_th, -50.0},
                       {lif::V_reset, -60.0},
                       {lif::t_ref, 5.0},
                       {lif::C_m, 200.0},
                       {lif::tau_excitatory, 5.0},
                       {lif::tau_inhibitory, 10.0}});
    for (const auto& [name, units] : {std::pair{"E", 3200}, {"I", 800}})
        circuit.add(Population{.name = name,
                               .units = static_cast<std::size_t>(units),
                               .cells = event_neuron(neuron),
                               .parameters = parameters,
                               .initial = {{lif::V, Quantity::uniform(-60, -50)}}});
    for (const std::string source : {"E", "I"})
        for (const std::string target : {"E", "I"}) {
            const Connectivity any = Connectivity::probability(0.02);
            circuit.add(EventProjection{.name = source + "->" + target,
                                        .source = circuit.population(source),
                                        .target = circuit.population(target),
                                        .receptor = source == "E" ? "excitatory" : "inhibitory",
                                        .connectivity = source == target ? any.without_autapses() : any,
                                        .weight = source == "E" ? excitation : inhibition,
                                        .delay = delay});
        }
    return circuit;
}

/// Delta synapses, 1000 from excitatory and 250 from inhibitory cells to each; external input at `eta` times threshold.
Circuit brunel(double eta) {
    Circuit circuit;
    for (const auto& [name, units] : {std::pair{"E", 10000}, {"I", 2500}})
        circuit.add(
            Population{.name = name,
                       .units = static_cast<std::size_t>(units),
                       .cells = event_neuron(lif::Delta{}),
                       .parameters = {{lif::E_L, 0.0}, {lif::V_th, 20.0}, {lif::V_reset, 10.0}, {lif::tau_m, 20.0}},
                       .initial = {{lif::V, Quantity::uniform(10, 20)}}});
    for (const std::string target : {"E", "I"}) {
        const PopulationId to = circuit.population(target);
        for (const auto& [source, n, weight] : {std::tuple{"E", 1000U, 0.1}, {"I", 250U, -0.5}})
            circuit.add(EventProjection{.name = source + ("->" + target),
                                        .source = circuit.population(source),
                                        .target = to,
                                        .receptor = "delta",
                                        .connectivity = Connectivity::in_degree(n).with_multapses(),
                                        .weight = weight,
                                        .delay = 1.5});
        circuit.add(PoissonDrive{
            .name = "outside->" + target, .target = to, .receptor = "delta", .rate = eta * 10000, .weight = 0.1});
    }
    return circuit;
}

struct Spread final : SynapseVisitor {
    void visit(std::span<const std::uint32_t>, std::span<const std::uint32_t>,
               std::span<const double> values) override {
        for (const double value : values) {
            sum += value - 0.1;
            squares += (value - 0.1) * (value - 0.1);
            ++count;
        }
    }
    double mean() const { return 0.1 + sum / count; }
    double deviation() const { return std::sqrt(squares / count - sum / count * (sum / count)); }
    double sum = 0, squares = 0, count = 0;
};

Circuit plastic_brunel(double rate) {
    Circuit circuit = brunel(2);
    using namespace stdp;
    circuit.event_projections[circuit.event_projection("E->E")].plastic = {
        event_rule(PowerLaw{}), {{lambda, rate}, {alpha, 0.5}, {mu, 0.4}, {w_0, 0.1}, {tau_plus, 15}, {tau_minus, 30}}};
    return circuit;
}

/// The rate in Hz that cells of `brunel(eta)` have if they all fire as one that is driven by white noise of the mean
/// and variance of its input (Siegert; Brunel 2000, eq. 21), which their rate determines.
double mean_field_rate(double eta) {
    constexpr double J = 0.1, g = 5, C = 1000, tau = 0.02, t_ref = 0.002, theta = 20, reset = 10;  // mV, s
    const double outside = eta * theta / (J * C * tau);
    const auto answer = [&](double rate) {
        const double mean = J * C * tau * (rate * (1 - g / 4) + outside);
        const double sigma = J * std::sqrt(C * tau * (rate * (1 + g * g / 4) + outside));
        // Simpson's rule for exp(u^2) (1 + erf u), smooth and without large numbers between these bounds.
        const double from = (reset - mean) / sigma, to = (theta - mean) / sigma;
        constexpr int intervals = 2000;
        double sum = 0;
        for (int k = 0; k <= intervals; ++k) {
            const double u = from + (to - from) * k / intervals;
            sum += std::exp(u * u) * std::erfc(-u) * (k == 0 || k == intervals ? 1 : k % 2 == 0 ? 2 : 4);
        }
        return 1 / (t_ref + tau * std::sqrt(std::numbers::pi) * sum * (to - from) / intervals / 3);
    };
    double low = 0, high = 1 / t_ref;  // inhibition is the stronger: the answer falls as the rate rises
    for (int k = 0; k < 60; ++k) {
        const double rate = (low + high) / 2;
        (answer(rate) > rate ? low : high) = rate;
    }
    return low;
}

}  // namespace

TEST_CASE("network of currents of Vogels and Abbott (2005): rate, irregularity and synchrony") {
    const Statistics found =
        statistics(balanced(lif::Current{}, {{lif::tau_m, 20.0}, {lif::E_L, -49.0}}, 16.2, -90, 0.1), 500, 5000);
    CAPTURE(found.rate, found.cv, found.synchrony);
    CHECK((found.rate > 4.7 && found.rate < 6.6));
    CHECK((found.cv > 0.66 && found.cv < 0.74));
    CHECK((found.synchrony > 5 && found.synchrony < 11));
}

TEST_CASE("network of conductances of Zenke and Gerstner (2014): rate, irregularity and synchrony", "[long]") {
    const Statistics found =
        statistics(balanced(lif::Conductance{}, {{lif::E_L, -60.0}, {lif::I_e, 200.0}}, 4, 51, 0.8), 500, 10000);
    CAPTURE(found.rate, found.cv, found.synchrony);
    CHECK((found.rate > 14 && found.rate < 21));
    CHECK((found.cv > 1.66 && found.cv < 1.85));
    CHECK((found.synchrony > 5.5 && found.synchrony < 9));
}

TEST_CASE("network of Brunel (2000), fig. 8C: rate, irregularity and synchrony", "[long]") {
    const Statistics found = statistics(brunel(2), 200, 500);
    CAPTURE(found.rate, found.cv, found.synchrony);
    CHECK((found.rate > 36.6 && found.rate < 38.6));
    CHECK((found.cv > 0.41 && found.cv < 0.44));
    CHECK((found.synchrony > 90 && found.synchrony < 270));
}

TEST_CASE("network of Brunel with plastic excitation (Morrison et al. 2007): rate, irregularity, weights", "[long]") {
    Simulation<float> slow = simulation_of(plastic_brunel(0.001)), fast = simulation_of(plastic_brunel(0.01));
    const Statistics as_fixed = statistics(slow, 100, 200), found = statistics(fast, 200, 300);
    Spread after_slow, after_fast;
    slow.visit_synapses("E->E", after_slow);
    fast.visit_synapses("E->E", after_fast);
    CAPTURE(as_fixed.rate, as_fixed.cv, as_fixed.synchrony, after_slow.mean(), after_slow.deviation());
    CAPTURE(found.rate, found.cv, found.synchrony, after_fast.mean(), after_fast.deviation());
    CHECK((as_fixed.rate > 36.6 && as_fixed.rate < 38.6));
    // Simulators whose synapses are touched by presynaptic spikes alone report weights without the potentiation that
    // waits for the next one: 0.10002 and a deviation of 1.38e-4, 0.1002 and 1.8e-3. So would these without it.
    CHECK((after_slow.mean() > 0.10005 && after_slow.mean() < 0.10008));
    CHECK((after_slow.deviation() > 1.33e-4 && after_slow.deviation() < 1.53e-4));
    CHECK((found.rate > 38.6 && found.rate < 41.4));
    CHECK((found.cv > 0.39 && found.cv < 0.43));
    CHECK((after_fast.mean() > 0.1005 && after_fast.mean() < 0.1009));
    CHECK((after_fast.deviation() > 1.75e-3 && after_fast.deviation() < 1.95e-3));
}

TEST_CASE("networks of Brunel (2000) fire at their mean-field rates", "[long]") {
    const double external[] = {0.9, 1, 1.2, 2, 4}, rates[] = {3.81, 7.83, 14.52, 37.95, 90.72};
    // Cells are no diffusions, and their rates oscillate together: four networks are 5 to 15 % below at 0.9, three 4 to
    // 6.3 % at 1.
    const double tolerance[] = {0.2, 0.07, 0.06, 0.03, 0.06};
    for (std::size_t k = 0; k < std::size(external); ++k) {
        CAPTURE(external[k]);
        CHECK(mean_field_rate(external[k]) == Approx(rates[k]).epsilon(2e-3));
        const double found = statistics(brunel(external[k]), 300, 1000).rate;
        CAPTURE(found);
        CHECK(std::abs(found / mean_field_rate(external[k]) - 1) < tolerance[k]);
    }
}
