// Bursting cells, what their spikes say, and rules that learn from it, in a network from a file.
#include <algorithm>
#include <cmath>
#include <string>

#include "models/network/model.hpp"
#include "sim/core/document.hpp"
#include "sim/core/error.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"
#include "sim/synapses/synapse_visitor.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using Catch::Contains;

const std::string cells = R"(
[run]
mode = "spiking"
step = "1 ms"
[circuit]
model = "network"
[population.below]
neuron = "burst_pyramidal"
size = 20
events = ["event", "burst"]
I_d = "-10 pA"
[population.above]
neuron = "burst_pyramidal"
size = 10
events = ["event", "burst"]
burst_interval = "12 ms"
tau_burst_share = "500 ms"
[input.push]
target = "below"
receptor = "current"
rate = "150 Hz"
weight = "2000 pA"
at_most_one = true
[input.pull]
target = "below"
receptor = "current"
rate = "150 Hz"
weight = "-2000 pA"
at_most_one = true
[input.plateau]
target = "above"
receptor = "dendritic_current"
kind = "noise"
mean = "300 pA"
deviation = "1000 pA"
interval = "1 ms"
)";
const std::string up = R"(
[projection.up]
source = "below"
target = "above"
receptor = "current"
event = "event"
weight = "1000 pA"
delay = "1 ms"
plasticity = "burst_dependent_pairs"
eta = 50
tau_plus = "100 ms"
w_max = "2000 pA"
p_b = 0.3
)";
const std::string down = R"(
[projection.down]
source = "above"
target = "below"
receptor = "dendritic_current"
event = "burst"
weight = "200 pA"
delay = "2 ms"
)";

Circuit built(const std::string& text) { return network::model().build(parse_toml(text, "net.toml"), {}); }

/// "KEY: found, expected"
std::string refused(const std::string& text) {
    try {
        built(text);
    } catch (const InputError& error) {
        return error.parts().key + ": " + error.parts().found + ", " + error.parts().expected;
    }
    return "accepted";
}

struct Mean final : SynapseVisitor {
    void visit(std::span<const std::uint32_t>, std::span<const std::uint32_t>,
               std::span<const double> values) override {
        for (const double one : values) sum += one, ++count;
    }
    double sum = 0, count = 0;
};

}  // namespace

TEST_CASE("a network from a file has bursting cells, carries their events and bursts, and learns from both") {
    const Circuit circuit = built(cells + up + down);
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = 1;
    Simulation<float> simulation(circuit, setup);
    const auto count = [&](const char* population, const char* column) {
        return std::ranges::count(simulation.column(population, column), 1.F);
    };
    std::ptrdiff_t events = 0, bursts = 0;
    for (int now = 1; now <= 3000; ++now) {
        simulation.advance(1);
        events += count("above", "event");
        bursts += count("above", "burst");
    }
    CHECK(events > 50);
    CHECK(bursts > 10);
    CHECK(bursts < events);
    Mean mean;
    simulation.visit_synapses("up", mean);
    CHECK(mean.count == 200);
    CHECK(std::abs(mean.sum / mean.count - 1000) > 1);
}

TEST_CASE("events of a network from a file that make no sense are refused at their place") {
    const auto with = [&](const std::string& from, const std::string& to, std::string text = cells + up + down) {
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        return refused(text.replace(at, from.size(), to));
    };
    CHECK(with("events = [\"event\", \"burst\"]", "events = [\"burst\"]") ==
          "population.below.events: 'burst', 'event' before it");
    CHECK(with("events = [\"event\", \"burst\"]", "events = [\"event\", \"event\"]") ==
          "population.below.events: 'event' twice, it once");
    CHECK_THAT(with("events = [\"event\", \"burst\"]", "events = [\"spindle\"]"), Contains("event, burst"));
    CHECK(with("event = \"burst\"", "event = \"error\"") ==
          "projection.down.event: 'error' of 'above', one of its events: spike, event, burst");
    CHECK(with("p_b = 0.3", "p_b = 0.3\ninstructed_by = [\"above.error\"]") ==
          "projection.up.instructed_by: 'error' of 'above', one of its events: spike, event, burst");
    CHECK(with("events = [\"event\", \"burst\"]\nburst_interval = \"12 ms\"\ntau_burst_share = \"500 ms\"\n", "",
               cells + up) == "projection.up.plasticity: 'event' of 'above', one of its events: spike");
    CHECK(with("p_b = 0.3", "p_b = 0.3\ninstructed_by = [\"above.burst\", \"above.event\"]") == "accepted");
}
