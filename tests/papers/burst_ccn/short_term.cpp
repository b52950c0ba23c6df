// "Passes on events", "passes on bursts": what depressing and facilitating synapses come to where bursts are short and
// far between; and the demonstration through such synapses, without an idealisation.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include "models/burst_ccn/ensembles.hpp"
#include "models/neurons/lif.hpp"
#include "models/neurons/parrot.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

Setup setup_of(double step) {
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = step;
    return setup;
}

/// What each spike of a cell at these times (ms) carries along a synapse.
std::vector<double> carried(const std::vector<double>& times, const ShortTerm& synapse) {
    Circuit circuit;
    const PopulationId source =
        circuit.add(Population{.name = "source", .units = 1, .cells = event_neuron(parrot::Parrot{})});
    const PopulationId cell = circuit.add(Population{.name = "cell",
                                                     .units = 1,
                                                     .cells = event_neuron(lif::Current{}),
                                                     .parameters = {{lif::tau_excitatory, 1e15}, {lif::V_th, 1e9}}});
    circuit.add(SpikeDrive{
        .name = "given",
        .target = source,
        .receptor = "spikes",
        .trains = std::make_shared<SpikeTrains>(SpikeTrains{times, std::vector<std::uint32_t>(times.size())}),
        .weight = 1});
    circuit.add(EventProjection{.name = "synapse",
                                .source = source,
                                .target = cell,
                                .receptor = "excitatory",
                                .weight = 1,
                                .delay = 1,
                                .short_term = synapse});
    Simulation<double> simulation(circuit, setup_of(1));
    std::vector<double> all;
    double before = 0;
    std::uint64_t now = 0;
    for (const double time : times) {
        const auto until = static_cast<std::uint64_t>(time) + 2;  // it has arrived by then
        simulation.advance(until - now);
        now = until;
        const double sum = simulation.column("cell", "excitatory")[0];
        all.push_back(sum - before);
        before = sum;
    }
    return all;
}

}  // namespace

TEST_CASE(
    "BurstCCN: depressing synapses come to pass on events, facilitating ones bursts, as bursts become short and rare") {
    constexpr double d = 8;  // ms between spikes of a burst
    double last_e = 1, last_b = 1;
    for (const double rarity : {10., 100., 1000., 10000.}) {  // interval between events, over d
        const double D = rarity * d, tau = d * std::sqrt(rarity);
        std::vector<double> times, events, bursts;
        double begin = D;
        for (const int spikes : {1, 2, 1, 3, 4, 1, 1, 2, 2}) {
            for (int k = 0; k < spikes; ++k) {
                times.push_back(begin + k * d);
                events.push_back(k == 0 ? 1 : 0);
                bursts.push_back(k == 1 ? 1 : 0);
            }
            begin += D;
        }
        const auto farthest = [&](const ShortTerm& synapse, const std::vector<double>& ideal) {
            const std::vector<double> found = carried(times, synapse);
            double most = 0;
            for (std::size_t k = 0; k < found.size(); ++k) most = std::max(most, std::abs(found[k] - ideal[k]));
            return most;
        };
        const double e = farthest({.U = 1, .tau_depression = tau}, events);
        const double b = farthest({.U = 0, .tau_depression = tau, .tau_facilitation = tau, .f = 1}, bursts);
        std::printf("events %5.0f times rarer than spikes of a burst: off events by %.4f, off bursts by %.4f\n", rarity,
                    e, b);
        CHECK(e < 1.05 * (1 - std::exp(-1 / std::sqrt(rarity)) + std::exp(-std::sqrt(rarity) / 2)));
        CHECK((e < last_e && b < last_b));
        last_e = e, last_b = b;
    }
    CHECK((last_e < 0.011 && last_b < 0.021));
}
