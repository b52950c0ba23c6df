// 5.7 of the specification: two ensembles of bursting cells learn a rate of events from bursts.
#include "models/burst_ccn/ensembles.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/core/error.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"

namespace {

using namespace apical;
using burst_ccn::Ensembles;

Setup setup_of(std::uint64_t seed, int threads = 1) {
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = 1;
    setup.seed = seed;
    setup.threads = threads;
    return setup;
}

Circuit circuit_of(const Ensembles& parameters = {}) { return burst_ccn::ensembles(parameters, 1, 100); }

/// What is recorded of the ensembles every 100 ms; `u` is what reached dendrites of ensemble 1 since the row before.
struct Row {
    double e2 = 0, p2 = 0, e1 = 0, p1 = 0, W1 = 0, u = 0;
    Row& operator+=(const Row& other) {
        e2 += other.e2, p2 += other.p2, e1 += other.e1, p1 += other.p1, W1 += other.W1, u += other.u;
        return *this;
    }
    Row operator/(double n) const { return {e2 / n, p2 / n, e1 / n, p1 / n, W1 / n, u / n}; }
};

std::vector<Row> run(const Ensembles& parameters, std::uint64_t seed) {
    Simulation<float> simulation(circuit_of(parameters), setup_of(seed));
    std::vector<Row> rows;
    for (int row = 0; row < 1000; ++row) {
        double u = 0;
        simulation.advance(100, [&](std::uint64_t) {
            for (const float one : simulation.column("up1", "apical")) u += static_cast<double>(one);
        });
        const auto of = [&](const char* population, const char* column) {
            return static_cast<double>(simulation.column(population, column)[0]);
        };
        rows.push_back({of("ensemble2", "event_rate"), of("ensemble2", "burst_probability"),
                        of("ensemble1", "event_rate"), of("ensemble1", "burst_probability"),
                        simulation.weights("W1").mean(), u / 1e4});
    }
    return rows;
}

/// Between two times in s.
Row mean(const std::vector<Row>& rows, int from, int until) {
    Row sum;
    for (int row = 10 * from; row < 10 * until; ++row) sum += rows[static_cast<std::size_t>(row)];
    return sum / (10 * (until - from));
}

void print(const std::vector<Row>& rows) {
    for (const auto& [from, until] : {std::pair{5, 20}, {20, 25}, {35, 40}, {62, 68}, {75, 80}, {95, 100}}) {
        const Row m = mean(rows, from, until);
        std::printf("5.7 %3d-%3d s: e2 %.2f p2 %.3f e1 %.2f p1 %.3f W1 %.2f u %.1f pA\n", from, until, m.e2, m.p2, m.e1,
                    m.p1, m.W1, m.u);
    }
}

void check(const std::vector<Row>& rows) {
    print(rows);
    CHECK(mean(rows, 5, 20).p2 == Approx(.35).margin(.03).epsilon(0));
    CHECK(std::abs(mean(rows, 5, 20).u) < 30);  // Y alone brings some 180 pA
    CHECK(std::max_element(rows.begin() + 200, rows.begin() + 250, [](const Row& a, const Row& b) {
              return a.p2 < b.p2;
          })->p2 > .5);
    CHECK(mean(rows, 35, 40).e2 == Approx(10).margin(.7).epsilon(0));
    CHECK(mean(rows, 62, 68).p2 < .2);
    CHECK(mean(rows, 75, 80).e2 == Approx(5).margin(.5).epsilon(0));
    CHECK(mean(rows, 95, 100).p2 == Approx(.35).margin(.03).epsilon(0));
    CHECK(mean(rows, 35, 40).W1 == Approx(.95).margin(.15).epsilon(0));
    CHECK(mean(rows, 95, 100).W1 == Approx(.225).margin(.075).epsilon(0));
}

}  // namespace

TEST_CASE("BurstCCN 5.7: a teacher moves bursts, bursts move weights, and weights move events to the target") {
    check(run({}, 1));
}

TEST_CASE(
    "BurstCCN 5.7, negative control: in one phase, a running baseline catches up with the teacher, and learning ends") {
    const std::vector<Row> rows = run({.baseline = "running"}, 1);
    print(rows);
    CHECK(mean(rows, 35, 40).p2 > .5);  // the teacher still asks
    CHECK(mean(rows, 35, 40).e2 < 8.5);
    CHECK(mean(rows, 35, 40).W1 - mean(rows, 22, 25).W1 < .05);
}

// Time constants and weights of Y and Q are those with which a linear sum of what they pass on comes nearest to
// b - p_b e (README.md): Q must take away what Y brings at any rate of events, or weights drift without a teacher.
TEST_CASE(
    "BurstCCN 5.7 through synapses with short-term plasticity: the rate follows the teacher, and stays after it") {
    const std::vector<Row> rows = run({.Y = 7.1, .transmission = "synapses"}, 1);
    print(rows);
    CHECK(mean(rows, 5, 20).p2 == Approx(.35).margin(.03).epsilon(0));
    CHECK(mean(rows, 35, 40).e2 == Approx(10).margin(.7).epsilon(0));
    CHECK(mean(rows, 55, 60).e2 == Approx(10).margin(1.5).epsilon(0));
    CHECK(mean(rows, 62, 68).p2 < .2);
    CHECK(mean(rows, 75, 80).e2 == Approx(5).margin(.5).epsilon(0));
    CHECK(mean(rows, 95, 100).p2 == Approx(.35).margin(.03).epsilon(0));
}

TEST_CASE("BurstCCN 5.7, means of five seeds, with and without intervals of just 16 ms", "[paper]") {
    for (const bool tie_bursts : {false, true}) {
        CAPTURE(tie_bursts);
        std::vector<Row> all(1000);
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            const std::vector<Row> one = run({.tie_bursts = tie_bursts}, seed);
            std::printf("5.7 %s 16 ms, seed %d\n", tie_bursts ? "<=" : "<", static_cast<int>(seed));
            print(one);
            for (std::size_t k = 0; k < all.size(); ++k) all[k] += one[k] / 5;
        }
        std::printf("5.7 %s 16 ms, mean of five\n", tie_bursts ? "<=" : "<");
        check(all);
    }
}

TEST_CASE("BurstCCN 5.7: the ensembles go on from a checkpoint, on any threads, as if nothing had happened") {
    const Circuit circuit = circuit_of();
    const auto same = [](const Simulation<float>& one, const Simulation<float>& other) {
        for (const auto& [population, column] : {std::pair{"up1", "V"},
                                                 {"up1", "V_dendrite"},
                                                 {"up1", "soon"},
                                                 {"up2", "may_burst"},
                                                 {"ensemble2", "event_rate"},
                                                 {"ensemble2", "teaching_current"}})
            if (!std::ranges::equal(one.column(population, column), other.column(population, column))) return false;
        return one.weights("W1") == other.weights("W1");
    };
    Simulation<float> alone(circuit, setup_of(1));
    alone.advance(20501);
    MemoryArchive archive;
    alone.save(archive, "run");
    alone.advance(1000);
    for (const int threads : {1, 2, 3}) {
        Simulation<float> resumed(circuit, setup_of(1, threads));
        resumed.load(archive, "run");
        resumed.advance(1000);
        CHECK(same(alone, resumed));
    }
}

TEST_CASE("burst_ensembles: keys are read, and those that do not go together are refused at their place") {
    const auto built = [](const std::string& text) {
        return burst_ccn::ensembles_model().build(parse_toml(text, "e.toml"), {});
    };
    const auto refused = [&](const std::string& text) -> std::string {
        try {
            built("[burst_ensembles]\n" + text);
        } catch (const InputError& error) {
            return error.parts().key + ":" + std::to_string(error.parts().place.line);
        }
        return "accepted";
    };
    const Circuit circuit = built(
        "[run]\nstep = \"1 ms\"\n[burst_ensembles]\ncells = 7\nteacher_times = \"1 s\"\n"
        "teacher_gains = \"80 pA/Hz\"\nteacher_targets = \"10 Hz\"");
    CHECK(circuit.populations[circuit.population("up1")].units == 7);
    const auto delay = [&](const char* name) {
        return circuit.event_projections[circuit.event_projection(name)].delay.at(Random(1), 0, 0);
    };
    CHECK(delay("W2") == 1);
    CHECK(delay("Q1") == 2);
    CHECK(refused("teacher_gains = [\"80 pA/Hz\", \"0 pA/Hz\"]") == "burst_ensembles.teacher_gains:2");
    CHECK(refused("teacher_targets = []") == "burst_ensembles.teacher_targets:2");
    CHECK(refused("teacher_times = [\"20 s\", \"40 s\", \"40 s\", \"80 s\"]") == "burst_ensembles.teacher_times:2");
    CHECK(refused("cells = 0") == "burst_ensembles.cells:2");
    CHECK(refused("teacher_times = []\nteacher_gains = []\nteacher_targets = []") == "accepted");
    CHECK(refused("eta = \"0 1/pA\"") == "accepted");
}
