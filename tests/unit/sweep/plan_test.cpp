#include "sim/core/error.hpp"
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
    CHECK(plan.swept == Texts{"circuit.model", "circuit.hidden", "circuit.eta_W", "run.lanes"});
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
    const Node document = parse_toml(plan.runs[0].text, "run");
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
    CHECK_THAT(at.refusal("[grid]\nrun.lanes = [4, 4]\n"),
               StartsWith("s.toml:4:17: grid.run.lanes[1]: found 4 a second time"));
    CHECK_THAT(at.refusal("seeds = [1, 1]\n"), Contains("s.toml:3:13: sweep.seeds[1]: found 1 a second time"));
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

TEST_CASE("a sweep of an experiment that is not there, or wrong itself, is refused") {
    const WrittenSweep at;
    const std::string none = at.folder.write("none.toml", "[sweep]\nexperiment = \"nowhere.toml\"\n");
    CHECK_THROWS_WITH(read_plan(none, {}), StartsWith(none + ":2:14: sweep.experiment: found 'nowhere.toml'"));
    at.folder.write("bad.toml", "[run]\nlane = 3\n");
    const std::string bad = at.folder.write("of_bad.toml", "[sweep]\nexperiment = \"bad.toml\"\nseeds = [1]\n");
    CHECK_THROWS_WITH(read_plan(bad, {}), StartsWith(at.folder.path("bad.toml") + ":2:8: run.lane: found key 'lane'"));
}
