// Traces of a run from end to end: which rows stand in the file, and that they are what the circuit went through.
#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/run.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using namespace apical;
using apical::test::Folder;

namespace {

using Values = std::vector<double>;

struct Silent : Progress {
    void show(const Standing&) override {}
    void note(const std::string&) override {}
};

/// 6 presentations of 4 samples, 10 steps of 0.5 ms each.
const std::string experiment = R"(
[run]
mode = "continuous"
step = "0.5 ms"
presentation = "5 ms"
ramp = "1 ms"
error_onset = "2 ms"
stepper = "exponential_euler"
precision = "double"
lanes = 4
epochs = 6
threads = 1
baselines = []
[task]
dataset = "xor"
[circuit]
model = "self_assembly"
hidden = [6]
[self_assembly]
development = 0
[noise.jitter]
into = ["up1.basal"]
sigma = 0.3
tau = "5 ms"
[record]
metrics = "never"
weights = "never"
precision = "float64"
)";

struct Run {
    Folder folder;
    std::string path;
    explicit Run(const std::string& traces, const std::string& base = experiment) {
        RunRequest request;
        request.experiment = folder.write("e.toml", base + traces);
        request.out = folder.path("e.h5");
        Silent silent;
        path = run(request, test::catalogue(), silent).file;
    }
    hdf5::File file() const { return hdf5::File::open(path); }
    Values read(const std::string& name) const { return file().data_set(name).read<double>(); }
};

std::string trace(const std::string& name, const std::string& population, const std::string& column,
                  const std::string& more = {}) {
    return "[trace." + name + "]\npopulation = \"" + population + "\"\ncolumn = \"" + column + "\"\n" + more;
}

/// Steps of presentation `event`, in ms.
Values times(const std::vector<int>& events, const Values& within) {
    Values all;
    for (const int event : events)
        for (const double time : within) all.push_back((event * 10 + std::round(time / 0.5)) * 0.5);
    return all;
}

InputError::Parts refusal(const std::string& traces) {
    try {
        const Run accepted(traces);
    } catch (const InputError& error) {
        return error.parts();
    }
    FAIL("accepted: " << traces);
    return {};
}

}  // namespace

TEST_CASE("rows of a trace: every step, every so often, in a window, at listed times, in chosen presentations") {
    const Run run(trace("all", "up1", "soma") + trace("seldom", "up1", "soma", "every = \"1.5 ms\"\n") +
                  trace("window", "up1", "soma", "every = \"1 ms\"\nfrom = \"0.5 ms\"\nuntil = \"3 ms\"\n") +
                  trace("listed", "up1", "soma", "at = [\"4.5 ms\", \"0 ms\", \"2 ms\"]\nwhen = \"2 epochs\"\n") +
                  trace("ends", "up1", "soma", "at = [\"0 ms\"]\nwhen = \"start and end\"\n"));
    const std::vector<int> each{0, 1, 2, 3, 4, 5};
    const Values steps{0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5};
    CHECK(run.read("/trace/all/time") == times(each, steps));
    CHECK(run.read("/trace/seldom/time") == times(each, {0, 1.5, 3, 4.5}));
    CHECK(run.read("/trace/window/time") == times(each, {0.5, 1.5, 2.5}));
    CHECK(run.read("/trace/ends/time") == times({0, 5}, {0}));
    CHECK(run.read("/trace/listed/time") ==
          times({0, 2, 4}, {0, 2, 4.5}));  // every second presentation, from the first
    CHECK(run.file().data_set("/trace/all/soma").shape() == hdf5::Shape{60, 6, 4});
    // Where two traces look at the same step they see the same.
    const Values all = run.read("/trace/all/soma"), seldom = run.read("/trace/seldom/soma");
    for (std::size_t k = 0; k < 24; ++k) CHECK(seldom[24 * 1 + k] == all[24 * 3 + k]);  // 1.5 ms
}

TEST_CASE("units and lanes of a trace are those that were asked for, in that order") {
    const Run run(trace("all", "up1", "soma") + trace("some", "up1", "soma", "units = [4, 1]\nlanes = [3, 0, 2]\n"));
    const Values all = run.read("/trace/all/soma"), some = run.read("/trace/some/soma");
    CHECK(run.file().data_set("/trace/some/soma").shape() == hdf5::Shape{60, 2, 3});
    CHECK(run.read("/trace/some/unit") == Values{4, 1});
    CHECK(run.read("/trace/some/lane") == Values{3, 0, 2});
    std::size_t k = 0;
    for (std::size_t row = 0; row < 60; ++row)
        for (const std::size_t unit : {4, 1})
            for (const std::size_t lane : {3, 0, 2}) CHECK(some[k++] == all[(row * 6 + unit) * 4 + lane]);
}

TEST_CASE("a trace holds the columns of the simulation, bit for bit") {
    // What each lane was shown is read off the trace itself: at the end of a presentation the ramp is over.
    const Run run(trace("input", "in", "rate", "at = [\"4.5 ms\"]\n") +
                  trace("target", "target", "rate", "at = [\"0 ms\"]\n") + trace("soma", "up1", "soma") +
                  trace("error", "error", "rate") + trace("jitter", "up1", "noise_jitter_basal"));
    const Experiment e = resolve(parse_toml(experiment, "e.toml"), test::catalogue());
    Training<double> simulation(build_circuit(e, *e.model),
                                {e.mode(), 4, static_cast<std::uint64_t>(e.run.seed), 1, e.clock()});
    const Values inputs = run.read("/trace/input/rate"), targets = run.read("/trace/target/rate"),
                 soma = run.read("/trace/soma/soma"), error = run.read("/trace/error/rate"),
                 jitter = run.read("/trace/jitter/noise_jitter_basal");
    REQUIRE(inputs.size() == 6 * 8);
    std::size_t row = 0;
    for (std::size_t event = 0; event < 6; ++event) {
        alignas(64) double x[8], t[8];
        std::copy_n(inputs.data() + event * 8, 8, x);
        std::copy_n(targets.data() + event * 8, 8, t);
        simulation.present(x, t, [&](std::uint64_t) {
            const auto same = [&](const char* population, const char* column, const Values& recorded, std::size_t n) {
                const double* values = simulation.network().column(simulation.circuit().population(population), column);
                return std::equal(values, values + n, recorded.data() + row * n);
            };
            CHECK(same("up1", "soma", soma, 24));
            CHECK(same("error", "rate", error, 8));
            CHECK(same("up1", "noise_jitter_basal", jitter, 24));
            ++row;
        });
    }
    CHECK(row == 60);
    const auto W1 = simulation.weights("W1");
    CHECK(run.read("/final/W1") == Values(W1.data(), W1.data() + W1.size()));
    CHECK(*std::max_element(soma.begin(), soma.end()) > 0.1);
    CHECK(*std::max_element(jitter.begin(), jitter.end()) > 0.1);
}

TEST_CASE("with traces or without, the same weights") {
    const Run off(""), on(trace("soma", "up1", "soma") + trace("apical", "up1", "apical", "at = [\"1 ms\"]\n"));
    for (const char* name : {"W1", "W2", "Wbar2", "V1", "Vbar1"})
        CHECK(off.read(std::string("/final/") + name) == on.read(std::string("/final/") + name));
    CHECK(!off.file().exists("/trace"));
    CHECK(on.file().exists("/trace/apical/apical"));
}

TEST_CASE("a trace of what is not there is refused with its key") {
    CHECK(refusal(trace("x", "up9", "soma")).key == "trace.x.population");
    CHECK(refusal(trace("x", "up1", "sona")).key == "trace.x.column");
    CHECK(refusal(trace("x", "up1", "soma", "units = [6]\n")).key == "trace.x.units");
    CHECK(refusal(trace("x", "up1", "soma", "lanes = [0, 4]\n")).key == "trace.x.lanes");
    CHECK(refusal(trace("x", "up1", "soma", "every = \"0.7 ms\"\n")).key == "trace.x.every");
    CHECK(refusal(trace("x", "up1", "soma", "at = [\"0 ms\", \"5 ms\"]\n")).key == "trace.x.at");
    CHECK(refusal(trace("x", "up1", "soma", "from = \"5.5 ms\"\n")).key == "trace.x.from");
}

TEST_CASE("a trace that would hold nothing is refused") {
    const auto parts = refusal(trace("x", "up1", "soma", "from = \"4 ms\"\nuntil = \"2 ms\"\n"));
    CHECK(parts.key == "trace.x.until");
    CHECK(parts.found == "2 ms");
    CHECK(parts.expected == "at least from, 4 ms");
    CHECK(parts.place.line > 0);
    CHECK(refusal(trace("x", "up1", "soma", "from = \"5 ms\"\n")).key == "trace.x.from");
    for (const char* when : {"at 1000 samples", "at 25 samples", "never"}) {
        CAPTURE(when);
        CHECK(refusal(trace("x", "up1", "soma", std::string("when = \"") + when + "\"\n")).key == "trace.x.when");
    }
    const Run last(trace("x", "up1", "soma", "at = [\"0 ms\"]\nwhen = \"at 24 samples\"\n"));
    CHECK(last.read("/trace/x/time") == times({5}, {0}));
    const Run moment(trace("x", "up1", "soma", "from = \"2 ms\"\nuntil = \"2 ms\"\nwhen = \"start and end\"\n"));
    CHECK(moment.read("/trace/x/time") == times({0, 5}, {2}));
}

TEST_CASE("a trace says what it is of, in which unit, and which samples it saw") {
    const std::string pyramidal = "[circuit]\nmodel = \"self_assembly\"\nneuron = \"pyramidal\"\n";
    std::string cells = experiment;
    const std::string point = "[circuit]\nmodel = \"self_assembly\"\n";
    cells.replace(cells.find(point), point.size(), pyramidal);
    const Run run(trace("v", "up1", "soma", "lanes = [3, 0]\nwhen = \"2 epochs\"\n") + trace("r", "up1", "rate") +
                      trace("I", "up1", "current") + trace("n", "up1", "noise_jitter_basal") + trace("x", "in", "rate"),
                  cells);
    const hdf5::File file = run.file();
    const auto unit = [&](const char* path) { return file.data_set(path).attribute("units").value_or("none"); };
    CHECK(unit("/trace/v/soma") == "mV");
    CHECK(unit("/trace/r/rate") == "1");
    CHECK(unit("/trace/I/current") == "pA");
    CHECK(unit("/trace/n/noise_jitter_basal") == "mV");
    CHECK(file.data_set("/trace/n/noise_jitter_basal").attribute("long_name") == "noise into the compartment basal");
    CHECK(file.data_set("/trace/I/current").attribute("long_name") == "current into the soma: noise and adaptation");
    CHECK(file.group("/trace/v").attribute("population") == "up1");
    CHECK(file.group("/trace/v").attribute("compartment") == "soma");
    CHECK(file.group("/trace/v").attribute("presentation") == "5 ms");

    CHECK(run.read("/trace/v/onset") == Values{0, 10, 20});
    CHECK(run.read("/trace/x/onset") == Values{0, 5, 10, 15, 20, 25});
    CHECK(file.data_set("/trace/v/sample").shape() == hdf5::Shape{3, 2});
    CHECK(file.data_set("/trace/v/sample").scales() == std::vector<std::string>{"/trace/v/onset", "/trace/v/lane"});
    // At the end of a presentation the ramp is over: the input is the sample, and its class follows from it.
    const Values x = run.read("/trace/x/rate"), sample = run.read("/trace/x/sample"),
                 label = run.read("/trace/x/label"), few = run.read("/trace/v/sample");
    const Experiment e = resolve(parse_toml(cells, "e.toml"), test::catalogue());
    for (std::size_t shown = 0; shown < 6; ++shown)
        for (std::size_t lane = 0; lane < 4; ++lane) {
            const std::size_t at = shown * 4 + lane;
            const std::vector<std::uint64_t> index{static_cast<std::uint64_t>(sample[at])};
            float input[2], target[2];
            e.data.train->gather(index, input, target);
            const double* const end = x.data() + (shown * 10 + 9) * 8;
            CHECK(end[lane] == input[0]);
            CHECK(end[4 + lane] == input[1]);
            CHECK(label[at] == e.data.train->label(index[0]));
        }
    for (std::size_t row = 0; row < 3; ++row)
        CHECK(Values{few[2 * row], few[2 * row + 1]} == Values{sample[8 * row + 3], sample[8 * row]});
}

TEST_CASE("potentials of point neurons have no unit, and a settled trace counts samples") {
    std::string settled = experiment.substr(0, experiment.find("[noise.jitter]"));
    settled.replace(settled.find("mode = \"continuous\""), 19, "mode = \"settled\"");
    settled += "[record]\nmetrics = \"never\"\n";
    const Run run(trace("v", "up1", "soma", "when = \"12 samples\"\n"), settled);
    CHECK(run.file().data_set("/trace/v/soma").attribute("units") == "1");
    CHECK(run.read("/trace/v/time") == Values{4, 16});
    CHECK(run.read("/trace/v/onset") == run.read("/trace/v/time"));
    CHECK(run.file().group("/trace/v").attribute("presentation") == "settled");
}
