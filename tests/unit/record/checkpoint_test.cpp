#include "sim/record/checkpoint.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;

namespace {

const std::vector<float> narrow{1.5f, -0.0f, 3e-42f};
const std::vector<std::uint64_t> whole{0, ~std::uint64_t{0}};

std::vector<double> wide() {
    std::vector<double> values = counted(300000);  // several chunks
    values[1] = std::numeric_limits<double>::quiet_NaN();
    return values;
}

void write(const std::string& path, const std::string& text = "seed = 1\n") {
    CheckpointWriter writer(path);
    writer.put("simulation/weights/W1", std::span(narrow));
    writer.put("simulation/state", wide());
    writer.put("rows", std::span(whole));
    writer.put("nothing", std::vector<double>());
    writer.put("experiment", text);
    writer.commit();
}

}  // namespace

TEST_CASE("a checkpoint gives back every bit") {
    const Folder folder;
    write(folder.path("c"));
    const CheckpointReader reader(folder.path("c"));
    std::vector<float> f(3);
    reader.take("simulation/weights/W1", std::span(f));
    CHECK(std::memcmp(f.data(), narrow.data(), sizeof(float) * 3) == 0);
    std::vector<double> d(300000), expected = wide();
    reader.take("simulation/state", std::span(d));
    CHECK(std::memcmp(d.data(), expected.data(), sizeof(double) * d.size()) == 0);
    CHECK(reader.numbers("rows") == whole);
    std::vector<double> none;
    CHECK_NOTHROW(reader.take("nothing", std::span(none)));
    CHECK(reader.text("experiment") == "seed = 1\n");
    CHECK(reader.has("simulation/state"));
    CHECK_FALSE(reader.has("simulation/other/state"));
}

TEST_CASE("an empty text comes back") {
    const Folder folder;
    write(folder.path("c"), "");
    CHECK(CheckpointReader(folder.path("c")).text("experiment").empty());
}

TEST_CASE("an array that is missing, of another type or of another length is named") {
    const Folder folder;
    write(folder.path("c"));
    const CheckpointReader reader(folder.path("c"));
    std::vector<float> f(3);
    std::vector<double> d(3);
    using Catch::Contains;
    CHECK_THROWS_WITH(reader.take("absent", std::span(d)), Contains(folder.path("c")) && Contains("absent"));
    CHECK_THROWS_WITH(reader.take("simulation/weights/W1", std::span(d)), Contains("another type"));
    CHECK_THROWS_WITH(reader.take("simulation/state", std::span(d)), Contains("300000") && Contains("3"));
    CHECK_THROWS_AS(reader.numbers("simulation/state"), InputError);
    CHECK_THROWS_AS(reader.text("simulation"), InputError);
}

TEST_CASE("until it is committed the old checkpoint stays") {
    const Folder folder;
    write(folder.path("c"), "old");
    {
        CheckpointWriter writer(folder.path("c"));
        writer.put("experiment", std::string("new"));
        CHECK(CheckpointReader(folder.path("c")).text("experiment") == "old");
    }
    CHECK(CheckpointReader(folder.path("c")).text("experiment") == "old");
    CHECK(folder.names() == std::vector<std::string>{"c"});
    write(folder.path("c"), "new");
    CHECK(CheckpointReader(folder.path("c")).text("experiment") == "new");
    CHECK(folder.names() == std::vector<std::string>{"c"});
}

TEST_CASE("a file that is no checkpoint is refused") {
    const Folder folder;
    CHECK_THROWS_AS(CheckpointReader(folder.path("absent")), InputError);
    CHECK_THROWS_AS(CheckpointReader(folder.path()), InputError);
    std::ofstream(folder.path("text")) << "seed = 1\n";
    CHECK_THROWS_AS(CheckpointReader(folder.path("text")), InputError);
    { hdf5::File::create(folder.path("other.h5"), hdf5::Layout::finished); }
    CHECK_THROWS_WITH(CheckpointReader(folder.path("other.h5")), Catch::Contains("apical checkpoint"));
}

TEST_CASE("one wrong number is seen when the checkpoint is opened, and its array is named") {
    const Folder folder;
    write(folder.path("c"));
    {
        auto file = hdf5::File::edit(folder.path("c"));
        std::vector<double> values = wide();
        values[123456] += 1;
        file.data_set("/simulation/state").write<double>(values);
        file.flush();
    }
    CHECK_THROWS_WITH(CheckpointReader(folder.path("c")),
                      Catch::Contains("/simulation/state: found checksum") && Catch::Contains("damaged"));
}

TEST_CASE("an array without a checksum is refused") {
    const Folder folder;
    write(folder.path("c"));
    hdf5::File::edit(folder.path("c")).make_data_set("/more", {hdf5::Kind::float32, {2}});
    CHECK_THROWS_WITH(CheckpointReader(folder.path("c")), Catch::Contains("/more") && Catch::Contains("none"));
}

TEST_CASE("a checkpoint of another version is refused") {
    const Folder folder;
    const std::string before = GENERATE("1", "999");
    {
        auto file = hdf5::File::create(folder.path("c"), hdf5::Layout::sealed);
        file.group("/").set_attribute("format", "apical checkpoint");
        file.group("/").set_attribute("version", before);
    }
    CHECK_THROWS_WITH(CheckpointReader(folder.path("c")), Catch::Contains("version: found " + before + ", expected 2"));
}
