#include <cmath>

#include "sim/core/part_summary.hpp"
#include "tests/unit/data/fixtures.hpp"

using namespace apical;

namespace {

const test::Folder folder;

DataSet csv(const std::string& text, const std::string& keys) {
    return load("csv", "file = '" + folder.write("summary.csv", text) + "'\n" + keys);
}

}  // namespace

TEST_CASE("a summary counts the samples of each class and says what range the inputs have") {
    const auto parts = summarise_parts(csv("1,2,0\n3,4,2\n5,6,2\n7,8,0\n", "test_samples = 2\nsplit_seed = 1"));
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].name == "training");
    CHECK(parts[1].name == "test");
    for (const PartSummary& part : parts) {
        CHECK(part.samples == 2);
        CHECK(part.counted == 2);
        CHECK(part.class_counts == std::vector<std::uint64_t>{1, 0, 1});
        CHECK(part.targets.count == 0);
    }
    const PartSummary all = summarise_parts(csv("1,2,0\n3,4,1\n", "")).at(0);
    CHECK(all.examined == 2);
    CHECK(all.inputs.lowest == 1);
    CHECK(all.inputs.highest == 4);
    CHECK(all.inputs.mean == Approx(2.5));
    CHECK(all.inputs.deviation == Approx(std::sqrt(1.25)));
}

TEST_CASE("a summary of a regression has no classes but a range of targets, those that nobody knows left out") {
    const DataSet set = load("leaky_teacher", "samples = 300\ntest_samples = 0\ntaught_from = 290");
    const PartSummary part = summarise_parts(set).at(0);
    CHECK(part.class_counts.empty());
    CHECK(part.inputs.count == 900);
    CHECK(part.targets.count == 10);
    CHECK(part.targets.lowest > 0);
    CHECK(part.targets.highest < 1);
}

TEST_CASE("a summary looks at evenly spaced samples of a large part, and at the first of an endless one") {
    const PartSummary large = summarise_parts(load("xor", "samples = 1001"), 200).at(0);
    CHECK(large.samples == 1001);
    CHECK(large.examined == 100);
    CHECK(large.counted == 1001);
    CHECK(large.class_counts == std::vector<std::uint64_t>{501, 500});
    const PartSummary endless = summarise_parts(load("xor", "samples = 0")).at(0);
    CHECK(endless.samples == 0);
    CHECK(endless.class_counts.empty());
    CHECK(endless.counted == 0);
    CHECK(endless.inputs.highest == 1);
    CHECK(summarise_parts(load("xor", ""), 1).at(0).examined == 1);
}
