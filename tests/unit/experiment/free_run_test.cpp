// Circuits that are shown no samples: simulated time is the clock of the run.
#include "sim/experiment/effects.hpp"
#include "tests/unit/experiment/free_runs.hpp"

using namespace apical;
using namespace apical::free_runs;

namespace {

InputError::Parts refusal(const std::vector<std::string>& changes) {
    Workplace at;
    try {
        at.run("e.h5", changes);
    } catch (const InputError& error) {
        CHECK(at.folder.names() == std::vector<std::string>{"e.toml"});
        return error.parts();
    }
    FAIL("accepted");
    return {};
}

}  // namespace

TEST_CASE("a circuit without a task runs for its time, and what was recorded is what it went through") {
    Workplace at;
    const Outcome outcome = at.run("e.h5");
    CHECK(outcome.now == 320);
    CHECK(outcome.moment == "after 160 ms");
    CHECK(at.progress.last.now == 320);
    CHECK(at.progress.last.step == 0.5);
    CHECK_THAT(at.progress.notes, Catch::Contains("0.16 s simulated, in 320 steps of 0.5 ms"));
    CHECK_THAT(at.progress.notes, !Catch::Contains("warning"));

    const Experiment e = resolve(parse_toml(experiment, "e.toml"), catalogue());
    Simulation<double> simulation = simulation_of<double>(e, std::make_shared<ThreadPool>(1));
    Values times, somas, weights;
    for (std::uint64_t step = 0; step < 320; ++step) {
        simulation.advance(1, [&](std::uint64_t) {
            if (step < 2 || step % 4 != 2) return;
            times.push_back(0.5 * static_cast<double>(step));
            const auto soma = simulation.column("E", "soma");
            somas.insert(somas.end(), soma.begin(), soma.end());
        });
        if (step == 199) {  // the end of the stretch that has 60 ms in it
            const auto W = simulation.weights("W");
            weights.assign(W.data(), W.data() + W.size());
        }
    }
    CHECK(at.read("e.h5", "/trace/soma/time") == times);
    const Values recorded = at.read("e.h5", "/trace/soma/soma"), snapshots = at.read("e.h5", "/weights/W");
    REQUIRE(recorded.size() == somas.size());
    for (std::size_t k = 0; k < somas.size(); ++k) REQUIRE(recorded[k] == Approx(somas[k]).epsilon(1e-9));
    CHECK(at.read("e.h5", "/weights/time") == Values{0, 100, 150, 160});
    for (std::size_t k = 0; k < 9; ++k) CHECK(snapshots[9 + k] == Approx(weights[k]).epsilon(1e-9));
    CHECK(at.read("e.h5", "/final/W") == Values(snapshots.end() - 9, snapshots.end()));
    CHECK(recorded.back() != recorded[0]);
}

TEST_CASE("a free run that is stopped, or prolonged, leaves the file of one that was not") {
    Workplace at;
    at.run("whole.h5");
    SECTION("stopped by a signal") {
        at.progress.stop_at = 200;
        const Outcome stopped = at.run("e.h5");
        CHECK(stopped.signal == SIGTERM);
        CHECK(stopped.moment == "after 100 ms");
        CHECK(at.resume(stopped.checkpoint).now == 320);
    }
    SECTION("a checkpoint after every stretch changes nothing") { at.run("e.h5", {"checkpoint.every=0 s"}); }
    SECTION("two threads change nothing") { at.run("e.h5", {"run.threads=2"}); }
    SECTION("prolonged") {
        at.run("whole.h5.2", {"run.duration=200 ms", "record.weights=never"});
        const Outcome first = at.run("e2.h5", {"run.duration=100 ms", "checkpoint.keep=true", "record.weights=never"});
        at.resume(first.checkpoint, {"run.duration=200 ms"});
        CHECK(at.read("whole.h5.2", "/trace/soma/soma") == at.read("e2.h5", "/trace/soma/soma"));
        CHECK(at.read("whole.h5.2", "/final/W") == at.read("e2.h5", "/final/W"));
        CHECK_THROWS_WITH(at.resume(first.checkpoint, {"run.duration=50 ms"}),
                          Catch::Contains("run.duration") && Catch::Contains("at least 400"));
        return;
    }
    at.require_same("whole.h5", "e.h5");
}

TEST_CASE("what a free run cannot have is refused, with the reason") {
    CHECK_THAT(refusal({"task.dataset=xor"}).expected, Catch::Contains("knows no data"));
    CHECK_THAT(refusal({"run.mode=settled"}).hint,
               Catch::Contains("without a section [task], 'ring' is shown no samples"));
    CHECK(refusal({"run.baselines=[\"ring\"]"}).key == "run.baselines");
    CHECK(refusal({"run.mode=settled"}).found == "'settled', in which no time goes by");
    CHECK(refusal({"run.duration=0.7 ms"}).expected == "a whole number of steps of run.step, 0.5 ms");
    CHECK(refusal({"run.duration=0 ms"}).key == "run.duration");
    CHECK(refusal({"run.duration=nan"}).key == "run.duration");
    CHECK(refusal({"run.duration=1e30 s"}).expected == "at most 1e15 steps");
    CHECK_THAT(refusal({"record.weights=1 epoch"}).found, Catch::Contains("1 epoch"));
    CHECK_THAT(refusal({"trace.soma.from=160 ms"}).expected, Catch::Contains("before the run ends"));
}

TEST_CASE("keys about samples have no effect on a circuit that is shown none, and are named") {
    const auto lines = without_effect(
        resolve(parse_toml(experiment + "when = \"1 epoch\"\n[checkpoint]\nevery = \"1 s\"\n", "e.toml"), catalogue()));
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::Contains("trace.soma.when") && Catch::Contains("runs freely"));
    Node document = parse_toml(experiment, "e.toml");
    for (const char* change : {"run.epochs=3", "run.order=sequential", "record.metrics=1 epoch"}) set(document, change);
    CHECK(without_effect(resolve(document, catalogue())).size() == 3);
}

TEST_CASE("a free run has one lane unless more are asked for") {
    CHECK(resolve(parse_toml(experiment, "e.toml"), catalogue()).run.lanes == 1);
    Node document = parse_toml(experiment, "e.toml");
    set(document, "run.lanes=3");
    CHECK(resolve(document, catalogue()).run.lanes == 3);
}
