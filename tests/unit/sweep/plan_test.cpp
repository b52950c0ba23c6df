#include <map>
#include <set>

#include "sim/core/error.hpp"
#include "sim/sweep/identity.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sweep/written_sweep.hpp"

using namespace apical;
using apical::test::runs_of;
using apical::test::WrittenSweep;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Texts = std::vector<std::string>;

TEST_CASE("a grid is every combination, the last key fastest, the seeds faster still") {
    const WrittenSweep at;
    CHECK(
        runs_of(at.plan("seeds = [3, 4]\n[grid]\nrun.lanes = [1, 4]\ncircuit.hidden = [[5], [6, 7]]\n")) ==
        Texts{"run.lanes = 1, circuit.hidden = [5], run.seed = 3", "run.lanes = 1, circuit.hidden = [5], run.seed = 4",
              "run.lanes = 1, circuit.hidden = [6, 7], run.seed = 3",
              "run.lanes = 1, circuit.hidden = [6, 7], run.seed = 4",
              "run.lanes = 4, circuit.hidden = [5], run.seed = 3", "run.lanes = 4, circuit.hidden = [5], run.seed = 4",
              "run.lanes = 4, circuit.hidden = [6, 7], run.seed = 3",
              "run.lanes = 4, circuit.hidden = [6, 7], run.seed = 4"});
}

TEST_CASE("entries of a list set several keys at once; what they do not name is as in the experiment") {
    const WrittenSweep at;
    const Plan plan = at.plan(
        "[grid]\nrun.lanes = [1, 2]\n[[list]]\ncircuit.model = \"backpropagation\"\n[[list]]\ncircuit.hidden = [9]\n"
        "circuit.eta_W = 0.5\n");
    CHECK(plan.combinations.swept() == Texts{"circuit.model", "circuit.hidden", "circuit.eta_W", "run.lanes"});
    REQUIRE(plan.runs.size() == 4);
    CHECK_THAT(swept_values(plan, plan.runs[0]),
               StartsWith("circuit.model = \"backpropagation\", circuit.hidden = [6], circuit.eta_W = "));
    CHECK(swept_values(plan, plan.runs[3]) ==
          "circuit.model = \"self_assembly\", circuit.hidden = [9], circuit.eta_W = 0.5, run.lanes = 2");
}

TEST_CASE("a run is the experiment, resolved, with [set] and the command line in it") {
    const WrittenSweep at;
    const Plan plan = at.plan("seeds = [7]\n[set]\nrun.epochs = 5\n", {"guard.largest_weight=10"});
    REQUIRE(plan.runs.size() == 1);
    const Node document = plan.document(plan.runs[0]);
    CHECK(value_at_key(document, "run.seed")->text() == "7");
    CHECK(value_at_key(document, "run.epochs")->text() == "5");
    CHECK(value_at_key(document, "guard.largest_weight")->text() == "10");
    CHECK(value_at_key(document, "run.threads")->text() == "0");  // a default
}

TEST_CASE("a sweep that is wrong is refused at the place where it is wrong") {
    const WrittenSweep at;
    const std::string grid = "[grid]\nrun.lanes = [1, 2]\n";
    CHECK_THAT(at.refusal("[grid]\ncircuit.eta_X = [0.1]\n"),
               StartsWith("s.toml:4:18: circuit.eta_X: found key 'eta_X'"));
    CHECK_THAT(at.refusal("[grid]\ncircuit.eta_X = [0.1]\n"), Contains("did you mean 'eta_W'?"));
    CHECK_THAT(at.refusal("[grid]\nrun.lanes = [1, 0]\n"), StartsWith("s.toml:4:17: run.lanes: found 0, expected"));
    CHECK_THAT(at.refusal("[grid]\nrun.lanes = []\n"), StartsWith("s.toml:4:13: grid.run.lanes: found nothing"));
    CHECK_THAT(at.refusal("[grid]\n"), StartsWith("s.toml:3:1: grid: found nothing"));
    CHECK_THAT(at.refusal("[grid]\nrun.lanes = 4\n"), StartsWith("s.toml:4:13: grid.run.lanes: found an integer"));
    CHECK_THAT(at.refusal(""), Contains("nothing to sweep"));
    CHECK_THAT(at.refusal("[[list]]\n"), Contains("list[0]: found nothing"));
    CHECK_THAT(at.refusal(grid + "[[list]]\nrun.lanes = 3\n"),
               StartsWith("s.toml:4:13: run.lanes: found a key that is swept already"));
    CHECK_THAT(at.refusal(grid + "[set]\nrun.lanes = 3\n"),
               StartsWith("s.toml:4:13: run.lanes: found a key that [set] fixes"));
    CHECK_THAT(at.refusal(grid, {"run.lanes=3"}),
               StartsWith("command line: run.lanes: found a change of a key that is swept"));
    CHECK_THAT(at.refusal(grid + "[grids]\n"), Contains("did you mean 'grid'?"));
    CHECK_THAT(at.refusal(grid + "[set]\ncheckpoint.file = \"c\"\n"),
               StartsWith("s.toml:6:19: checkpoint.file: found 'c', which all runs share"));
    CHECK_THAT(at.refusal("seeds = -1\n"), StartsWith("s.toml:3:9: sweep.seeds: found -1"));
    CHECK_THAT(at.refusal("[grid]\nrun.lanes = [" +
                          [] {
                              std::string many;
                              for (int k = 1; k < 400; ++k) many += std::to_string(k) + ", ";
                              return many + "400]\nrun.seed = [" + many + "400]\n";
                          }()),
               Contains("expected at most 100000"));
}

TEST_CASE("equal values in other spelling, and values that come again, are one run, and it is said where") {
    const WrittenSweep at;
    const auto repeated = [&](const std::string& text) {
        const Plan plan = at.plan(text);
        Texts found = plan.repetitions;
        for (std::string& one : found) one = one.substr(at.folder.path().size() + 1);
        return std::pair(plan.runs.size(), found);
    };
    using Found = std::pair<std::size_t, Texts>;
    const auto again = [](const std::string& place, const std::string& one, const std::string& other) {
        return "s.toml:" + place + ": " + one + ": found the same run as " + other + " (it is carried out once)";
    };
    CHECK(repeated("[grid]\ncircuit.eta_W = [0.1, 0.2, 1e-1, 0.10]\n") ==
          Found{2,
                {again("4:28", "grid.circuit.eta_W[2]", "grid.circuit.eta_W[0]"),
                 again("4:34", "grid.circuit.eta_W[3]", "grid.circuit.eta_W[0]")}});
    CHECK(repeated("[grid]\ncircuit.eta_W = [1, 1.0, 1_0e-1]\n").first == 1);
    CHECK(repeated("[grid]\ncircuit.eta_W = [0, -0.0, 0.0]\n").first == 1);
    CHECK(repeated("[grid]\nrun.step = [\"0.3 ms\", \"300 us\", \"3e-4 s\", \"0.1 ms\"]\n").first == 2);
    CHECK(repeated("[grid]\ncircuit.hidden = [5, [5], [5, 5]]\n").first == 2);
    CHECK(repeated("seeds = [3, 1, 3]\n") == Found{2, {again("3:16", "sweep.seeds[2]", "sweep.seeds[0]")}});
    // The order of keys, and a default that is given and one that is not.
    CHECK(repeated("[[list]]\nrun.lanes = 2\nrun.epochs = 3\n[[list]]\nrun.epochs = 3.0\nrun.lanes = 2\n"
                   "run.step = \"0.1 ms\"\n") == Found{1, {again("6:1", "list[1]", "list[0]")}});
    // Each of two reasons once, and not for every combination of them.
    CHECK(repeated("seeds = [1, 1]\n[grid]\nrun.lanes = [4, 4]\ncircuit.eta_W = [0.1, 0.2]\n") ==
          Found{2,
                {again("3:13", "sweep.seeds[1]", "sweep.seeds[0]"),
                 again("5:17", "grid.run.lanes[1]", "grid.run.lanes[0]")}});
    CHECK(repeated("[random]\nsamples = 20\nrun.lanes = {low = 1, high = 2}\n").first == 2);
    CHECK(repeated("[grid]\ncircuit.eta_W = [0.1, 0.1000000000000001]\n") == Found{2, {}});
    CHECK_THAT(at.refusal("[grid]\ncircuit.eta_W = [0.1, nan]\n"),
               StartsWith("s.toml:4:23: grid.circuit.eta_W[1]: found nan, expected a finite number"));
}

TEST_CASE("a key of [circuit] that the experiment's section of the model would go before is refused") {
    const WrittenSweep at;
    at.folder.write("e.toml",
                    "[run]\nlanes = 4\n[task]\ndataset = \"xor\"\n[circuit]\nmodel = \"self_assembly\"\nhidden = [6]\n"
                    "[backpropagation]\neta_W = 0.3\n");
    const std::string methods = "circuit.model = [\"self_assembly\", \"backpropagation\"]\n";
    const std::string why = ": found a key of [circuit] before which backpropagation.eta_W goes (";
    for (const auto& [text, place] :
         {std::pair{"[grid]\n" + methods + "circuit.eta_W = [0.1, 0.2]\n", "5:18: circuit.eta_W"},
          {"[set]\ncircuit.eta_W = 0.1\n[grid]\n" + methods, "4:17: circuit.eta_W"},
          {"[[list]]\ncircuit.model = \"backpropagation\"\ncircuit.eta_W = 0.1\n", "5:17: circuit.eta_W"},
          {"[sobol]\nsamples = 2\ncircuit.eta_W = {low = 0.1, high = 0.2}\n[grid]\n" + methods,
           "5:17: circuit.eta_W"}}) {
        CAPTURE(text);
        const std::string refusal = at.refusal(text);
        CHECK_THAT(refusal, StartsWith(std::string("s.toml:") + place + why));
        CHECK_THAT(refusal,
                   Contains("e.toml:9:9), expected backpropagation.eta_W in its place (or an experiment without it)"));
    }
    // Keys that nothing goes before, in a circuit that runs or beside it, and an exception that the sweep itself makes.
    CHECK(at.plan("[grid]\ncircuit.eta_W = [0.1, 0.2]\n").runs.size() == 2);
    CHECK(at.plan("[set]\nrun.baselines = [\"backpropagation\"]\n[grid]\ncircuit.eta_W = [0.1, 0.2]\n").runs.size() ==
          2);
    CHECK(at.plan("[grid]\n" + methods + "circuit.gamma_W = [0.1, 0.2]\n").runs.size() == 4);
    CHECK(at.plan("[grid]\n" + methods + "[set]\ncircuit.eta_W = 0.1\nbackpropagation.eta_W = 0.2\n").runs.size() == 2);
    CHECK(at.plan("[grid]\n" + methods).runs.size() == 2);
}

TEST_CASE("a run is named by its settings, not by its place, by the sweep, or by the experiment's spelling") {
    const WrittenSweep at;
    const auto names = [&](const std::string& text) {
        std::map<std::string, std::string> found;
        const Plan plan = at.plan(text);
        for (const PlannedRun& run : plan.runs) found.emplace(swept_values(plan, run), run.name);
        return found;
    };
    const auto few = names("seeds = [1, 2]\n[grid]\ncircuit.eta_W = [0.1, 0.2]\n");
    const auto more = names("seeds = [5, 2, 1]\n[grid]\ncircuit.eta_W = [0.7, 0.2, 0.1]\n");
    CHECK(few.size() == 4);
    CHECK(more.size() == 9);
    std::set<std::string> different;
    for (const auto& [values, name] : more) different.insert(name);
    CHECK(different.size() == 9);
    for (const auto& [values, name] : few) CHECK(more.at(values) == name);
    CHECK(names("[grid]\nrun.seed = [2]\n[set]\ncircuit.eta_W = 0.2\n").at("run.seed = 2") ==
          few.at("circuit.eta_W = 0.2, run.seed = 2"));
    for (const auto& [values, name] : few) {
        CHECK(name.size() == 20);
        CHECK(name.find_first_not_of("0123456789abcdef") == std::string::npos);
    }
    // Names are kept in folders: they must not change with the program.
    CHECK(settings_text(at.plan("seeds = [7]\n").document({1, "", 0}), test::catalogue()) ==
          "circuit.hidden = [6]\ncircuit.model = \"self_assembly\"\nrun.epochs = 2.0\nrun.lanes = 4\nrun.seed = 7\n"
          "task.dataset = \"xor\"\n");
    CHECK(names("seeds = [7]\n").at("run.seed = 7") == "fb737862d9eaf2644831");
}

TEST_CASE("a sweep of an experiment that is not there, or wrong itself, is refused") {
    const WrittenSweep at;
    const std::string none = at.folder.write("none.toml", "[sweep]\nexperiment = \"nowhere.toml\"\n");
    CHECK_THROWS_WITH(read_plan(none, {}, test::catalogue()),
                      StartsWith(none + ":2:14: sweep.experiment: found 'nowhere.toml'"));
    at.folder.write("bad.toml", "[run]\nlane = 3\n");
    const std::string bad = at.folder.write("of_bad.toml", "[sweep]\nexperiment = \"bad.toml\"\nseeds = [1]\n");
    CHECK_THROWS_WITH(read_plan(bad, {}, test::catalogue()),
                      StartsWith(at.folder.path("bad.toml") + ":2:8: run.lane: found key 'lane'"));
}
