// 2.5 and 5.9 of the specification: five ensembles learn the exclusive or in one phase, from bursts; and what becomes
// of it if bursts are compared with their share of late. The authors' program is not public: what is not known is ours.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string>

#include "models/burst_ccn/exclusive_or.hpp"
#include "sim/circuit/event_rule.hpp"
#include "sim/core/document.hpp"
#include "sim/core/error.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"

namespace {

using namespace apical;
using burst_ccn::ExclusiveOr;

/// Late rates of events (Hz) and burst probabilities of an ensemble, pattern by pattern.
struct Ensemble {
    std::array<double, 4> rate{}, p{};
};

/// What ensembles do in the second half of every example.
class Watch {
   public:
    Watch(const ExclusiveOr& p, Simulation<float>& simulation) : p_(p), simulation_(simulation) {}

    /// The next four examples, in steps of 1 ms.
    std::map<std::string, Ensemble> epoch() {
        std::map<std::string, Ensemble> seen;
        const auto half = static_cast<std::uint64_t>(p_.example / 2);
        for (std::size_t pattern = 0; pattern < 4; ++pattern) {
            simulation_.advance(half);
            const auto before = sums();
            simulation_.advance(half);
            for (const auto& [name, sum] : sums()) {
                const double events = sum[0] - before.at(name)[0], bursts = sum[1] - before.at(name)[1];
                seen[name].rate[pattern] = events / static_cast<double>(p_.cells) / (p_.example / 2000);
                seen[name].p[pattern] = events > 0 ? bursts / events : p_.p_b;
            }
        }
        return seen;
    }

   private:
    std::map<std::string, std::array<double, 2>> sums() const {
        std::map<std::string, std::array<double, 2>> all;
        for (const char* name : {"in1", "hidden1", "hidden2", "output"})
            for (std::size_t k = 0; k < 2; ++k)
                for (const float one : simulation_.column(name, k == 0 ? "event_count" : "burst_count"))
                    all[name][k] += static_cast<double>(one);
        return all;
    }
    const ExclusiveOr& p_;
    Simulation<float>& simulation_;
};

void print(int epoch, const std::map<std::string, Ensemble>& seen) {
    for (const auto& [name, one] : seen) {
        std::printf("5.9 %4d %-8s", epoch, name.c_str());
        for (const double rate : one.rate) std::printf(" %5.2f", rate);
        std::printf("  p");
        for (const double p : one.p) std::printf(" %.3f", p);
        std::printf("\n");
    }
    std::fflush(stdout);
}

constexpr int tests = 8;  ///< examples without a teacher at the end

Simulation<float> started(const ExclusiveOr& p, std::uint64_t seed, int threads = 1) {
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = 1;
    setup.seed = seed;
    setup.threads = threads;
    return {burst_ccn::exclusive_or(p, 1, p.taught + tests), setup};
}

/// Rates of the output in the test after learning.
Ensemble learnt(const ExclusiveOr& p, std::uint64_t seed) {
    Simulation<float> simulation = started(p, seed);
    Watch watch(p, simulation);
    Ensemble mean;
    const int taught = static_cast<int>(p.taught) / 4;
    for (int epoch = 0; epoch < taught + tests / 4; ++epoch) {
        const auto seen = watch.epoch();
        if (epoch % 10 == 0 || epoch >= taught) print(epoch, seen);
        if (epoch < taught) continue;
        for (std::size_t k = 0; k < 4; ++k) {
            mean.rate[k] += seen.at("output").rate[k] / (tests / 4);
            mean.p[k] += seen.at("output").p[k] / (tests / 4);
        }
    }
    return mean;
}

}  // namespace

TEST_CASE(
    "burst_xor: an event becomes a burst as often as the dendrite's potential says, and the teacher asks for more") {
    // Without input from below or above: dendrites at rest but for a constant current and noise.
    ExclusiveOr p{.example = 1000, .taught = 4, .eta = 0, .I_output = 300};
    p.W_1 = p.inhibition_1 = 0;
    p.W_2 = p.inhibition_2 = p.Y = {0, 0};
    Simulation<float> simulation = started(p, 1);
    Watch watch(p, simulation);
    const auto taught = watch.epoch(), alone = watch.epoch();
    print(0, taught), print(1, alone);
    CHECK(alone.at("output").p[1] == Approx(p.p_b).margin(.06).epsilon(0));    // I_d is chosen for that
    CHECK(taught.at("output").p[1] > p.p_b + .1);                              // 1 is asked
    CHECK(taught.at("output").p[0] < p.p_b - .1);                              // 0 is
    CHECK(taught.at("hidden1").p[0] == Approx(p.p_b).margin(.06).epsilon(0));  // no feedback comes
    CHECK(alone.at("in1").rate[1] > 2 * alone.at("in1").rate[0]);
}

TEST_CASE("burst_xor goes on from a checkpoint, on any threads, as if nothing had happened") {
    for (const char* baseline : {"constant", "running"}) {
        const ExclusiveOr p{.cells = 50, .example = 500, .taught = 4, .baseline = baseline};
        Simulation<float> alone = started(p, 1);
        alone.advance(1100);
        MemoryArchive archive;
        alone.save(archive, "run");
        alone.advance(700);
        for (const int threads : {1, 2}) {
            Simulation<float> resumed = started(p, 1, threads);
            resumed.load(archive, "run");
            resumed.advance(700);
            for (const auto& [population, column] : {std::pair{"hidden1", "V"},
                                                     {"hidden2", "pending"},
                                                     {"output", "taught"},
                                                     {"output", "event_count"},
                                                     {"output", "burst_share"}})
                CHECK(std::ranges::equal(alone.column(population, column), resumed.column(population, column)));
        }
    }
}

TEST_CASE("burst_xor: keys are read, and those that do not go together are refused at their place") {
    const auto built = [](const std::string& text) {
        return burst_ccn::exclusive_or_model().build(parse_toml(text, "e.toml"), {});
    };
    const auto refused = [&](const std::string& text) -> std::string {
        try {
            built("[burst_xor]\n" + text);
        } catch (const InputError& error) {
            return error.parts().key + ":" + std::to_string(error.parts().place.line);
        }
        return "accepted";
    };
    const Circuit circuit = built(
        "[run]\nstep = \"1 ms\"\nduration = \"21 ms\"\n[burst_xor]\ncells = 7\nexample = \"10 ms\"\ntaught = 1\n"
        "baseline = \"running\"");
    CHECK(circuit.populations[circuit.population("hidden2")].units == 7);
    const auto rule = circuit.event_projections[circuit.event_projection("in1_hidden2")].plastic.rule;
    REQUIRE(rule != nullptr);
    CHECK(rule->info().name == "burst_dependent_pairs_running");
    CHECK(refused("Y = \"1 pA\"") == "burst_xor.Y:2");
    CHECK(refused("W_2 = [\"1 pA\", \"2 pA\", \"3 pA\"]") == "burst_xor.W_2:2");
    CHECK(refused("taught = -1") == "burst_xor.taught:2");
    CHECK(refused("baseline = \"none\"") == "burst_xor.baseline:2");
    CHECK(refused("taught = 0\neta = \"0 pA\"") == "accepted");
}

TEST_CASE("BurstCCN 5.9: five ensembles learn the exclusive or in one phase", "[paper]") {
    const std::uint64_t seed = GENERATE(1, 2, 3);
    std::printf("seed %d\n", static_cast<int>(seed));
    const Ensemble seen = learnt({}, seed);
    print(-1, {{"test", seen}});
    // Asked: 8 Hz or more, 5 Hz or less. The reference has 4.55, 8.72, 9.20, 2.56 for (0, 0), (0, 1), (1, 0), (1, 1).
    CHECK((seen.rate[1] >= 8 && seen.rate[2] >= 8));
    CHECK((seen.rate[0] <= 5 && seen.rate[3] <= 5));
}

TEST_CASE("BurstCCN 5.9, negative control: with the share of bursts of late in place of p_b nothing is learnt",
          "[paper]") {
    const Ensemble seen = learnt({.taught = 40, .baseline = "running"}, 1);
    print(-1, {{"test", seen}});
    CHECK((seen.rate[1] < 4 && seen.rate[2] < 4));
}
