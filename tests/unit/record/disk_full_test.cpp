#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <filesystem>

#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/checkpoint.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;

namespace {

/// No file grows beyond `bytes` while this lives: to a program that is the same as a full disk, error apart.
class SizeLimit {
   public:
    explicit SizeLimit(std::uint64_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    SizeLimit(const SizeLimit&) = delete;
    SizeLimit& operator=(const SizeLimit&) = delete;

   private:
    rlimit before_{};
};

struct Outcome {
    std::string message;                 ///< of the error, "" if there was none
    std::vector<std::uint64_t> flushed;  ///< rows at the last flush that succeeded
};

/// Two series, one with chunks of three rows so that their index grows too, flushed every ten rows.
Outcome run_until_full(const std::string& path, std::uint64_t rows) {
    Outcome outcome;
    Hdf5Sink::Options options;
    options.path = path;
    options.flush_interval = 1e9;
    try {
        Hdf5Sink sink(options);
        Series small = weights(8, 12);
        small.expected_rows = 3;
        const auto m = sink.open(metrics()), w = sink.open(small);
        outcome.flushed = {0, 0};
        try {
            for (std::uint64_t row = 0; row < rows; ++row) {
                append_rows(sink, m, 3 * row, 3 * row + 3, 2);
                append_rows(sink, w, row, row + 1, 96);
                if (row % 10 != 9) continue;
                sink.flush();
                outcome.flushed = sink.rows();
            }
        } catch (const RunError& error) {
            outcome.message = error.what();
            CHECK_THROWS_AS(sink.append(m, 0, row_of(0, 2)), RunError);
            CHECK_THROWS_AS(sink.flush(), RunError);
            CHECK_THROWS_AS(sink.finish(), RunError);
        }
    } catch (const RunError& error) {
        outcome.message = error.what();
    }
    return outcome;
}

/// The file opens and holds all rows up to the last flush.
void require_intact(const std::string& path, const std::vector<std::uint64_t>& flushed) {
    const auto file = hdf5::File::open(path);
    if (flushed[0] == 0 && file.list().empty()) return;  // full before the first flush
    REQUIRE(file.data_set("/metrics/loss").count() >= flushed[0]);
    REQUIRE(file.data_set("/weights/W1").shape()[0] >= flushed[1]);
    const auto loss = file.data_set("/metrics/loss").read_rows<double>(0, flushed[0]);
    const auto time = file.data_set("/metrics/time").read_rows<double>(0, flushed[0]);
    bool good = true;
    for (std::uint64_t row = 0; row < flushed[0]; ++row)
        good = good && loss[row] == number(row, 0) && time[row] == 10.0 * static_cast<double>(row);
    const auto w = file.data_set("/weights/W1").read_rows<double>(0, flushed[1]);
    for (std::uint64_t k = 0; k < w.size(); ++k) good = good && w[k] == number(k / 96, k % 96);
    REQUIRE(good);
}

}  // namespace

TEST_CASE("a disk that is full at any moment leaves a readable file with all rows up to the last flush") {
    const Folder folder;
    REQUIRE(run_until_full(folder.path("whole.h5"), 600).message.empty());
    const std::uint64_t whole = std::filesystem::file_size(folder.path("whole.h5"));
    int ended_early = 0, had_rows = 0;
    for (std::uint64_t limit = 1000; limit < whole + 5000; limit += 9001) {
        CAPTURE(limit);
        const std::string path = folder.path("run.h5");
        const Outcome outcome = [&] {
            const SizeLimit size_limit(limit);
            return run_until_full(path, 600);
        }();
        if (!outcome.message.empty()) {
            ++ended_early;
            CHECK_THAT(outcome.message, Catch::Contains(path) && Catch::Contains("File too large"));
        }
        if (!outcome.flushed.empty()) {
            require_intact(path, outcome.flushed);
            if (outcome.flushed[0] > 0) ++had_rows;
        }
        std::filesystem::remove(path);
    }
    CHECK(ended_early > 50);
    CHECK(had_rows > 50);
}

TEST_CASE("a real full disk says so") {
    // Needs a privilege, in a mount namespace of our own, so that nothing is left behind.
    const Folder folder;
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
        WARN("not permitted to mount: skipped");
        return;
    }
    const Outcome outcome = run_until_full(folder.path("run.h5"), 100000);
    CHECK_THAT(outcome.message, Catch::Contains("No space left on device") && Catch::Contains("make room"));
    REQUIRE(outcome.flushed.size() == 2);
    CHECK(outcome.flushed[0] > 0);
    require_intact(folder.path("run.h5"), outcome.flushed);
    std::string message;
    try {
        CheckpointWriter writer(folder.path("checkpoint"));
        writer.put("state", counted(200000));
        writer.commit();
    } catch (const RunError& error) {
        message = error.what();
    }
    CHECK_THAT(message, Catch::Contains("No space left on device"));
    CHECK(folder.names() == std::vector<std::string>{"run.h5"});
    ::umount2(folder.path().c_str(), MNT_DETACH);
}

TEST_CASE("a checkpoint that does not fit leaves the old one in place") {
    const Folder folder;
    const std::string path = folder.path("checkpoint");
    const auto write = [&](double first) {
        std::vector<double> values = counted(20000);
        values[0] = first;
        CheckpointWriter writer(path);
        writer.put("state", values);
        writer.commit();
    };
    write(1);
    for (std::uint64_t limit = 0; limit < 160000; limit += 4999) {
        const SizeLimit size_limit(limit);
        CHECK_THROWS_AS(write(2), RunError);
    }
    std::vector<double> values(20000);
    CheckpointReader(path).take("state", std::span(values));
    CHECK(values[0] == 1);
    CHECK(folder.names() == std::vector<std::string>{"checkpoint"});
}

TEST_CASE("a file without room for its compressed copy stays as it is, complete") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    Hdf5Sink::Options options;
    options.path = path;
    Hdf5Sink sink(options);
    append_rows(sink, sink.open(metrics()), 0, 50000, 2);
    sink.flush();
    {
        const SizeLimit limit(10000);
        CHECK_THAT(sink.finish(), Catch::Contains("not compressed"));
    }
    CHECK(hdf5::File::open(path).data_set("/metrics/loss").count() == 50000);
    CHECK(folder.names() == std::vector<std::string>{"run.h5"});
}
