// Events and bursts in trains that are given, the two-compartment cell against plain loops, and the rules that learn
// from both.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/neurons/burst.hpp"
#include "models/neurons/burst_pyramidal.hpp"
#include "models/neurons/parrot.hpp"
#include "models/plasticity/burst_events.hpp"
#include "sim/synapses/synapse_visitor.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/by_pairs.hpp"
#include "tests/unit/dynamics/firing.hpp"

namespace {

using namespace apical;
using bursts::event;
using Catch::Contains;
using Steps = std::vector<std::uint32_t>;

/// A cell that repeats what arrives, with the events of its spikes.
Population repeating(const char* name, std::size_t units, std::map<std::string, Quantity> parameters = {}) {
    return {.name = name,
            .units = units,
            .cells = event_neuron(parrot::Parrot{}),
            .parameters = std::move(parameters),
            .events = {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})}};
}

struct Said {
    Steps events, bursts;
    bool operator==(const Said&) const = default;
};

/// Of one cell with spikes at these steps of `step` ms.
template <class S>
Said said(const Steps& spikes, double step, double interval, double ties) {
    Circuit circuit;
    const PopulationId cell = circuit.add(repeating("cell", 1, {{"burst_interval", interval}, {"tie_bursts", ties}}));
    auto trains = std::make_shared<SpikeTrains>();
    for (const std::uint32_t at : spikes) {
        trains->time.push_back(step * at);
        trains->cell.push_back(0);
    }
    circuit.add(SpikeDrive{.name = "train", .target = cell, .receptor = "spikes", .trains = trains, .weight = 1});
    Simulation<S> simulation(circuit, spiking(step));
    Said all;
    for (std::uint32_t now = 1; now <= spikes.back() + 5; ++now) {
        simulation.advance(1);
        if (simulation.column("cell", "event")[0] != 0) all.events.push_back(now);
        if (simulation.column("cell", "burst")[0] != 0) all.bursts.push_back(now);
    }
    return all;
}

}  // namespace

TEMPLATE_TEST_CASE("an event, its burst, and spikes that say no more; an interval of just 16 ms is a choice", "", float,
                   double) {
    using S = TestType;
    // Intervals of 17, 8, 10, 16, 30, 15, 1, 16, 16 and 100 ms.
    const Steps ms{5, 22, 30, 40, 56, 86, 101, 102, 118, 134, 234};
    CHECK(said<S>(ms, 1, 16, 1) == Said{{5, 22, 86, 234}, {30, 101}});
    CHECK(said<S>(ms, 1, 16, 0) == Said{{5, 22, 56, 86, 118, 134, 234}, {30, 101}});
    // The same in steps of a tenth, where 16 ms is no number of the computer's.
    Steps tenths = ms;
    for (std::uint32_t& at : tenths) at *= 10;
    for (const double ties : {0.0, 1.0}) {
        Said longer = said<S>(ms, 1, 16, ties);
        for (Steps* of : {&longer.events, &longer.bursts})
            for (std::uint32_t& at : *of) at *= 10;
        CHECK(said<S>(tenths, 0.1, 16, ties) == longer);
        // Between whole steps there is no tie.
        CHECK(said<S>(ms, 1, 16.5, ties) == said<S>(ms, 1, 16, 1));
        CHECK(said<S>(ms, 1, 0, ties) == Said{ms, {}});
    }
}

TEST_CASE("events and bursts that make no sense are refused") {
    CHECK_THROWS_WITH(said<float>({1}, 1, -1, 1), Contains("burst_interval is -1 ms, expected 0 or more"));
    CHECK_THROWS_WITH(said<float>({1}, 1, std::nan(""), 1), Contains("expected a finite number"));
    CHECK_THROWS_WITH(said<float>({1}, 1, 1e9, 1), Contains("expected at most 2^24 steps of 1 ms"));
    CHECK_THROWS_WITH(said<float>({1}, 1, 16, 0.5), Contains("tie_bursts is 0.5, expected 0 or 1"));
    const auto refused = [](const char* parameter, double value, const char* why, double step = 1) {
        Circuit circuit;
        circuit.add(Population{.name = "cell",
                               .units = 1,
                               .cells = event_neuron(burst_pyramidal::BurstPyramidal<>{}),
                               .parameters = {{parameter, value}},
                               .events = {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})}});
        CHECK_THROWS_WITH(Simulation<float>(circuit, spiking(step)), Contains("'cell'") && Contains(why));
    };
    refused("tau_burst_share", 0, "tau_burst_share is 0 ms, expected more than 0");
    refused("burst_share_initially", 1.5, "burst_share_initially is 1.5, expected from 0 to 1");
    refused("C_d", 0, "C_d is 0 pF, expected more than 0");
    refused("V_reset", -50, "V_reset, -50 mV, is not below V_th, -50 mV");
    refused("back_from", 3, "back_from, 3 ms, is after back_until, 2.5 ms");
    refused("tau_d", 7, "a step of 8 ms, expected at most its shortest time constant, 7 ms", 8);
}

TEMPLATE_TEST_CASE("a cell with soma and dendrite is stepped in the published order", "", float, double) {
    using S = TestType;
    const double dt = GENERATE(1.0, 0.5);
    Circuit circuit;
    const PopulationId cell =
        circuit.add(Population{.name = "cell",
                               .units = 1,
                               .cells = event_neuron(burst_pyramidal::BurstPyramidal<>{}),
                               .parameters = {{"I_s", 50.0}, {"I_d", -10.0}, {"jump_w", 20.0}},
                               .events = {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})}});
    const auto drive = [&](const char* receptor, double amplitude, double frequency) {
        circuit.add(CurrentDrive{.name = receptor,
                                 .target = cell,
                                 .receptor = receptor,
                                 .amplitude = amplitude,
                                 .course = TimeCourse::sine(0.5, 1, frequency, 0.3)});
    };
    drive("current", 1000, 7.3);
    drive("dendritic_current", 700, 1.9);
    Simulation<S> simulation(circuit, spiking(dt));

    double V = -70, threshold = -50, w_s = 0, V_d = -70, w_d = 0;
    std::vector<int> spikes;
    bool may_burst = false;
    std::size_t events = 0, bursts = 0, plateaus = 0;
    const double close = std::is_same_v<S, double> ? 1e-9 : 1e-2;
    for (int now = 1; now * dt <= 3000; ++now) {
        const auto wave = [&](double frequency) {
            return 0.5 + std::sin(2 * std::numbers::pi * frequency * 1e-3 * (now - 0.5) * dt + 0.3);
        };
        const double S_d = 1 / (1 + std::exp(-(V_d + 38) / 6));
        V += dt * (-(V + 70) / 16 + (1300 * S_d + 50 + 1000 * wave(7.3) - w_s) / 370);
        threshold += dt * (-50 - threshold) / 27;
        const bool fires = V >= threshold;
        w_s -= dt * w_s / 100;
        int K = 0;
        for (const int spike : spikes) K += (now - spike) * dt >= 0.5 && (now - spike) * dt <= 2.5;
        REQUIRE(K <= 1);
        V_d += dt * (-(V_d + 70) / 7 + (1200 * S_d + 2600 * K - 10 + 700 * wave(1.9) - w_d) / 170);
        w_d += dt * (-w_d + 13 * (V_d + 70)) / 30;
        bool is_event = false, is_burst = false;
        if (fires) {
            V = -70;
            threshold += 2;
            w_s += 20;
            is_event = spikes.empty() || (now - spikes.back()) * dt > 16;
            is_burst = !is_event && may_burst;
            may_burst = is_event;
            events += is_event;
            bursts += is_burst;
            spikes.push_back(now);
        }
        plateaus += V_d > -38;
        simulation.advance(1);
        const auto column = [&](const char* name) { return static_cast<double>(simulation.column("cell", name)[0]); };
        REQUIRE((column("spike") != 0) == fires);
        REQUIRE((column("event") != 0) == is_event);
        REQUIRE((column("burst") != 0) == is_burst);
        REQUIRE(column("V") == Approx(V).margin(close).epsilon(0));
        REQUIRE(column("threshold") == Approx(threshold).margin(close).epsilon(0));
        REQUIRE(column("adaptation") == Approx(w_s).margin(close).epsilon(0));
        REQUIRE(column("V_dendrite") == Approx(V_d).margin(close).epsilon(0));
        REQUIRE(column("recovery") == Approx(w_d).margin(10 * close).epsilon(0));
    }
    CHECK(spikes.size() > 40);
    CHECK(events > 10);
    CHECK(bursts > 5);
    CHECK(events + bursts < spikes.size());
    CHECK(plateaus > 50);
}

namespace {

constexpr std::uint32_t sources = 4, targets = 5;
constexpr double step = 0.5;

struct Weights final : SynapseVisitor {
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
               std::span<const double> values) override {
        for (std::size_t k = 0; k < post.size(); ++k) w[post[k]][pre[k]] = values[k];
    }
    std::array<std::array<double, sources>, targets> w{};
};

template <class S>
std::array<std::array<double, sources>, targets> weights_of(const Simulation<S>& simulation) {
    Weights weights;
    simulation.visit_synapses("plastic", weights);
    return weights.w;
}

/// Poisson cells, whose events are carried by synapses that learn from events and bursts of others.
template <bool running>
Circuit learning(Attribution attribution) {
    Circuit circuit;
    const std::map<std::string, Quantity> quick{{"tau_burst_share", 300.0}, {"burst_share_initially", 0.3}};
    const PopulationId from = circuit.add(repeating("from", sources)),
                       to = circuit.add(repeating("to", targets, quick));
    for (const auto& [name, p, rate] : {std::tuple{"from", from, 8.0}, {"to", to, 15.0}})
        circuit.add(PoissonDrive{.name = name, .target = p, .receptor = "spikes", .rate = rate, .weight = 1.0});
    EventProjection projection{.name = "plastic",
                               .source = from,
                               .target = to,
                               .receptor = "spikes",
                               .event = event,
                               .weight = 0.5,
                               .delay = 1.5,
                               .plastic = {.rule = event_rule(burst_events::BurstDependent<running>{}),
                                           .parameters = {{"eta", 0.02}, {"tau_plus", 40}, {"w_max", 0.9}},
                                           .delay = attribution}};
    if (!running) projection.plastic.parameters["p_b"] = 0.4;
    circuit.add(projection);
    return circuit;
}

}  // namespace

TEMPLATE_TEST_CASE("weights follow from events and bursts, with a baseline or the share of bursts of late", "", float,
                   double) {
    using S = TestType;
    const auto check = [](const Circuit& circuit, bool running, Attribution attribution) {
        Simulation<S> simulation(circuit, spiking(step));
        std::vector<ByPairs::Times> pre(sources);
        struct Post {
            std::uint32_t now;
            bool is_burst;
            double share;
        };
        std::vector<std::vector<Post>> post(targets);
        std::vector<double> e(targets, 0), b(targets, 0);
        constexpr std::uint32_t end = 12000;
        std::size_t n_bursts = 0;
        for (std::uint32_t now = 1; now <= end; ++now) {
            simulation.advance(1);
            for (std::uint32_t j = 0; j < sources; ++j)
                if (simulation.column("from", "event")[j] != 0) pre[j].push_back(now + 3);
            for (std::uint32_t i = 0; i < targets; ++i) {
                e[i] *= std::exp(-step / 300);
                b[i] *= std::exp(-step / 300);
                const double share = e[i] > 1e-6 ? std::min(b[i] / e[i], 1.0) : 0.3;
                const bool is_event = simulation.column("to", "event")[i] != 0,
                           is_burst = simulation.column("to", "burst")[i] != 0;
                REQUIRE(!(is_event && is_burst));
                if (is_event || is_burst) post[i].push_back({now, is_burst, running ? share : 0.4});
                e[i] += is_event;
                b[i] += is_burst;
                n_bursts += is_burst;
            }
        }
        CHECK(n_bursts > 150);
        const auto weights = weights_of(simulation);
        for (std::uint32_t i = 0; i < targets; ++i)
            for (std::uint32_t j = 0; j < sources; ++j) {
                double w = 0.5;
                for (const Post& one : post[i]) {
                    const std::uint32_t met = one.now + (attribution == Attribution::dendritic ? 6 : 0);
                    if (met > end) continue;
                    const double K = ByPairs::trace({40, Pairing::all}, pre[j], met, step);
                    w = std::clamp(w + 0.02 * K * (one.is_burst ? 1 : -one.share), 0.0, 0.9);
                }
                REQUIRE(weights[i][j] == Approx(w).margin(std::is_same_v<S, double> ? 1e-10 : 1e-4).epsilon(0));
            }
    };
    for (const Attribution attribution : {Attribution::dendritic, Attribution::axonal})
        check(learning<false>(attribution), false, attribution);
    check(learning<true>(Attribution::axonal), true, Attribution::axonal);
}

TEST_CASE("cells with events and rules that learn from them go on from a checkpoint, on any threads") {
    const Circuit circuit = learning<true>(Attribution::axonal);
    Simulation<float> whole(circuit, spiking(step));
    whole.advance(1501);
    MemoryArchive archive;
    whole.save(archive, "run");
    whole.advance(1500);
    for (const int threads : {1, 2, 3}) {
        Setup setup = spiking(step);
        setup.threads = threads;
        Simulation<float> resumed(circuit, setup);
        resumed.load(archive, "run");
        resumed.advance(1500);
        CHECK(weights_of(resumed) == weights_of(whole));
        for (const char* column : {"event", "soon", "may_burst", "burst_share"})
            CHECK(std::ranges::equal(resumed.column("to", column), whole.column("to", column)));
    }
}

TEST_CASE("an instructor without such events is refused") {
    Circuit circuit = learning<false>(Attribution::axonal);
    circuit.event_projections[0].plastic.instructors = {{circuit.population("to"), 1, "error"}};
    CHECK_THROWS_WITH(Simulation<float>(circuit, spiking(step)),
                      Contains("'plastic': the cells of population 'to' have no event 'error'"));
    circuit.event_projections[0].plastic.instructors.clear();
    circuit.populations[circuit.population("to")].events.pop_back();
    circuit.populations[circuit.population("to")].parameters.clear();
    CHECK_THROWS_WITH(Simulation<float>(circuit, spiking(step)),
                      Contains("'plastic': the cells of population 'to' have no event 'burst'"));
}
