#pragma once
#include "models/neurons/activation.hpp"
#include "models/neurons/leaky.hpp"
#include "models/plasticity/hebbian.hpp"
#include "sim/circuit/circuit.hpp"

namespace apical::test {

/// What `sparse_network` is made of.
struct SparseNetwork {
    std::size_t cells = 10000;      ///< four fifths of them excitatory
    std::uint32_t in_degree = 100;  ///< from either population, in the same proportion
    double inhibition = 4;          ///< strength of an inhibitory synapse relative to an excitatory one
    double eta = 0;                 ///< of the Hebbian excitatory synapses between excitatory cells; 0: they are fixed
    bool recurrent = true;          ///< else only from the input, so that it settles
};

/// Excitatory and inhibitory rate cells with random synapses of fixed in-degree and lognormal strength and a linear
/// readout of all excitatory ones: the sparse network of theory (Brunel 2000), with rates in the place of spikes. Ten
/// inputs drive every cell through two synapses each.
inline Circuit sparse_network(const SparseNetwork& what, std::size_t outputs) {
    Circuit circuit;
    circuit.name = "sparse";
    const PopulationId in = circuit.add(Population{.name = "in", .units = 10, .clamped = {"rate"}});
    circuit.open(ports::input, in, "rate");
    circuit.open(ports::target, circuit.add(Population{.name = "target", .units = outputs, .clamped = {"rate"}}),
                 "rate");
    const auto cells = [&](const char* name, std::size_t units) {
        return circuit.add(Population{.name = name,
                                      .units = units,
                                      .compartments = {"basal"},
                                      .neurons = {neuron(Leaky{20})},
                                      .signals = {signal(RateOf<Relu>{})}});
    };
    const PopulationId exc = cells("exc", what.cells * 4 / 5), inh = cells("inh", what.cells / 5);
    const PopulationId out = circuit.add(Population{.name = "out",
                                                    .units = outputs,
                                                    .compartments = {"basal"},
                                                    .neurons = {neuron(Leaky{20})},
                                                    .signals = {signal(RateIsSoma{})}});
    circuit.open(ports::answer, out, "soma");
    const auto connect = [&](const char* name, PopulationId from, PopulationId to, std::uint32_t n, double strength) {
        // Drives of order 1 and below, whatever the in-degree: the network is stable.
        const Initial strengths = multiple_of(lognormal(-0.702, 0.9355), strength / n);
        const Connectivity random = Connectivity::in_degree(n);
        const WeightsId weights = circuit.add(Weights{.name = name,
                                                      .post = to,
                                                      .pre = from,
                                                      .connectivity = from == to ? random.without_autapses() : random,
                                                      .initial = strengths});
        circuit.add(Projection{.weights = weights, .source = from, .signal = rate, .target = to, .compartment = basal});
        return weights;
    };
    for (const auto& [to, name] : {std::pair{exc, "in_exc"}, {inh, "in_inh"}}) connect(name, in, to, 2, 1);
    if (what.recurrent) {
        const std::uint32_t E = what.in_degree * 4 / 5, I = what.in_degree / 5;
        const WeightsId EE = connect("exc_exc", exc, exc, E, 0.5);
        connect("exc_inh", exc, inh, E, 0.5);
        connect("inh_exc", inh, exc, I, -0.125 * what.inhibition);
        connect("inh_inh", inh, inh, I, -0.125 * what.inhibition);
        if (what.eta > 0) {
            circuit.weights[EE].rule = rule(Hebbian{what.eta, 1});
            circuit.weights[EE].lower = 0;
        }
    }
    const WeightsId readout = circuit.add(
        Weights{.name = "exc_out", .post = out, .pre = exc, .initial = normal(1 / static_cast<double>(what.cells))});
    circuit.add(Projection{.weights = readout, .source = exc, .signal = rate, .target = out, .compartment = basal});
    return circuit;
}

}  // namespace apical::test
