// Circuits that are shown no samples: simulated time is the clock of the run.
#include <csignal>
#include <map>

#include "models/neurons/leaky.hpp"
#include "models/neurons/lif.hpp"
#include "models/plasticity/hebbian.hpp"
#include "sim/circuit/signal.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/effects.hpp"
#include "sim/experiment/run.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/hdf5/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using namespace apical;
using Values = std::vector<double>;

namespace {

struct RateIsSoma {
    static constexpr auto is = soma;
    static constexpr auto writes = tags(rate);
};

/// Three leaky cells that drive one another through plastic weights, and noise that drives them.
Circuit ring(const Node&, const TaskShape& task) {
    CHECK(task.inputs == 0);
    Circuit circuit;
    circuit.name = "ring";
    Population cells{.name = "E", .units = 3, .compartments = {"basal"}, .neurons = {neuron(Leaky{5})}};
    cells.signals.push_back(signal(RateIsSoma{}));
    const PopulationId E = circuit.add(std::move(cells));
    Weights W{.name = "W", .post = E, .pre = E};
    W.rule = rule(Hebbian{0.5, 0.1});
    circuit.add(Projection{
        .weights = circuit.add(std::move(W)), .source = E, .signal = rate, .target = E, .compartment = basal});
    return circuit;
}

/// Cells that fire, driven by Poisson input and by one another.
Circuit firing(const Node&, const TaskShape&) {
    Circuit circuit;
    circuit.name = "firing";
    const auto add = [&](const char* name, std::size_t units) {
        return circuit.add(Population{.name = name,
                                      .units = units,
                                      .cells = event_neuron(lif::Delta{}),
                                      .parameters = {{lif::E_L, 0.0}, {lif::V_th, 20.0}, {lif::V_reset, 10.0}},
                                      .initial = {{lif::V, Quantity::uniform(10, 20)}}});
    };
    const PopulationId E = add("E", 80), I = add("I", 20);
    circuit.add(EventProjection{.name = "EI",
                                .source = E,
                                .target = I,
                                .receptor = "delta",
                                .connectivity = Connectivity::probability(0.1),
                                .weight = 1.0,
                                .delay = 1.5});
    circuit.add(EventProjection{.name = "IE",
                                .source = I,
                                .target = E,
                                .receptor = "delta",
                                .connectivity = Connectivity::probability(0.1),
                                .weight = -1.0,
                                .delay = 1.5});
    for (const auto& [name, p] : {std::pair{"to_E", E}, {"to_I", I}})
        circuit.add(PoissonDrive{.name = name, .target = p, .receptor = "delta", .rate = 2500.0, .weight = 0.5});
    return circuit;
}

Model firing_model() {
    Model model;
    model.name = "firing";
    model.modes = {Mode::spiking};
    model.has_task = false;
    model.build = firing;
    return model;
}

Catalogue own() {
    Model model;
    model.name = "ring";
    model.modes = {Mode::continuous};
    model.has_task = false;
    model.build = ring;
    Catalogue catalogue;
    catalogue.models.push_back(std::move(model));
    catalogue.models.push_back(firing_model());
    return catalogue;
}

const Catalogue& catalogue() {
    static const Catalogue all = own();
    return all;
}

/// 320 steps: four stretches, the last one shorter.
const std::string experiment = R"(
[run]
mode = "continuous"
duration = "0.16 s"
step = "0.5 ms"
stepper = "exponential_euler"
threads = 1
precision = "double"
[circuit]
model = "ring"
[noise.drive]
into = ["E.basal"]
sigma = 0.3
tau = "5 ms"
[record]
weights = "60 ms and end"
precision = "float64"
[trace.soma]
population = "E"
column = "soma"
every = "2 ms"
from = "1 ms"
)";

struct Watcher : Progress {
    void show(const Standing& standing) override {
        last = standing;
        if (standing.now == stop_at) std::raise(SIGTERM);
    }
    void note(const std::string& line) override { notes += line + "\n"; }
    Standing last;
    std::uint64_t stop_at = 0;
    std::string notes;
};

struct Workplace {
    test::Folder folder;
    Watcher progress;

    Outcome run(const std::string& name, const std::vector<std::string>& changes = {},
                const std::string& text = experiment) {
        RunRequest request;
        request.experiment = folder.write("e.toml", text);
        request.changes = changes;
        request.out = folder.path(name);
        return apical::run(request, catalogue(), progress);
    }
    Outcome resume(const std::string& checkpoint, const std::vector<std::string>& changes = {}) {
        progress.stop_at = 0;
        return apical::resume({checkpoint, changes, {}, ""}, catalogue(), progress);
    }
    Values read(const std::string& name, const std::string& path) const {
        return hdf5::File::open(folder.path(name)).data_set(path).read<double>();
    }
    void require_same(const std::string& one, const std::string& other) const {
        for (const char* path : {"/trace/soma/time", "/trace/soma/soma", "/weights/time", "/weights/W", "/final/W"})
            REQUIRE(read(one, path) == read(other, path));
    }
};

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
    const auto task = refusal({"task.dataset=xor"});
    CHECK(task.key == "task");
    CHECK_THAT(task.hint, Catch::Contains("'ring' is shown no samples"));
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

namespace {

/// 1005 steps: the last stretch is shorter.
const std::string spikes = R"(
[run]
mode = "spiking"
duration = "100.5 ms"
threads = 1
[circuit]
model = "firing"
[trace.V]
population = "I"
column = "V"
units = [3]
every = "10 ms"
)";

}  // namespace

TEST_CASE("every spike of a free run is in the file, once and with its time, those of its last step too") {
    Workplace at;
    CHECK(at.run("e.h5", {}, spikes).now == 1005);
    CHECK_THAT(at.progress.notes, Catch::Contains("firing, E (80 cells), I (20 cells), 320 synapses"));
    CHECK_THAT(at.progress.notes, Catch::Contains("16 bytes each") && Catch::Contains("16 kB in a simulated second"));
    const Experiment e = resolve(parse_toml(spikes, "e.toml"), catalogue());
    Simulation<float> simulation = simulation_of<float>(e, std::make_shared<ThreadPool>(1));
    std::map<std::string, std::pair<Values, Values>> expected;
    for (std::uint64_t step = 0; step < 1005; ++step) {
        simulation.advance(1);
        for (const char* name : {"E", "I"})
            for (const std::uint32_t cell : simulation.spikes(name)) {
                expected[name].first.push_back(simulation.time());
                expected[name].second.push_back(cell);
            }
    }
    for (const char* name : {"E", "I"}) {
        INFO(name);
        REQUIRE(expected[name].first.size() > 20);
        CHECK(at.read("e.h5", std::string("/spikes/") + name + "/timestamps") == expected[name].first);
        CHECK(at.read("e.h5", std::string("/spikes/") + name + "/node_ids") == expected[name].second);
    }
    CHECK(at.read("e.h5", "/trace/V/V").size() == 11);
    CHECK_FALSE(hdf5::File::open(at.folder.path("e.h5")).exists("/final"));
    CHECK(at.read("e.h5", "/metrics/time") == Values{100, 100.5});
    for (const char* name : {"E", "I"})
        CHECK(at.read("e.h5", std::string("/metrics/rate_") + name).back() ==
              Approx(static_cast<double>(expected[name].first.size()) / (name[0] == 'E' ? 80 : 20) / 0.1005));
}

TEST_CASE("what is recorded of spikes is what was asked for, and their statistics are those of all") {
    Workplace at;
    at.run("all.h5", {}, spikes);
    at.run("some.h5", {"spikes.E={first=30, every=10, from=\"20 ms\", until=\"90 ms\"}", "spikes.I={cells=[7, 3, 7]}"},
           spikes);
    at.run("none.h5", {"record.spikes=none", "spikes.I={until=\"50.5 ms\"}"}, spikes);
    at.run("neither.h5", {"spikes.E.record=false", "spikes.I.record=false", "record.metrics=never"}, spikes);
    const auto kept = [&](const std::string& name, const auto& is_kept) {
        const Values times = at.read("all.h5", "/spikes/" + name + "/timestamps"),
                     cells = at.read("all.h5", "/spikes/" + name + "/node_ids");
        std::pair<Values, Values> those;
        for (std::size_t k = 0; k < times.size(); ++k)
            if (is_kept(times[k], cells[k])) {
                those.first.push_back(times[k]);
                those.second.push_back(cells[k]);
            }
        CHECK(those.first.size() > 1);
        CHECK(those.first.size() < times.size());
        return those;
    };
    const auto recorded = [&](const std::string& file, const std::string& name) {
        return std::pair(at.read(file, "/spikes/" + name + "/timestamps"),
                         at.read(file, "/spikes/" + name + "/node_ids"));
    };
    CHECK(recorded("some.h5", "E") == kept("E", [](double time, double cell) {
              return time > 20.01 && time < 90.01 && (cell == 0 || cell == 10 || cell == 20);
          }));
    CHECK(recorded("some.h5", "I") == kept("I", [](double, double cell) { return cell == 3 || cell == 7; }));
    CHECK(recorded("none.h5", "I") == kept("I", [](double time, double) { return time < 50.51; }));
    const hdf5::File some = hdf5::File::open(at.folder.path("some.h5"));
    CHECK(some.group("/spikes/E").attribute("cells") == "80");
    CHECK(some.group("/spikes/E").attribute("recorded") == "one in 10 of the first 30 cells after 20 ms until 90 ms");
    CHECK_FALSE(hdf5::File::open(at.folder.path("none.h5")).exists("/spikes/E"));
    const hdf5::File neither = hdf5::File::open(at.folder.path("neither.h5"));
    CHECK_FALSE(neither.exists("/spikes"));
    CHECK_FALSE(neither.exists("/metrics"));
    for (const std::string& name : some.list("/metrics"))
        for (const char* file : {"some.h5", "none.h5"}) {
            INFO(name);
            const Values one = at.read("all.h5", "/metrics/" + name), other = at.read(file, "/metrics/" + name);
            REQUIRE(one.size() == 2);
            for (std::size_t k = 0; k < 2; ++k)
                CHECK((one[k] == other[k] || (std::isnan(one[k]) && std::isnan(other[k]))));
        }
}

TEST_CASE("what cannot be recorded of spikes, or counted, is refused") {
    const auto refused = [](const std::vector<std::string>& changes) {
        Workplace at;
        try {
            at.run("e.h5", changes, spikes);
        } catch (const InputError& error) {
            CHECK(at.folder.names() == std::vector<std::string>{"e.toml"});
            return error.parts();
        }
        FAIL("accepted " << changes.front());
        return InputError::Parts{};
    };
    CHECK(refused({"spikes.X.record=false"}).expected == "one of E, I");
    CHECK(refused({"spikes.E.first=81"}).expected == "at most the 80 cells of 'E'");
    CHECK(refused({"spikes.E.cells=[80]"}).expected == "from 0 to 79");
    CHECK(refused({"spikes.E.cells=[-1]"}).key == "spikes.E.cells[0]");
    CHECK(refused({"spikes.E.every=0"}).key == "spikes.E.every");
    CHECK(refused({"spikes.E.from=0.05 ms"}).expected == "a whole number of steps of run.step, 0.1 ms");
    CHECK_THAT(refused({"spikes.E.from=100.5 ms"}).expected, Catch::Contains("before the run ends"));
    CHECK(refused({"spikes.E={from=\"20 ms\", until=\"20 ms\"}"}).key == "spikes.E.until");
    CHECK(refused({"spikes.E.until=nan"}).key == "spikes.E.until");
    CHECK(refused({"record.spikes=some"}).key == "record.spikes");
    CHECK(refused({"record.statistics_from=100.5 ms"}).key == "record.statistics_from");
    CHECK(refused({"record.statistics_bin=0.25 ms"}).key == "record.statistics_bin");
    CHECK(refused({"record.statistics_bin=1e-12 ms"}).key == "record.statistics_bin");
    CHECK(refused({"record.metrics=1 epoch"}).key == "record.metrics");
    const Experiment e = resolve(parse_toml(spikes + "[spikes.E]\ncells = [1]\nfirst = 3\n", "e.toml"), catalogue());
    REQUIRE(without_effect(e).size() == 1);
    CHECK_THAT(without_effect(e)[0], Catch::Contains("spikes.E.first"));
}

TEST_CASE("defaults of the statistics fit any step") {
    Node document = parse_toml(spikes, "e.toml");
    set(document, "run.step=0.3 ms");
    set(document, "run.duration=300 ms");
    const Experiment e = resolve(document, catalogue());
    CHECK(e.record.metrics == "99.9 ms and end");
    CHECK(e.statistics_bin == 17);
    CHECK(resolve(parse_toml(to_toml(e.document), "again.toml"), catalogue()).statistics_bin == 17);
}

TEST_CASE("spikes of a run that is stopped and goes on are those of one that is not, in any order of checkpoints") {
    Workplace at;
    at.run("whole.h5", {}, spikes);
    SECTION("stopped by a signal") {
        at.progress.stop_at = 500;
        at.resume(at.run("e.h5", {}, spikes).checkpoint);
    }
    SECTION("a checkpoint after every stretch") { at.run("e.h5", {"checkpoint.every=0 s"}, spikes); }
    SECTION("two threads") { at.run("e.h5", {"run.threads=2"}, spikes); }
    for (const char* path : {"/spikes/E/timestamps", "/spikes/E/node_ids", "/spikes/I/timestamps", "/spikes/I/node_ids",
                             "/trace/V/time", "/trace/V/V", "/metrics/time", "/metrics/rate", "/metrics/recent_rate_E",
                             "/metrics/fano_factor", "/metrics/synchrony_I", "/metrics/correlation_E"})
        REQUIRE(at.read("whole.h5", path) == at.read("e.h5", path));
}

TEST_CASE("a network of cells that fire has one lane, and takes spiking dynamics") {
    Workplace at;
    CHECK_THROWS_WITH(at.run("e.h5", {"run.lanes=2"}, spikes), Catch::Contains("one lane"));
    CHECK_THROWS_WITH(at.run("e.h5", {"run.mode=continuous"}, spikes), Catch::Contains("run.mode"));
    CHECK_THROWS_WITH(at.run("e.h5", {"circuit.model=ring"}, spikes), Catch::Contains("run.mode"));
}
