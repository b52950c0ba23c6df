// A step of each cell that fires, with input that makes it fire at some 10 to 100 Hz.
#include <benchmark/benchmark.h>

#include <string>

#include "models/components.hpp"
#include "sim/circuit/circuit.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"

namespace {

using namespace apical;

void cell_step(benchmark::State& state, const std::shared_ptr<const EventNeuron>& cells) {
    constexpr std::size_t units = 10000, steps = 100;
    Circuit circuit;
    Population population{.name = "cells", .units = units, .cells = cells};
    for (const Read& read : cells->reads()) population.compartments.push_back(read.column);
    const PopulationId p = circuit.add(population);
    // A current that is the same for all needs no memory of its own.
    for (const CellParameter& of : cells->parameters())
        if (of.name == "I_e") circuit.populations[p].parameters = {{"I_e", Quantity(of.unit == "pA" ? 700 : 10)}};
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = 0.1;
    Simulation<float> simulation(circuit, setup);
    for ([[maybe_unused]] auto _ : state) simulation.advance(steps);
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * units * steps));
}

const auto registered = [] {
    for (const auto& cells : every_event_neuron())
        benchmark::RegisterBenchmark(("cell_step/" + std::string(cells->info().name)).c_str(), cell_step, cells);
    return true;
}();

}  // namespace
