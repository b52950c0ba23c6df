// Traces of a run from end to end: which rows stand in the file, and that they are what the circuit went through.
#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/run/experiment.hpp"
#include "sim/run/run.hpp"
#include "sim/run/simulation.hpp"
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
    explicit Run(const std::string& traces) {
        RunRequest request;
        request.experiment = folder.write("e.toml", experiment + traces);
        request.out = folder.path("e.h5");
        Silent silent;
        path = run(request, silent).file;
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
    // The first presentation stands for the start, then every second that ends two epochs.
    CHECK(run.read("/trace/listed/time") == times({0, 1, 3, 5}, {0, 2, 4.5}));
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
    const Experiment e = resolve(parse_toml(experiment, "e.toml"));
    Simulation<double> simulation(build_circuit(e, *e.model),
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
