#include "sim/record/hdf5_sink.hpp"

#include <fstream>
#include <iterator>

#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/file_size.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;
using Names = std::vector<std::string>;

namespace {

Hdf5Sink::Options at(const std::string& path) {
    Hdf5Sink::Options options;
    options.path = path;
    return options;
}

Field final_weights(std::size_t post, std::size_t pre) {
    Field field;
    field.group = "/final";
    field.axes = {{"post", "1", "postsynaptic unit", counted(post)}, {"pre", "1", "presynaptic unit", counted(pre)}};
    field.variable = {"W1", "nS", "weights from input to hidden", {"post", "pre"}};
    field.values = row_of(5, post * pre);
    return field;
}

std::string bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Everything that a run writes: `rows` rows of two series, more of the first, then what is written once.
void write_run(Hdf5Sink& sink, std::uint64_t first, std::uint64_t rows, bool whole = true) {
    const auto m = sink.open(metrics()), w = sink.open(weights(3, 5));
    sink.text("/config", "model = \"\xCE\xBC\"\n");
    append_rows(sink, m, 3 * first, 3 * rows, 2);
    append_rows(sink, w, first, rows, 15);
    if (!whole) return;
    sink.write(final_weights(300, 50));
    sink.attribute("/provenance", "seed", "1");
}

/// The same groups, data sets, attributes, axes and values, in the same order.
void require_same(const hdf5::File& a, const hdf5::File& b, const std::string& path = "/") {
    INFO(path);
    if (a.is_group(path)) {
        REQUIRE(a.list(path) == b.list(path));
        REQUIRE(a.group(path).attributes() == b.group(path).attributes());
        for (const std::string& name : a.group(path).attributes())
            REQUIRE(a.group(path).attribute(name) == b.group(path).attribute(name));
        for (const std::string& name : a.list(path)) require_same(a, b, (path == "/" ? "/" : path + "/") + name);
        return;
    }
    const hdf5::DataSet left = a.data_set(path), right = b.data_set(path);
    REQUIRE(left.attributes() == right.attributes());
    REQUIRE(left.attribute("units") == right.attribute("units"));
    REQUIRE(left.attribute("long_name") == right.attribute("long_name"));
    REQUIRE(left.shape() == right.shape());
    REQUIRE(left.kind() == right.kind());
    REQUIRE(left.scales() == right.scales());
    if (left.kind() == hdf5::Kind::text) {
        REQUIRE(left.text() == right.text());
    } else {
        REQUIRE(left.read<double>() == right.read<double>());
    }
}

}  // namespace

TEST_CASE("what was recorded is in the file, with units, names and axes") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    {
        Hdf5Sink sink(at(path));
        write_run(sink, 0, 4);
        CHECK(sink.rows() == std::vector<std::uint64_t>{12, 4});
        CHECK(sink.finish() == "");
    }
    const auto file = hdf5::File::open(path);
    CHECK(file.list() == Names{"metrics", "weights", "config", "final", "provenance"});
    CHECK(file.list("/metrics") == Names{"time", "loss", "error"});
    CHECK(file.data_set("/config").text() == "model = \"\xCE\xBC\"\n");
    CHECK(file.group("/provenance").attribute("seed") == "1");
    const auto loss = file.data_set("/metrics/loss");
    CHECK(loss.kind() == hdf5::Kind::float32);
    CHECK(loss.attribute("units") == "1");
    CHECK(loss.attribute("long_name") == "squared error");
    CHECK(loss.scales() == Names{"/metrics/time"});
    CHECK(file.data_set("/metrics/time").kind() == hdf5::Kind::float64);
    CHECK(file.data_set("/metrics/error").read<double>()[7] == number(7, 1));
    CHECK(file.data_set("/metrics/time").read<double>()[7] == 70);
}

TEST_CASE("a matrix that is not square is stored (time, post, pre), row-major") {
    const Folder folder;
    {
        Hdf5Sink sink(at(folder.path("run.h5")));
        write_run(sink, 0, 4);
        sink.finish();
    }
    const auto file = hdf5::File::open(folder.path("run.h5"));
    const auto w = file.data_set("/weights/W1");
    REQUIRE(w.shape() == hdf5::Shape{4, 3, 5});
    CHECK(w.scales() == Names{"/weights/time", "/weights/post", "/weights/pre"});
    const auto values = w.read<double>();
    for (std::uint64_t row = 0; row < 4; ++row)
        for (std::size_t post = 0; post < 3; ++post)
            for (std::size_t pre = 0; pre < 5; ++pre)
                CHECK(values[(row * 3 + post) * 5 + pre] == number(row, post * 5 + pre));
    CHECK(w.read_rows<float>(2, 1) == std::vector<float>(values.begin() + 30, values.begin() + 45));
}

TEST_CASE("a recurrent matrix may have the same axis twice") {
    const Folder folder;
    {
        Hdf5Sink sink(at(folder.path("run.h5")));
        Series series = weights(4, 4);
        series.variables[0].axes = {"post", "post"};
        const auto id = sink.open(series);
        append_rows(sink, id, 0, 2, 16);
        sink.finish();
    }
    const auto file = hdf5::File::open(folder.path("run.h5"));
    CHECK(file.data_set("/weights/W1").scales() == Names{"/weights/time", "/weights/post", "/weights/post"});
}

TEST_CASE("compression changes nothing but the size") {
    const Folder folder;
    for (const bool compress : {false, true}) {
        auto options = at(folder.path(compress ? "small.h5" : "large.h5"));
        options.compress_at_close = compress;
        Hdf5Sink sink(options);
        write_run(sink, 0, 5000);
        CHECK(sink.finish() == "");
    }
    const auto large = hdf5::File::open(folder.path("large.h5")), small = hdf5::File::open(folder.path("small.h5"));
    require_same(large, small);
    CHECK(small.data_set("/weights/W1").is_filtered());
    CHECK_FALSE(large.data_set("/weights/W1").is_filtered());
    CHECK(2 * std::filesystem::file_size(small.path()) < std::filesystem::file_size(large.path()));
    CHECK(folder.names() == Names{"large.h5", "small.h5"});
}

TEST_CASE("values of rows larger than a chunk are in place") {
    const Folder folder;
    {
        Hdf5Sink sink(at(folder.path("run.h5")));
        const auto id = sink.open(weights(1001, 700));  // 2.8 MB a row
        append_rows(sink, id, 0, 3, 1001 * 700);
        sink.finish();
    }
    const auto w = hdf5::File::open(folder.path("run.h5")).data_set("/weights/W1");
    CHECK(w.chunk() == hdf5::Shape{1, 334, 700});
    for (std::uint64_t row = 0; row < 3; ++row) CHECK(w.read_rows<double>(row, 1) == row_of(row, 1001 * 700));
}

TEST_CASE("a resumed run leaves the same file as one that was never interrupted") {
    const Folder folder;
    {
        Hdf5Sink sink(at(folder.path("whole.h5")));
        write_run(sink, 0, 4000);
        sink.finish();
    }
    const std::string path = folder.path("resumed.h5");
    // Stopped, or killed after more rows than the checkpoint knows, or killed between the end and the removal of the
    // checkpoint, when the file is compressed already.
    const auto [reached, ended] = GENERATE(table<std::uint64_t, bool>({{1234, false}, {3001, false}, {4000, true}}));
    {
        Hdf5Sink sink(at(path));
        write_run(sink, 0, reached, ended);
        ended ? (void)sink.finish() : sink.close();
    }
    auto options = at(path);
    options.resume = Hdf5Sink::Continuation{{metrics(), weights(3, 5)}, {3 * 1234, 1234}};
    {
        Hdf5Sink sink(options);
        write_run(sink, 1234, 4000);
        CHECK(sink.rows() == std::vector<std::uint64_t>{12000, 4000});
        sink.finish();
    }
    const auto whole = hdf5::File::open(folder.path("whole.h5")), resumed = hdf5::File::open(path);
    for (const std::string& name : Names{"/metrics", "/weights", "/provenance", "/config"})
        require_same(whole, resumed, name);
    CHECK(whole.data_set("/final/W1").read<double>() == resumed.data_set("/final/W1").read<double>());
}

TEST_CASE("resuming refuses the file of another run, which stays as it is to the byte") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    {
        Hdf5Sink sink(at(path));
        write_run(sink, 0, 10);
        GENERATE(false, true) ? (void)sink.finish() : sink.close();
    }
    Hdf5Sink::Continuation how{{metrics(), weights(3, 5)}, {30, 10}};
    std::string word;
    SECTION("another unit") { how.series[0].variables[0].unit = word = "mV"; }
    SECTION("another type") { how.series[1].storage = Storage::float64, word = "another shape or type"; }
    SECTION("a variable that is not there") { how.series[0].variables[0].name = word = "accuracy"; }
    SECTION("a series that is not there") { how.series[0].group = word = "/spectra"; }
    SECTION("other axes") { how.series[1].axes[1].values[4] = 5, word = "/weights/pre: found another axis"; }
    SECTION("fewer rows than the checkpoint knows") { how.rows[0] = 31, word = "found 30 rows, expected at least 31"; }
    SECTION("another number of series") { how.rows.pop_back(), word = "2 series, expected 1"; }
    SECTION("what the caller knows") {
        how.check = [](const hdf5::File& file) { throw InputError({{file.path(), 0, 0}, "", "another seed", "", ""}); };
        word = "another seed";
    }
    auto options = at(path);
    options.resume = how;
    const std::string before = bytes_of(path);
    CHECK_THROWS_WITH(Hdf5Sink(options), Catch::Contains(path) && Catch::Contains(word));
    CHECK_THROWS_AS(Hdf5Sink(options), InputError);
    CHECK(bytes_of(path) == before);
    CHECK(folder.names() == Names{"run.h5"});
}

TEST_CASE("what was written beyond the rows of a checkpoint stays until it is written anew") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    {
        Hdf5Sink sink(at(path));
        write_run(sink, 0, 3000, false);
        sink.close();
    }
    auto options = at(path);
    options.resume = Hdf5Sink::Continuation{{metrics(), weights(3, 5)}, {300, 100}};
    Hdf5Sink sink(options);
    const auto require_rows = [&](std::uint64_t rows) {
        const auto file = hdf5::File::open(path);
        const auto loss = file.data_set("/metrics/loss").read<double>();
        REQUIRE(loss.size() == rows);
        for (std::uint64_t row = 0; row < rows; ++row) REQUIRE(loss[row] == number(row, 0));
    };
    require_rows(9000);
    write_run(sink, 100, 200, false);
    sink.flush();
    require_rows(9000);
    CHECK(sink.rows() == std::vector<std::uint64_t>{600, 200});
    SECTION("also when the run stops again") {
        sink.close();
        require_rows(9000);
    }
    SECTION("and is taken out if the run comes to its end without it") {
        sink.finish();
        require_rows(600);
        CHECK(hdf5::File::open(path).data_set("/weights/W1").shape() == hdf5::Shape{200, 3, 5});
    }
}

TEST_CASE("an existing file is not overwritten without --force") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    std::ofstream(path) << "precious";
    CHECK_THROWS_WITH(Hdf5Sink(at(path)), Catch::Contains(path) && Catch::Contains("--force"));
    CHECK(std::filesystem::file_size(path) == 8);
    auto options = at(path);
    options.force = true;
    Hdf5Sink(options).finish();
    CHECK(hdf5::File::open(path).list().empty());
}

TEST_CASE("a file that another run writes is not touched, also not with --force; it can be read") {
    const Folder folder;
    auto options = at(folder.path("run.h5"));
    options.force = true;
    Hdf5Sink sink(options);
    append_rows(sink, sink.open(metrics()), 0, 5, 2);
    sink.flush();
    auto going_on = options;
    going_on.resume = Hdf5Sink::Continuation{{metrics()}, {0}};
    const auto require_locked = [&] {
        CHECK(sink.missing_lock().empty());
        CHECK_THROWS_WITH(Hdf5Sink(options), Catch::Contains("another process"));
        CHECK_THROWS_WITH(Hdf5Sink(going_on), Catch::Contains("another process"));
        CHECK(hdf5::File::open(options.path).data_set("/metrics/loss").count() == 5);
    };
    require_locked();
    sink.finish();  // another file has the name now
    require_locked();
    sink.close();
    CHECK_NOTHROW(Hdf5Sink(going_on));
}

TEST_CASE("a place that cannot be written to is the user's error") {
    const Folder folder;
    auto options = at(folder.path("missing/run.h5"));
    CHECK_THROWS_AS(Hdf5Sink(options), InputError);
    options.force = true;
    options.path = folder.path();
    CHECK_THROWS_AS(Hdf5Sink(options), InputError);
    options.path = "/dev/null";
    CHECK_THROWS_AS(Hdf5Sink(options), InputError);
}

TEST_CASE("the expected size is that of the file before it is compressed") {
    const Folder folder;
    std::vector<Series> series{metrics(), weights(300, 700)};
    const std::vector<Field> fields{final_weights(300, 700)};
    series[0].expected_rows = 100000;
    series[1].expected_rows = 60;
    {
        auto options = at(folder.path("run.h5"));
        options.compress_at_close = false;
        Hdf5Sink sink(options);
        for (const Series& one : series)
            append_rows(sink, sink.open(one), 0, one.expected_rows, one.group == "/metrics" ? 2 : 210000);
        sink.write(fields[0]);
        sink.finish();
    }
    const auto size = std::filesystem::file_size(folder.path("run.h5"));
    const auto expected = expected_size(series, fields);
    CAPTURE(size, expected);
    CHECK(expected >= size);
    CHECK(expected <= size + 12 * 40000);  // data sets
}

TEST_CASE("what does not fit on the disk is refused before it is begun") {
    const Folder folder;
    CHECK_NOTHROW(require_space(folder.path("run.h5"), 1));
    CHECK_THROWS_WITH(require_space(folder.path("run.h5"), std::uint64_t{1} << 60),
                      Catch::Contains("1.15e+03 PB") && Catch::Contains("run.h5"));
    CHECK(readable_size(1500000) == "1.5 MB");
    CHECK(readable_size(17) == "17 bytes");
}
