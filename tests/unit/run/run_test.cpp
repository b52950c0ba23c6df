#include "sim/run/run.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/run/summary.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

struct Silent : Progress {
    void show(const Standing& standing) override { last = standing; }
    void note(const std::string& line) override { notes.push_back(line); }
    Standing last;
    std::vector<std::string> notes;
};

/// A folder of its own, with one experiment in it.
struct Workplace {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("apical_run_test_" + std::to_string(::getpid()));
    Workplace() { std::filesystem::create_directories(folder); }
    ~Workplace() { std::filesystem::remove_all(folder); }
    std::string operator()(const std::string& name) const { return (folder / name).string(); }

    Outcome run(const std::string& text, Progress& progress) const {
        std::ofstream((*this)("e.toml")) << text;
        RunRequest request;
        request.experiment = (*this)("e.toml");
        request.out = (*this)("e.h5");
        return apical::run(request, progress);
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
    const Outcome outcome = at.run(experiment, progress);
    CHECK(outcome.signal == 0);
    CHECK(outcome.samples == 80);
    CHECK(outcome.checkpoint.empty());
    CHECK(progress.last.samples == 80);
    REQUIRE(progress.notes.size() == 1);
    CHECK(progress.notes[0].find("will have") != std::string::npos);

    const hdf5::File file = hdf5::File::open(outcome.file);
    CHECK(file.data_set("/metrics/time").read<double>() == std::vector<double>{0, 20, 40, 60, 80});
    CHECK(file.data_set("/metrics/epoch").read<double>() == std::vector<double>{0, 5, 10, 15, 20});
    CHECK(file.data_set("/weights/W1").shape() == hdf5::Shape{2, 6, 2});
    CHECK(file.data_set("/final/W1").read<double>() == file.data_set("/weights/W1").read_rows<double>(1, 1));
    CHECK(file.exists("/baselines/backpropagation/metrics/test_accuracy"));
    CHECK(file.data_set("/config").text().find("hidden = [6]") != std::string::npos);
    CHECK(file.group("/provenance").attribute("ending") == "done");
}

TEST_CASE("circuit and baselines start from the same W") {
    const Workplace at;
    Silent progress;
    const Outcome outcome =
        at.run(experiment + "[self_assembly]\neta_W = 0.0\n[backpropagation]\neta_W = 0.0\n", progress);
    const hdf5::File file = hdf5::File::open(outcome.file);
    for (const char* name : {"W1", "W2"})
        CHECK(file.data_set(std::string("/final/") + name).read<double>() ==
              file.data_set(std::string("/baselines/backpropagation/final/") + name).read<double>());
}

TEST_CASE("the summary names the scores of all learners and warns of silent layers") {
    const Workplace at;
    Silent progress;
    const Outcome outcome = at.run(experiment + "[self_assembly]\nscale_W = 0.0\n", progress);
    std::ostringstream text;
    summarise(outcome.file, text);
    CAPTURE(text.str());
    CHECK(text.str().find("self_assembly         test") != std::string::npos);
    CHECK(text.str().find("backpropagation       test") != std::string::npos);
    CHECK(text.str().find("warning: self_assembly: 100 % of the cells of hidden layer 1 are silent") !=
          std::string::npos);
    CHECK(text.str().find(outcome.file) != std::string::npos);
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
