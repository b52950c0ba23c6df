#include "sim/experiment/overview.hpp"

#include <algorithm>

#include "sim/experiment/trained_circuit.hpp"
#include "tests/support/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using namespace apical;
using Catch::Contains;

namespace {

struct Seen {
    Overview overview;
    std::string line(const std::string& name) const {
        for (const auto& [key, text] : overview.lines)
            if (key == name) return text;
        return "none";
    }
    std::string warnings() const {
        std::string all;
        for (const std::string& warning : overview.warnings) all += warning + "\n";
        return all;
    }
};

Seen seen(const std::string& text, const std::string& file = "e.toml") {
    const Experiment e = resolve(parse_toml(text, file), test::catalogue());
    const auto simulation = training_of<double>(e, *e.model, std::make_shared<ThreadPool>(1));
    return {overview_of(e, summarise_parts(e.data), simulation)};
}

const std::string task = "[task]\ndataset = \"xor\"\n",
                  circuit = "[circuit]\nmodel = \"self_assembly\"\nhidden = [4]\n";

/// A CSV of the user's own, with its experiment.
Seen table(const std::string& rows, const std::string& keys = "") {
    const test::Folder folder;
    folder.write("a.csv", rows);
    return seen("[task]\ndataset = \"csv\"\nfile = \"a.csv\"\n" + keys + circuit + "[self_assembly]\ndevelopment = 0\n",
                folder.path("e.toml"));
}

}  // namespace

TEST_CASE("the overview says what the data, the circuit and the run are") {
    const Seen settled = seen(task + circuit + "[run]\nlanes = 2\nepochs = 3\n");
    CHECK(settled.line("data") == "xor, 2 inputs and 2 classes");
    CHECK_THAT(settled.line("training"), Contains("4 samples, inputs from 0 to 1, mean 0.5, deviation 0.5"));
    CHECK_THAT(settled.line("classes"), Contains("2 (training + test): 0 (2 + ") && Contains("1 (2 + "));
    // W1 4 x 2, W2 2 x 4, Wbar2 8 x 2, and V1, Vbar1 one synapse a downstream cell
    CHECK_THAT(settled.line("circuit"), Contains("layers of 2-4-2 cells, 48 parameters, 48 of them plastic"));
    CHECK(settled.line("time_constants") == "none");
    CHECK(settled.line("length") == "12 samples (3 epochs) in 6 presentations of 2 lanes, one step each");
    CHECK(settled.overview.lines.size() <= 12);
    CHECK(settled.warnings().empty());
}

TEST_CASE("the overview says how weights are read and updated, and why, those alike together") {
    CHECK(seen(task + circuit + "[run]\nlanes = 2\n").line("pathways") ==
          "W1 W2 Wbar2: dense; read and updated in every step: a presentation has one step | V1 Vbar1: sparse, one "
          "partner each; read and updated in every step");
    const std::string in_time = task + circuit + "[run]\nmode = \"continuous\"\n";
    CHECK_THAT(seen(in_time + "lanes = 1\n").line("pathways"),
               Contains("W1: dense; static source: read once a presentation | W2 Wbar2: dense; deferred update"));
    CHECK_THAT(seen(in_time + "lanes = 1\nheld_sources = false\none_pass = false\n").line("pathways"),
               Contains("W1 W2 Wbar2: dense; read and updated in every step: held sources are switched off"));
}

TEST_CASE("time constants that follow from conductances, and the simulated time") {
    const Seen cells =
        seen(task + circuit +
             "neuron = \"pyramidal\"\ntau_B = \"2 ms\"\n[run]\nmode = \"continuous\"\nlanes = 2\nepochs = "
             "3\nstep = \"0.5 ms\"\npresentation = \"40 ms\"\nerror_onset = \"8 ms\"\n");
    CHECK_THAT(cells.line("time_constants"), Contains("soma 0.909 ms (up1 up2 down1)"));  // 300 pF / 330 nS
    CHECK_THAT(cells.line("time_constants"), Contains("basal_potential 2 ms (up1 up2 down1)"));
    CHECK_THAT(cells.line("length"), Contains("40 ms or 80 steps each, error after 8 ms, 0.24 s simulated"));
    CHECK(cells.warnings().empty());
}

TEST_CASE("cells that are slow against the onset of the error or the presentation") {
    const auto timed = [](const std::string& keys, const std::string& run) {
        return seen(task + circuit + keys + "[run]\nmode = \"continuous\"\nstep = \"0.5 ms\"\n" + run).warnings();
    };
    const std::string short_window = "presentation = \"40 ms\"\nerror_onset = \"8 ms\"\n";
    CHECK_THAT(timed("tau = \"5 ms\"\ntau_A = \"20 ms\"\n", short_window),
               Contains("the answer needs about 10 ms") && Contains("run.error_onset = 8 ms") &&
                   Contains("circuit.prospective = true") && Contains("the error needs about 50 ms") &&
                   Contains("has 32 ms"));
    CHECK(timed("tau = \"5 ms\"\nprospective = true\n", short_window).empty());
    CHECK(timed("tau = \"1 ms\"\n", short_window).empty());
    CHECK_THAT(timed("tau = \"60 ms\"\n", "presentation = \"100 ms\"\n"),
               Contains("the answer needs about 120 ms") && Contains("a longer run.presentation"));
    // A series goes on: what a cell keeps of the past belongs to it.
    CHECK(timed("tau = \"60 ms\"\n", "presentation = \"100 ms\"\norder = \"sequential\"\n").empty());
}

TEST_CASE("classes without samples, one class only, inputs of another scale") {
    CHECK(table("0.1,1,0\n0.3,0.2,1\n").warnings().empty());
    const Seen gap = table("0.1,1,0\n0.3,0.2,3\n1,0.2,3\n");
    CHECK_THAT(gap.warnings(), Contains("2 of 4 classes have no training samples: 1, 2"));
    CHECK_THAT(gap.line("classes"), Contains("4 (training): 0 (1), 1 (0), 2 (0), 3 (2)"));
    CHECK_THAT(table("0.1,1,1\n0.3,0.2,1\n").warnings(), Contains("all 2 training samples are of one class of 2"));
    CHECK_THAT(table("0.1,1,0\n0.3,0.2,0\n").warnings(), Contains("one class"));
    CHECK_THAT(table("100,200,0\n30,0,1\n", "standardise = \"none\"\n").warnings(),
               Contains("inputs have a root mean square of 113") && Contains("task.standardise"));
    CHECK_THAT(table("1e-4,2e-4,0\n3e-4,0,1\n", "standardise = \"none\"\n").warnings(), Contains("far from 1"));
}

TEST_CASE("what was asked for after the end of a run, and keys without effect") {
    CHECK_THAT(
        seen(task + circuit + "[run]\nlanes = 2\nepochs = 3\n[record]\nmetrics = \"at 0, 13 samples\"\n").warnings(),
        Contains("record.metrics: 13 samples will not be reached, the run has 12"));
    CHECK_THAT(seen(task + circuit + "[pal]\neta_W = 3\n").warnings(), Contains("pal: has no effect here"));
}
