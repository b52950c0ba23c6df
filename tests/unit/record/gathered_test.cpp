#include "sim/record/gathered.hpp"

#include "sim/core/error.hpp"
#include "sim/record/file_size.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;

namespace {

const std::vector<std::uint64_t> places{1, 7, 8, 14};

Axis synapses(std::vector<std::uint64_t> at = places) {
    Axis axis{"W_synapse", "1", "synapse of W", {}};
    axis.gathered = {"post", "pre"};
    axis.addresses = std::move(at);
    return axis;
}

/// Weights of 3 x 5 cells that are there along their synapses only.
Series sparse_weights(std::vector<std::uint64_t> at = places) {
    Series series = weights(3, 5);
    series.axes.push_back(synapses(std::move(at)));
    series.variables[0].axes = {"W_synapse"};
    return series;
}

}  // namespace

TEST_CASE("numbers gathered from a matrix are in the file with their places, and stay so when it is continued") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    {
        Hdf5Sink sink({.path = path});
        append_rows(sink, sink.open(sparse_weights()), 0, 3, 4);
        sink.close();
    }
    Hdf5Sink::Options options;
    options.path = path;
    options.resume = Hdf5Sink::Continuation{{sparse_weights({1, 7, 9, 14})}, {2}};
    CHECK_THROWS_WITH(Hdf5Sink(options), Catch::Contains("/weights/W_synapse: found another axis of this name"));
    options.resume = Hdf5Sink::Continuation{{weights(3, 5)}, {2}};
    CHECK_THROWS_WITH(Hdf5Sink(options), Catch::Contains("another shape"));
    options.resume = Hdf5Sink::Continuation{{sparse_weights()}, {2}};
    {
        Hdf5Sink sink(options);
        append_rows(sink, sink.open(sparse_weights()), 2, 10, 4);
        sink.write({"/final", sparse_weights().axes, {"W1", "nS", "weights", {"W_synapse"}}, row_of(5, 4)});
        REQUIRE(sink.finish().empty());
    }
    const hdf5::File file = hdf5::File::open(path);
    for (const char* name : {"/weights/W1", "/final/W1"}) {
        const auto found = gathered(file, file.data_set(name));
        REQUIRE(found);
        CHECK((found->rows == 3 && found->columns == 5));
        CHECK((found->rows_axis == "post" && found->columns_axis == "pre"));
        CHECK(found->addresses == places);
    }
    CHECK(file.data_set("/weights/W1").shape() == hdf5::Shape{10, 4});
    CHECK(file.data_set("/weights/W1").read_rows<double>(9, 1) == row_of(9, 4));
    CHECK(file.data_set("/final/W1").read<double>() == row_of(5, 4));
    CHECK(!gathered(file, file.data_set("/weights/W_synapse")));
    CHECK(!gathered(file, file.data_set("/weights/time")));
}

TEST_CASE("the expected size of a file counts the places") {
    const Folder folder;
    std::vector<std::uint64_t> many(500000);
    for (std::size_t k = 0; k < many.size(); ++k) many[k] = 3 * k;
    Axis axis = synapses(many);
    axis.name = "synapse";
    const Field field{"/final",
                      {{"post", "1", "cell", counted(1500)}, {"pre", "1", "cell", counted(1000)}, axis},
                      {"W", "1", "weights", {"synapse"}},
                      row_of(0, many.size())};
    {
        Hdf5Sink sink({.path = folder.path("run.h5"), .compress_at_close = false});
        sink.write(field);
        sink.finish();
    }
    const auto size = std::filesystem::file_size(folder.path("run.h5"));
    const std::vector<Field> fields{field};
    const auto expected = expected_size({}, fields);
    CAPTURE(size, expected);
    CHECK(expected >= size);
    CHECK(expected <= size + 5 * 50000);  // metadata, which is rounded up
}
