// Which keys change nothing, and that no experiment of the project has one.
#include "sim/experiment/effects.hpp"

#include <filesystem>

#include "tests/support/catalogue.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

std::vector<std::string> found(const std::string& text) {
    return without_effect(resolve(parse_toml("[task]\ndataset = \"xor\"\n" + text, "e.toml"), test::catalogue()));
}

/// The key of every line: "e.toml:4:5: circuit.tau: has no effect here: ..." is "circuit.tau".
std::vector<std::string> keys(const std::string& text) {
    std::vector<std::string> all;
    for (const std::string& line : found(text)) {
        const std::size_t end = line.find(": has no effect here: ");
        REQUIRE(end != std::string::npos);
        all.push_back(line.substr(line.rfind(' ', end - 1) + 1, end - line.rfind(' ', end - 1) - 1));
    }
    return all;
}

const std::string circuit = "[circuit]\nmodel = \"self_assembly\"\n", continuous = "[run]\nmode = \"continuous\"\n";
using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("keys that need another mode, another kind of cell, a feature that is off, or another learner") {
    CHECK(keys(circuit).empty());
    CHECK(keys(circuit + "tau = \"20 ms\"\n") == Keys{"circuit.tau"});
    CHECK(keys(circuit + "tau = \"10 ms\"\n") == Keys{"circuit.tau"});  // written, if only as the default
    CHECK(keys(continuous + circuit + "tau = \"20 ms\"\n").empty());
    CHECK(keys(continuous + circuit + "neuron = \"pyramidal\"\ntau = \"20 ms\"\n") == Keys{"circuit.tau"});
    CHECK(keys(circuit + "g_B = \"200 nS\"\nleak = 0.1\nrate_period = 3\n") ==
          Keys{"circuit.g_B", "circuit.leak", "circuit.rate_period"});
    CHECK(keys(circuit + "activation = \"leaky_relu\"\nleak = 0.1\nrate_factor = 0.9\nrate_period = 3\n").empty());
    CHECK(keys(circuit + "[run]\nstep = \"1 ms\"\nstepper = \"euler\"\nshared_order = true\nlanes = 1\n") ==
          Keys{"run.step", "run.stepper", "run.shared_order"});
    CHECK(keys(circuit + "[run]\nsamples = 64\nepochs = 3\nepoch_size = 10\n") == Keys{"run.epochs", "run.epoch_size"});
    CHECK(keys(continuous + "stepper = \"rk4\"\ntolerance = 1e-3\n" + circuit) == Keys{"run.tolerance"});
    CHECK(keys("[run]\nmode = \"spiking\"\nstepper = \"dopri5_controlled\"\ntolerance = 1e-3\nsettling = \"5 ms\"\n" +
               circuit)
              .empty());
    CHECK(keys("[run]\nmode = \"spiking\"\nsplitting = \"strang\"\n" + circuit) == Keys{"run.splitting"});
    CHECK(keys(circuit + "[init]\nrow = 3\n[record]\nmetrics = \"never\"\naccuracy_samples = 10\n") ==
          Keys{"init.row", "record.accuracy_samples"});
    CHECK(keys(continuous + "stepper = \"exponential_euler\"\n" + circuit +
               "[noise.n]\ninto = [\"up1.basal\"]\nkind = \"white\"\ntau = \"5 ms\"\n") == Keys{"noise.n.tau"});
    CHECK(keys(continuous + circuit +
               "[trace.t]\npopulation = \"up1\"\ncolumn = \"soma\"\nat = [\"1 ms\"]\nevery = \"2 ms\"\n") ==
          Keys{"trace.t.every"});
}

TEST_CASE("a rule that comes to the same, synapses that do not learn, the section of a model that is not run") {
    CHECK(keys(circuit + "[self_assembly]\ngate = \"linear\"\nrule_V = \"drive\"\n") == Keys{"self_assembly.rule_V"});
    CHECK(keys(circuit + "[self_assembly]\nrule_V = \"drive\"\n").empty());
    CHECK(keys(continuous + circuit + "[self_assembly]\ngate = \"linear\"\nrule_V = \"drive\"\n").empty());
    CHECK(keys(circuit + "[self_assembly]\nplastic = [\"W\"]\neta_V = 0.1\ndevelopment = 0\ndeveloped_scale_W = 1\n") ==
          Keys{"self_assembly.eta_V", "self_assembly.developed_scale_W"});
    CHECK(keys(circuit + "[pal]\neta_W = 3\n") == Keys{"pal"});
    CHECK(keys(circuit + "[kolen_pollack]\nscale_B = 3\n") == Keys{"kolen_pollack"});
    CHECK(keys(circuit + "[kolen_pollack]\nscale_B = 3\n[run]\nbaselines = [\"kolen_pollack\"]\n").empty());
    const std::string line = found(circuit + "[pal]\neta_W = 3\n").at(0);
    CHECK(line.starts_with("e.toml:5:1: pal: has no effect here: no circuit of this run is pal"));
    CHECK(found(circuit + "tau = \"20 ms\"\n").at(0) ==
          "e.toml:5:7: circuit.tau: has no effect here: it takes run.mode = \"continuous\"");
}

TEST_CASE("a shared key that every learner overrides has no effect, and has one if a baseline takes it") {
    const std::string own = "[self_assembly]\neta_W = 0.2\n";
    CHECK(keys(circuit + "eta_W = 0.1\n" + own) == Keys{"circuit.eta_W"});
    CHECK(keys(circuit + "eta_W = 0.1\n" + own + "[run]\nbaselines = [\"backpropagation\"]\n").empty());
}

TEST_CASE("the defaults in a resolved experiment are nobody's mistake") {
    const Experiment once =
        resolve(parse_toml("[task]\ndataset = \"xor\"\n" + circuit + "leak = 0.1\n", "e.toml"), test::catalogue());
    const Experiment again = resolve(parse_toml(to_toml(once.document), "e.toml"), test::catalogue());
    const std::vector<std::string> lines = without_effect(again);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("circuit.leak: has no effect") != std::string::npos);
}

TEST_CASE("no experiment of the project has a key without effect") {
    std::size_t experiments = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("models")) {
        if (entry.path().extension() != ".toml") continue;
        const Node document = parse_toml_file(entry.path().string());
        if (document.find("circuit") == nullptr) continue;  // a sweep
        Experiment e = read_experiment(document, test::catalogue());
        ++experiments;
        // All that is asked of the data is whether they end, and they need not be loaded for that.
        const bool endless = document.find("run")->find("epoch_size") != nullptr;
        e.data = resolve(parse_toml(std::string("task.dataset = \"xor\"\ncircuit.model = \"backpropagation\"\n") +
                                        "task.samples = " + (endless ? "0" : "4"),
                                    "x"),
                         test::catalogue())
                     .data;
        CAPTURE(entry.path().string());
        CHECK(without_effect(e) == std::vector<std::string>{});
    }
    CHECK(experiments > 5);
}
