// Spikes in the file of a free run, and their statistics.
#include <cmath>
#include <map>

#include "sim/experiment/effects.hpp"
#include "tests/unit/experiment/free_runs.hpp"

using namespace apical;
using namespace apical::free_runs;

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
    CHECK_THROWS_WITH(at.run("e.h5", {"run.lanes=2"}, spikes),
                      Catch::Contains("run.lanes: found 2 lanes, expected one"));
    CHECK_THROWS_WITH(at.run("e.h5", {"run.mode=continuous"}, spikes), Catch::Contains("run.mode"));
    CHECK_THROWS_WITH(at.run("e.h5", {"circuit.model=ring"}, spikes), Catch::Contains("run.mode"));
}
