#include "sim/experiment/run.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/experiment/provenance.hpp"
#include "sim/experiment/summary.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "tests/support/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/memory_archive.hpp"

using namespace apical;
using apical::test::Folder;

namespace {

struct Silent : Progress {
    void show(const Standing& standing) override { last = standing; }
    void note(const std::string& line) override { notes.push_back(line); }
    Standing last;
    std::vector<std::string> notes;
};

/// A folder of its own, with one experiment in it.
struct Workplace {
    Folder folder;
    std::string operator()(const std::string& name) const { return folder.path(name); }

    Outcome run(const std::string& text, Progress& progress) const {
        RunRequest request;
        request.experiment = folder.write("e.toml", text);
        request.out = (*this)("e.h5");
        return apical::run(request, test::catalogue(), progress);
    }
};

const std::string experiment = R"(
[run]
lanes = 4
epochs = 20
threads = 1
baselines = ["backpropagation"]
[task]
dataset = "xor"
[circuit]
model = "self_assembly"
hidden = [6]
[record]
metrics = "5 epochs"
weights = "start and end"
)";

}  // namespace

TEST_CASE("a run leaves metrics, snapshots, the last weights, its configuration and its provenance") {
    const Workplace at;
    Silent progress;
    const Outcome outcome = at.run(experiment + "[self_assembly]\ndevelopment = 0\n", progress);
    CHECK(outcome.signal == 0);
    CHECK(outcome.now == 80);
    CHECK(outcome.checkpoint.empty());
    CHECK(progress.last.now == 80);
    // What was understood stands before the first step, in a few lines, and in the file.
    CHECK(progress.notes.size() <= 12);
    const auto noted = [&](const std::string& text) {
        return std::ranges::any_of(progress.notes,
                                   [&](const auto& note) { return note.find(text) != std::string::npos; });
    };
    CHECK(noted("xor, 2 inputs and 2 classes"));
    CHECK(noted("will have"));
    CHECK_FALSE(noted("warning"));
    CHECK(hdf5::File::open(outcome.file).group("/overview").attribute("data") == "xor, 2 inputs and 2 classes");
    CHECK(hdf5::File::open(outcome.file).group("/provenance").attribute("expected_size").has_value());

    const hdf5::File file = hdf5::File::open(outcome.file);
    CHECK(file.data_set("/metrics/time").read<double>() == std::vector<double>{0, 20, 40, 60, 80});
    CHECK(file.data_set("/metrics/epoch").read<double>() == std::vector<double>{0, 5, 10, 15, 20});
    CHECK(file.data_set("/weights/W1").shape() == hdf5::Shape{2, 6, 2});
    CHECK(file.data_set("/final/W1").read<double>() == file.data_set("/weights/W1").read_rows<double>(1, 1));
    CHECK(file.data_set("/spectra/time").read<double>() == std::vector<double>{0, 80});
    CHECK(file.data_set("/spectra/epoch").read<double>() == std::vector<double>{0, 20});
    CHECK(file.data_set("/spectra/effective_rank_W").shape() == hdf5::Shape{2, 2});
    CHECK_FALSE(file.exists("/metrics/effective_rank_W"));
    CHECK_FALSE(file.exists("/spectra/loss"));
    CHECK(file.exists("/baselines/backpropagation/metrics/test_accuracy"));
    CHECK(file.data_set("/baselines/backpropagation/spectra/spectral_norm_W").shape() == hdf5::Shape{2, 2});
    CHECK(file.data_set("/config").text().find("hidden = [6]") != std::string::npos);
    CHECK(file.group("/provenance").attribute("ending") == "done");
}

TEST_CASE("before the first sample a circuit develops, and time counts backwards") {
    const Workplace at;
    Silent progress;
    const Outcome outcome = at.run(experiment + "[self_assembly]\ndevelopment = 4000\n", progress);
    CHECK(outcome.now == 80);
    const hdf5::File file = hdf5::File::open(outcome.file);
    const auto time = file.data_set("/metrics/time").read<double>();
    REQUIRE(time.size() == 1 + rows_of_development + 4);
    CHECK(time.front() == -4000);
    CHECK(time[rows_of_development] == 0);
    CHECK(time.back() == 80);
    CHECK(std::is_sorted(time.begin(), time.end()));
    CHECK(file.data_set("/weights/time").read<double>() == std::vector<double>{-4000, 0, 80});
    CHECK(file.data_set("/spectra/time").read<double>() == std::vector<double>{-4000, 0, 80});
    const auto cosine = file.data_set("/metrics/cosine_h_sgd").read<double>();
    CHECK(cosine[rows_of_development] > 0.99);
    // The baseline waits.
    CHECK(file.data_set("/baselines/backpropagation/metrics/epoch").read<double>() ==
          file.data_set("/metrics/epoch").read<double>());
    const auto loss = file.data_set("/baselines/backpropagation/metrics/loss").read<double>();
    CHECK(loss[rows_of_development] == loss[0]);
    CHECK(loss[rows_of_development + 1] != loss[0]);
}

TEST_CASE("circuit and baselines start from the same W") {
    const Workplace at;
    Silent progress;
    const Outcome outcome = at.run(
        experiment + "[self_assembly]\neta_W = 0.0\ndevelopment = 0\n[backpropagation]\neta_W = 0.0\n", progress);
    const hdf5::File file = hdf5::File::open(outcome.file);
    for (const char* name : {"W1", "W2"})
        CHECK(file.data_set(std::string("/final/") + name).read<double>() ==
              file.data_set(std::string("/baselines/backpropagation/final/") + name).read<double>());
}

TEST_CASE("the summary names the scores of all learners and warns of silent layers") {
    const Workplace at;
    Silent progress;
    const Outcome outcome = at.run(experiment + "[self_assembly]\nscale_W = 0.0\ndevelopment = 0\n", progress);
    std::ostringstream text;
    summarise(outcome.file, text);
    CAPTURE(text.str());
    CHECK(text.str().find("self_assembly         test") != std::string::npos);
    CHECK(text.str().find("backpropagation       test") != std::string::npos);
    CHECK(text.str().find("warning: self_assembly: 100 % of the cells of hidden layer 1 are silent") !=
          std::string::npos);
    CHECK(text.str().find(outcome.file) != std::string::npos);
    // Updates of 0 have no direction.
    CHECK(text.str().find("the gradient: no value, since no W of a hidden layer changes") != std::string::npos);
    CHECK(text.str().find("nan") == std::string::npos);
}

TEST_CASE("the summary warns of feedback that has collapsed and of weights near the guard") {
    const Workplace at;
    {  // all downstream cells drive all upstream cells alike
        const Hdf5Sink::Options options{.path = at("start.h5")};
        Hdf5Sink sink(options);
        const Axis post{"post", "1", "units", {0, 1, 2, 3, 4, 5}}, pre{"pre", "1", "units", {0, 1, 2, 3, 4, 5}};
        sink.write(
            {"/final", {post, pre}, {"Vbar1", "1", "one vector", {"post", "pre"}}, std::vector<double>(36, 0.1)});
        sink.finish();
    }
    const std::string digits = R"(
[run]
lanes = 4
epochs = 1
threads = 1
[task]
dataset = "digits"
train_limit = 40
[circuit]
model = "self_assembly"
hidden = [6]
[self_assembly]
motif = "dense"
signs = "free"
scaling = false
ratio = [1.0]
plastic = ["W"]
[init]
file = "start.h5"
partial = true
[guard]
largest_weight = 4.0
)";
    Silent progress;
    const Outcome outcome = at.run(digits, progress);
    std::ostringstream text;
    summarise(outcome.file, text);
    CAPTURE(text.str());
    CHECK(text.str().find("warning: Vbar of hidden layer 1 has collapsed: its effective rank is 1.0 where the error "
                          "has 6 dimensions") != std::string::npos);
    CHECK(text.str().find("warning: /final/W1 reaches") != std::string::npos);
    CHECK(text.str().find("warning: /final/Vbar1 reaches") == std::string::npos);
}

TEST_CASE("a checkpoint of another build or processor is taken over with a warning") {
    const Provenance here("apical run e.toml");
    MemoryArchive same, other;
    here.save(same);
    here.save(other);
    other.put("provenance/binary", "version 0.0");
    CHECK(Provenance("apical resume").take_over(same).empty());
    CHECK(Provenance("apical resume", {{"own_rule", "1.0"}}).take_over(same).starts_with("made by another build (ver"));
    CHECK(Provenance("apical resume").take_over(other) == "made by another build (version 0.0)");
    other.put("provenance/cpu", "Z80");
    CHECK(Provenance("apical resume").take_over(other) ==
          "made by another build (version 0.0) and made on another processor (Z80)");
}

TEST_CASE("a file or a checkpoint that exists is not overwritten") {
    const Workplace at;
    Silent progress;
    std::ofstream(at("e.h5")) << "precious";
    CHECK_THROWS_AS(at.run(experiment, progress), InputError);
    CHECK(std::filesystem::file_size(at("e.h5")) == 8);
    std::filesystem::rename(at("e.h5"), at("e.h5.checkpoint"));
    CHECK_THROWS_AS(at.run(experiment, progress), InputError);
    CHECK_FALSE(std::filesystem::exists(at("e.h5")));
}

TEST_CASE("a guard names itself and its limit, and the scale of the inputs where that is the reason") {
    const Workplace at;
    Silent progress;
    const std::string guarded = experiment + "[self_assembly]\ndevelopment = 0\n[guard]\nlargest_weight = 0.01\n";
    const auto message = [&](const std::string& text) -> std::string {
        try {
            at.run(text, progress);
        } catch (const std::exception& error) {
            return error.what();
        }
        return "it did not stop";
    };
    using Catch::Contains;
    CHECK_THAT(message(guarded),
               Contains("weights of unit") && Contains("more than guard.largest_weight = 0.01") && !Contains("lane"));
    const Outcome sound = at.run(experiment + "[self_assembly]\ndevelopment = 0\n", progress);
    std::filesystem::rename(sound.file, at("sound.h5"));
    const std::string loaded = message(guarded + "[init]\nfile = \"sound.h5\"\n");
    CHECK_THAT(loaded, Contains("init.file") && Contains("beyond guard.largest_weight = 0.01"));

    std::string far = experiment;
    const std::string inner = "dataset = \"xor\"\n";
    at.folder.write("far.csv", "1e5,2e5,0\n3e5,0,1\n0,5e5,0\n1e5,1e5,1\n");
    far.replace(far.find(inner), inner.size(), "dataset = \"csv\"\nfile = \"far.csv\"\nstandardise = \"none\"\n");
    const std::string diverged = message(far);
    CHECK_THAT(diverged, Contains("inputs have a root mean square of 2.26e+05") && Contains("task.standardise"));
    CHECK(
        std::ranges::any_of(progress.notes, [](const auto& note) { return note.starts_with("warning: inputs have"); }));
    CHECK_THAT(hdf5::File::open(at("e.h5")).group("/provenance").attribute("history").value_or(""),
               Contains(" warning: inputs have a root mean square"));
}

TEST_CASE("what a splitting cannot do, and cells that drive themselves, are said at their key") {
    const Workplace at;
    Silent progress;
    const auto parts = [&](const std::string& run, const std::string& circuit) -> InputError::Parts {
        try {
            at.run("[run]\nmode = \"continuous\"\n" + run +
                       "[task]\ndataset = \"xor\"\n[circuit]\nmodel = "
                       "\"backpropagation\"\n" +
                       circuit,
                   progress);
        } catch (const InputError& error) {
            return error.parts();
        }
        return {};
    };
    const InputError::Parts splitting = parts("splitting = \"strang\"\n", "delay = \"1 ms\"\n");
    CHECK(splitting.key == "run.splitting");
    CHECK(splitting.place.line == 3);
    CHECK(splitting.expected == "lie, since a projection has a delay");
    const InputError::Parts loop = parts("", "neuron = \"pyramidal\"\nprospective = true\ng_A = \"30 nS\"\n");
    CHECK(loop.key == "circuit");
    CHECK(loop.hint.starts_with("cycle: "));
}
