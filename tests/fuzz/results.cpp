// Whatever is done to the bytes of a results file or a checkpoint: report, export, analyse, a circuit that starts from
// its weights, and a run that goes on with it, end with a result or an error, soon.
#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>

#include "analysis/commands.hpp"
#include "analysis/registry.hpp"
#include "sim/core/error.hpp"
#include "sim/core/subprocess.hpp"
#include "sim/record/checkpoint.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "tests/fuzz/damaged_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;

// The library (1.10) does not free everything when it gives a damaged file up.
// NOLINTNEXTLINE(readability-identifier-naming): the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace {

constexpr double longest = 5;  // seconds

std::string bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string results(const test::Folder& folder, bool compress) {
    Hdf5Sink::Options options;
    options.path = folder.path("whole.h5");
    options.force = true;
    options.compress_at_close = compress;
    Hdf5Sink sink(options);
    sink.text("/config", "[circuit]\nmodel = \"self_assembly\"\n");
    sink.attribute("/provenance", "ending", "done");
    const auto metrics = sink.open({"/metrics",
                                    {"time", "1", "presented samples", {}},
                                    {{"layer", "1", "layer", {1, 2}}},
                                    {{"epoch", "1", "epoch", {}}, {"cosine_sgd", "1", "cosine", {"layer"}}}});
    const auto weights = sink.open(test::weights(3, 5));
    for (double row = 0; row < 20; ++row) sink.append(metrics, row, std::vector<double>{row, 0.5, 0.25});
    test::append_rows(sink, weights, 0, 3, 15);
    const std::vector<Axis> axes{{"unit1", "1", "unit", test::counted(3)}, {"unit0", "1", "unit", test::counted(5)}};
    sink.write({"/final", axes, {"W1", "1", "weights", {"unit1", "unit0"}}, test::counted(15)});
    sink.finish();
    return bytes_of(options.path);
}

std::string checkpoint(const test::Folder& folder) {
    const std::string path = folder.path("whole.checkpoint");
    CheckpointWriter writer(path);
    writer.put("weights/W1", std::vector<float>(500, 1.5f));
    writer.put("rows", std::vector<std::uint64_t>{10, 5});
    writer.put("experiment", std::string("seed = 1\n"));
    writer.commit();
    return bytes_of(path);
}

struct Tally {
    int read = 0, refused = 0;
    double slowest = 0;  ///< seconds
};

template <class Read>
void attempt(const Read& read, Tally& tally) {
    const auto begin = std::chrono::steady_clock::now();
    try {
        read();
        ++tally.read;
    } catch (const InputError& error) {
        REQUIRE(std::string(error.what()).find('\n') == std::string::npos);
        ++tally.refused;
    } catch (const RunError&) {
        ++tally.refused;
    }
    tally.slowest =
        std::max(tally.slowest, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

void damage_results(std::uint32_t first, std::uint32_t many) {
    read_in_subprocesses();
    const Catalogue catalogue{.metrics = metric_sets()};
    const test::Folder folder;
    for (const bool compress : {false, true}) {
        const fuzz::DamagedFile damaged(results(folder, compress));
        REQUIRE(damaged.checked_blocks() > 10);
        Tally tally;
        for (std::uint32_t number = first; number < first + many; ++number) {
            CAPTURE(compress, number);
            const std::string path = folder.write("damaged.h5", damaged(number));
            attempt([&] { write_page({path, folder.path("page.html"), true}, catalogue); }, tally);
            attempt([&] { export_groups({path, folder.path("csv"), {}, true}); }, tally);
            attempt([&] { export_groups({path, folder.path("csv"), {"/final", "/weights"}, true}); }, tally);
            std::ostringstream table;
            attempt(
                [&] { analyse({.file = path, .out = folder.path("analysis.h5"), .force = true}, catalogue, table); },
                tally);
            attempt([&] { analyse({.file = path, .evolution = true, .threads = 1}, catalogue, table); }, tally);
        }
        CHECK(tally.slowest < longest);
        CHECK(tally.read > static_cast<int>(many) / 20);
        CHECK(tally.refused > static_cast<int>(many) / 2);
    }
}

void damage_checkpoints(std::uint32_t first, std::uint32_t many) {
    read_in_subprocesses();
    const test::Folder folder;
    const fuzz::DamagedFile damaged(checkpoint(folder));
    REQUIRE(damaged.checked_blocks() > 5);
    Tally tally;
    for (std::uint32_t number = first; number < first + many; ++number) {
        CAPTURE(number);
        const std::string path = folder.write("damaged", damaged(number));
        attempt(
            [&] {
                const CheckpointReader reader(path);
                std::vector<float> weights(500);
                reader.take("weights/W1", std::span(weights));
                const auto rows = reader.numbers("rows");
                const std::string text = reader.text("experiment");
                REQUIRE(weights == std::vector<float>(500, 1.5f));
                REQUIRE(rows == std::vector<std::uint64_t>{10, 5});
                REQUIRE(text == "seed = 1\n");
            },
            tally);
    }
    CHECK(tally.slowest < longest);
    CHECK(tally.refused > static_cast<int>(many) / 2);
}

}  // namespace

TEST_CASE("fuzz: damaged results files are read or refused, by every command") { damage_results(0, 40); }

TEST_CASE("fuzz: damaged checkpoints are right or refused") { damage_checkpoints(0, 200); }

TEST_CASE("fuzz: damaged results files and checkpoints, by the thousand", "[paper]") {
    damage_results(1000, 5000);
    damage_checkpoints(1000, 20000);
}
