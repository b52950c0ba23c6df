// What reaches cells from outside besides Poisson spikes (tests/unit/circuit/poisson_test.cpp).
#include <cmath>
#include <limits>
#include <numbers>

#include "models/neurons/izhikevich.hpp"
#include "models/neurons/parrot.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
using Catch::Contains;

Circuit parrots(std::size_t units) {
    Circuit circuit;
    circuit.add(Population{.name = "cells", .units = units, .cells = event_neuron(parrot::Parrot{})});
    return circuit;
}

std::vector<std::pair<std::size_t, std::uint32_t>> spikes(Circuit circuit, const Drive& drive, std::size_t steps,
                                                          double step = 0.1) {
    circuit.add(drive);
    Simulation<double> simulation(circuit, spiking(step));
    std::vector<std::pair<std::size_t, std::uint32_t>> all;
    for (std::size_t k = 1; k <= steps; ++k) {
        simulation.advance(1);
        for (const std::uint32_t cell : simulation.spikes("cells")) all.emplace_back(k, cell);
    }
    return all;
}

/// A cell that never fires, with a membrane of 10 ms and 250 pF.
Circuit membrane(std::size_t units = 1) {
    Circuit circuit;
    circuit.add(Population{.name = "cell",
                           .units = units,
                           .cells = event_neuron(lif::Current{}),
                           .parameters = {{lif::E_L, 0.0}, {lif::V_th, 1e6}, {lif::V_reset, 0.0}}});
    return circuit;
}

std::string refusal(const Circuit& of, const Drive& drive) {
    Circuit circuit = of;
    circuit.add(drive);
    try {
        Simulation<float>(circuit, spiking());
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("spikes that are given come at their times, rounded to the step, in any order") {
    const auto trains = std::make_shared<SpikeTrains>(SpikeTrains{{0.5, 0.1, 2.04, 0.5, 1.06}, {1, 0, 2, 0, 1}});
    const SpikeDrive drive{.name = "in", .receptor = "spikes", .trains = trains, .weight = 1};
    CHECK(spikes(parrots(3), drive, 30) ==
          std::vector<std::pair<std::size_t, std::uint32_t>>{{1, 0}, {5, 0}, {5, 1}, {11, 1}, {20, 2}});
    const auto with = [&](std::vector<double> times, std::vector<std::uint32_t> cells) {
        SpikeDrive changed = drive;
        changed.trains = std::make_shared<SpikeTrains>(SpikeTrains{std::move(times), std::move(cells)});
        return refusal(parrots(3), changed);
    };
    CHECK(with({}, {}).empty());
    CHECK_THAT(with({0}, {0}), Contains("spike 0 is at 0 ms"));
    CHECK_THAT(with({-3}, {0}), Contains("spike 0 is at -3 ms"));
    CHECK_THAT(with({1, std::nan("")}, {0, 0}), Contains("spike 1 is at nan ms"));
    CHECK_THAT(with({1e300}, {0}), Contains("spike 0 is at"));
    CHECK_THAT(with({1}, {3}), Contains("spike 0 is of cell 3, and there are 3"));
    CHECK_THAT(with({1}, {}), Contains("not as many cells"));
}

TEST_CASE("regular spikes come at every interval, each at the nearest step") {
    const double off_grid = std::sqrt(11);  // steps
    const RegularDrive drive{.name = "in",
                             .receptor = "spikes",
                             .interval = Quantity::list({0.1 * off_grid, 1, 100}),
                             .first = Quantity::list({0.1 * off_grid, 0.5, 0.1}),
                             .weight = 1};
    std::vector<std::pair<std::size_t, std::uint32_t>> expected;
    for (std::size_t k = 1; k <= 10000; ++k) {
        if (static_cast<std::size_t>(std::lround(std::round(static_cast<double>(k) / off_grid) * off_grid)) == k)
            expected.emplace_back(k, 0);
        if (k >= 5 && (k - 5) % 10 == 0) expected.emplace_back(k, 1);
        if (k % 1000 == 1) expected.emplace_back(k, 2);
    }
    CHECK(spikes(parrots(3), drive, 10000) == expected);
    const auto with = [&](double interval, double first) {
        RegularDrive changed = drive;
        changed.interval = interval;
        changed.first = first;
        return refusal(parrots(3), changed);
    };
    CHECK(with(0.1, 0.1).empty());
    CHECK_THAT(with(0.05, 1), Contains("input 'in': an interval of 0.05 ms, expected at least a step"));
    CHECK_THAT(with(-1, 1), Contains("an interval of -1 ms"));
    CHECK_THAT(with(1, 0), Contains("a first spike at 0 ms"));
}

TEST_CASE("a current that goes up and down is followed exactly") {
    Circuit circuit = membrane();
    circuit.add(CurrentDrive{
        .name = "step", .receptor = "current", .amplitude = 50.0, .course = TimeCourse::steps({10, 30}, {1, -2})});
    Simulation<double> simulation(circuit, spiking());
    const std::vector<double> V = trace(simulation, 500);
    const double up = 50.0 * 10 / 250;
    for (std::size_t k = 0; k < 500; ++k) {
        const double t = 0.1 * static_cast<double>(k + 1), at_30 = up * (1 - std::exp(-2));
        const double expected = t <= 10 + 1e-9   ? 0
                                : t <= 30 + 1e-9 ? up * (1 - std::exp(-(t - 10) / 10))
                                                 : -2 * up + (at_30 + 2 * up) * std::exp(-(t - 30) / 10);
        REQUIRE(V[k] == Approx(expected).epsilon(1e-12).margin(1e-13));
    }
    CHECK_THAT(refusal(membrane(), CurrentDrive{.name = "step", .receptor = "excitatory", .amplitude = 1.0}),
               Contains("'step'") && Contains("'excitatory', where a current would add up"));
    CHECK_THAT(refusal(membrane(), CurrentDrive{.name = "step", .receptor = "current", .amplitude = 1e300}),
               Contains("an amplitude of 1e+300"));
}

TEST_CASE("a constant current is the parameter I_e, in every cell that has both") {
    for (const auto& cells : {event_neuron(lif::Current{}), event_neuron(lif::Delta{}),
                              event_neuron(lif::Conductance{}), event_neuron(izhikevich::Izhikevich{})}) {
        const auto V = [&](bool as_drive) {
            Circuit circuit;
            Population cell{.name = "cell", .units = 1, .cells = cells};
            if (!as_drive) cell.parameters = {{"I_e", 7.0}};
            circuit.add(std::move(cell));
            if (as_drive) circuit.add(CurrentDrive{.name = "in", .receptor = "current", .amplitude = 7.0});
            Simulation<double> simulation(circuit, spiking());
            return trace(simulation, 1000);
        };
        const std::vector<double> one = V(false), other = V(true);
        for (std::size_t k = 0; k < one.size(); ++k) REQUIRE(one[k] == Approx(other[k]).epsilon(1e-9));
    }
}

TEST_CASE("a noise current has the moments of its law, whatever the step, and none with other cells") {
    constexpr double deviation = 100, interval = 1, tau = 10, C = 250;
    const double decay = std::exp(-interval / tau), gain = tau / C * (1 - decay);
    const double variance = deviation * deviation * gain * gain / (1 - decay * decay);  // at the ends of intervals
    for (const double step : {0.1, 0.5}) {
        constexpr std::size_t cells = 2000, samples = 20;
        Circuit circuit = membrane(cells);
        circuit.add(NoiseDrive{
            .name = "noise", .receptor = "current", .mean = 20, .deviation = deviation, .interval = interval});
        Simulation<double> simulation(circuit, spiking(step));
        const auto ms = static_cast<std::size_t>(std::lround(1 / step));
        simulation.advance(100 * ms);
        double sum = 0, squares = 0, neighbours = 0;
        for (std::size_t k = 0; k < samples; ++k) {  // 50 ms apart: independent
            simulation.advance(50 * ms);
            const auto V = simulation.column("cell", "V");
            for (std::size_t c = 0; c < cells; ++c) {
                const double x = V[c] - 20 * tau / C;
                sum += x;
                squares += x * x;
                if (c > 0) neighbours += x * (V[c - 1] - 20 * tau / C);
            }
        }
        const double n = samples * cells;
        CHECK(std::abs(sum / n) < 4 * std::sqrt(variance / n));
        CHECK(std::abs(squares / n / variance - 1) < 4 * std::sqrt(2.1 / n));
        CHECK(std::abs(neighbours / n / variance) < 4 / std::sqrt(n));
    }
    const auto with = [&](double deviation_of, double interval_of) {
        return refusal(
            membrane(),
            NoiseDrive{.name = "noise", .receptor = "current", .deviation = deviation_of, .interval = interval_of});
    };
    CHECK(with(0, 0.1).empty());
    CHECK_THAT(with(-1, 1), Contains("input 'noise': a deviation of -1"));
    for (const double none : {0.0, -1.0, 0.15, std::nan("")}) CHECK_THAT(with(1, none), Contains("an interval of"));
}

TEST_CASE("drives go on after a checkpoint as if nothing had happened, on any number of threads") {
    Circuit circuit = membrane(300);
    circuit.populations[0].parameters = {{lif::V_th, -65.0}};
    circuit.add(CurrentDrive{.name = "current",
                             .receptor = "current",
                             .amplitude = Quantity::uniform(0, 200),
                             .course = TimeCourse::sine(1, 1, 50, 0.3)});
    circuit.add(NoiseDrive{.name = "noise", .receptor = "current", .deviation = 200, .interval = 0.3});
    circuit.add(PoissonDrive{.name = "in",
                             .receptor = "excitatory",
                             .rate = 1000.0,
                             .weight = 20.0,
                             .course = TimeCourse::sine(1, 1, 30, 0)});
    circuit.add(RegularDrive{
        .name = "clock", .receptor = "excitatory", .interval = Quantity::uniform(1, 3), .first = 0.7, .weight = 30.0});
    const auto run = [](Simulation<float>& simulation, std::size_t steps) {
        std::vector<std::uint32_t> all;
        for (std::size_t k = 0; k < steps; ++k) {
            simulation.advance(1);
            const auto fired = simulation.spikes("cell");
            all.insert(all.end(), fired.begin(), fired.end());
            all.push_back(std::numeric_limits<std::uint32_t>::max());
        }
        return all;
    };
    Simulation<float> whole(circuit, spiking());
    run(whole, 333);
    MemoryArchive archive;
    whole.save(archive, "run");
    const auto expected = run(whole, 400);
    CHECK(expected.size() > 1000);
    Setup two = spiking();
    two.threads = 2;
    Simulation<float> resumed(circuit, two);
    resumed.load(archive, "run");
    CHECK(run(resumed, 400) == expected);
}
