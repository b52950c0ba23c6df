#include "sim/core/error.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;

namespace {

constexpr std::uint32_t steps = 300000;  // more spikes than are gathered in memory

Hdf5Sink::Options at(const std::string& path) {
    Hdf5Sink::Options options;
    options.path = path;
    return options;
}

/// Rows of two series besides each other.
void write_run(Hdf5Sink& sink, std::uint32_t begin, std::uint32_t end) {
    const auto spikes = sink.open(spikes_of("E")), rows = sink.open(metrics());
    append_spikes(sink, spikes, begin, end);
    append_rows(sink, rows, begin / 1000, end / 1000, 2);
}

std::uint64_t spikes_until(std::uint32_t end) {
    std::uint64_t count = 0;
    for (std::uint32_t step = 0; step < end; ++step) count += cells_of(step).size();
    return count;
}

void require_spikes(const std::string& path, std::uint32_t end) {
    const auto file = hdf5::File::open(path);
    const auto times = file.data_set("/spikes/E/timestamps").read<double>();
    const auto cells = file.data_set("/spikes/E/node_ids").read<std::uint64_t>();
    REQUIRE(times.size() == spikes_until(end));
    REQUIRE(cells.size() == times.size());
    std::size_t k = 0;
    for (std::uint32_t step = 0; step < end; ++step)
        for (const std::uint32_t cell : cells_of(step)) {
            if (times[k] != 0.1 * step || cells[k] != cell) FAIL("spike " << k << " of step " << step);
            ++k;
        }
}

Hdf5Sink::Continuation from(std::uint32_t step) {
    return {{spikes_of("E"), metrics()}, {spikes_until(step), step / 1000}};
}

}  // namespace

TEST_CASE("spikes are in the file as they came, whole numbers and all times") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    {
        Hdf5Sink sink(at(path));
        write_run(sink, 0, steps);
        CHECK(sink.rows() == std::vector<std::uint64_t>{spikes_until(steps), steps / 1000});
        CHECK(sink.finish() == "");
    }
    require_spikes(path, steps);
    const auto file = hdf5::File::open(path);
    CHECK(file.data_set("/spikes/E/node_ids").kind() == hdf5::Kind::uint64);
    CHECK(file.data_set("/spikes/E/node_ids").is_filtered());
    CHECK(file.data_set("/spikes/E/timestamps").attribute("units") == "ms");
    CHECK(file.list("/spikes/E") == std::vector<std::string>{"timestamps", "node_ids"});
    CHECK(file.group("/spikes/E").attributes() == std::vector<std::string>{"sorting"});
    CHECK(file.group("/").attributes() == std::vector<std::string>{"magic", "version"});
}

TEST_CASE("a population that never fires has no spikes in the file, and one is enough") {
    const Folder folder;
    {
        Hdf5Sink sink(at(folder.path("run.h5")));
        sink.open(spikes_of("silent"));
        const std::uint32_t last = ~std::uint32_t{0};
        sink.append_each(sink.open(spikes_of("once")), 0.1, {&last, 1});
        sink.append_each(0, 0.1, {});
        CHECK(sink.rows() == std::vector<std::uint64_t>{0, 1});
        sink.finish();
    }
    const auto file = hdf5::File::open(folder.path("run.h5"));
    CHECK(file.data_set("/spikes/silent/node_ids").count() == 0);
    CHECK(file.data_set("/spikes/once/node_ids").read<std::uint64_t>() == std::vector<std::uint64_t>{4294967295U});
}

TEST_CASE("a run that goes on from a checkpoint leaves the spikes of one that was never stopped") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    // Stopped in order, or killed after more spikes than the checkpoint knows.
    const std::uint32_t reached = GENERATE(100001U, 200000U);
    {
        Hdf5Sink sink(at(path));
        write_run(sink, 0, reached);
        sink.close();
    }
    require_spikes(path, reached);
    auto options = at(path);
    options.resume = from(100001);
    {
        Hdf5Sink sink(options);
        write_run(sink, 100001, 150000);
        CHECK(sink.rows().front() == spikes_until(150000));
        sink.finish();
    }
    require_spikes(path, 150000);
    CHECK(hdf5::File::open(path).group("/spikes/E").attributes() == std::vector<std::string>{"sorting"});
}

TEST_CASE("resuming refuses spikes that are not those of the checkpoint") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    {
        Hdf5Sink sink(at(path));
        write_run(sink, 0, 2000);
        sink.close();
    }
    auto how = from(2000);
    std::string word;
    SECTION("fewer") { how.rows[0] += 1, word = "expected at least 2001"; }
    SECTION("another population") { how.series[0] = spikes_of("I"), word = "/spikes/I/timestamps: found nothing"; }
    SECTION("another type") { how.series[0].storage = Storage::float64, word = "another shape or type"; }
    auto options = at(path);
    options.resume = how;
    CHECK_THROWS_WITH(Hdf5Sink(options), Catch::Contains(word));
    require_spikes(path, 2000);
}
