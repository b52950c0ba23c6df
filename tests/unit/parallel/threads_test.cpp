// Any number of threads gives the same bits, in every dynamics, with circuits large enough that threads share them.
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "models/neurons/lif.hpp"
#include "models/plasticity/stdp.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/core/matrix.hpp"
#include "sim/dynamics/simulation.hpp"
#include "sim/protocol/training.hpp"
#include "sim/synapses/synapse_visitor.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/normal_matrix.hpp"

namespace {

using namespace apical;

/// Weights after three presentations of the same input.
std::vector<Matrix<double>> learnt(const std::string& motif, Setup setup) {
    Upstream upstream;
    upstream.hidden = {200, 200};
    self_assembly::Parameters parameters;
    if (motif == "dense") {
        parameters.motif = "dense";
        parameters.gate = "linear";
        parameters.mask = true;
    }
    setup.lanes = 64;
    Training<float> simulation(self_assembly::circuit(upstream, parameters, {784, 10}), setup);
    const Matrix<float> x = normal_matrix(784, 64, 1).cast<float>();
    Matrix<float> target = Matrix<float>::Zero(10, 64);
    target.row(3).setOnes();
    for (int k = 0; k < 3; ++k) simulation.present(x.data(), target.data());
    std::vector<Matrix<double>> weights;
    for (const auto& state : simulation.weights()) weights.push_back(state.matrix());
    return weights;
}

struct Total final : SynapseVisitor {
    void visit(std::span<const std::uint32_t>, std::span<const std::uint32_t>,
               std::span<const double> values) override {
        all.insert(all.end(), values.begin(), values.end());
    }
    std::vector<double> all;
};

/// So many synapses that receptors are cut, with delays that differ; those of excitation learn.
Circuit large_network() {
    Circuit circuit;
    const PopulationId cells = circuit.add(Population{.name = "cells",
                                                      .units = 12011,
                                                      .cells = event_neuron(lif::Current{}),
                                                      .parameters = {{lif::I_e, 400.0}},
                                                      .initial = {{lif::V, Quantity::uniform(-70, -55)}}});
    const auto connect = [&](const char* name, const char* receptor, double weight) -> EventProjection& {
        circuit.add(EventProjection{.name = name,
                                    .source = cells,
                                    .target = cells,
                                    .receptor = receptor,
                                    .connectivity = Connectivity::in_degree(60).with_multapses(),
                                    .weight = Quantity::normal(weight, 0.1),
                                    .delay = Quantity::uniform(0.1, 2)});
        return circuit.event_projections.back();
    };
    using namespace stdp;
    connect("excitation", "excitatory", 1).plastic = {
        event_rule(PowerLaw{}), {{lambda, 0.05}, {alpha, 0.5}, {w_0, 1}, {tau_plus, 15}, {tau_minus, 30}}};
    connect("inhibition", "inhibitory", -2);
    circuit.add(
        PoissonDrive{.name = "outside", .target = cells, .receptor = "excitatory", .rate = 20000.0, .weight = 30});
    return circuit;
}

/// Steps and cells of all spikes, and the weights that these have made.
std::pair<std::vector<std::pair<int, std::uint32_t>>, std::vector<double>> fired(int threads) {
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = 0.1;
    setup.threads = threads;
    Simulation<float> simulation(large_network(), setup);
    std::vector<std::pair<int, std::uint32_t>> spikes;
    for (int k = 0; k < 120; ++k) {
        simulation.advance(1);
        for (const std::uint32_t cell : simulation.spikes("cells")) spikes.emplace_back(k, cell);
    }
    Total weights;
    simulation.visit_synapses("excitation", weights);
    return {spikes, weights.all};
}

}  // namespace

TEST_CASE("a whole circuit learns the same bits with one, two and three threads") {
    const std::string motif = GENERATE("dense", "topographic");
    Setup setup;
    setup.mode = GENERATE(Mode::settled, Mode::continuous);
    setup.clock.step = 1;
    setup.clock.presentation = 5;
    setup.clock.stepper = "exponential_euler";
    const auto one = learnt(motif, setup);
    CHECK(one[0].allFinite());
    for (const int threads : {2, 3}) {
        setup.threads = threads;
        CHECK(learnt(motif, setup) == one);
    }
}

TEST_CASE(
    "cells that fire, what arrives at them, and synapses that learn from it are the same, whoever works them out") {
    const auto expected = fired(1);
    CHECK(expected.first.size() > 3000);
    CHECK(expected.second.size() == 12011 * 60);
    for (const int threads : {2, 3}) CHECK(fired(threads) == expected);
}
