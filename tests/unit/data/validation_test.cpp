// Every source has a validation part, apart from the samples that train and test.
#include <fmt/format.h>

#include <set>

#include "tests/unit/data/array_files.hpp"
#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

/// The samples of a part as rows of numbers; the parts of a set must not share one.
std::set<std::vector<float>> rows_of(const Samples& part) {
    std::set<std::vector<float>> rows;
    for (std::uint64_t k = 0; k < part.size(); ++k) rows.insert(gather(part, {k}).x);
    return rows;
}

std::string quoted(const std::string& name, const std::string& path) { return name + " = '" + path + "'\n"; }

/// Thirty samples x, -x of class x mod 3.
std::string thirty() {
    std::string text;
    for (int i = 0; i < 30; ++i) text += fmt::format("{},{},{}\n", i, -i, i % 3);
    return text;
}

}  // namespace

TEST_CASE("validation samples of a generator are streams of their own and leave the other parts as they are") {
    for (const auto& [name, keys] : std::vector<std::pair<std::string, std::string>>{
             {"teacher_student", "dims = [7, 3]\nsamples = 40\ntest_samples = 20\n"},
             {"signals", "dims = [3, 4, 2]\ntest_samples = 20\n"},
             {"leaky_teacher", "dims = [3, 4, 2]\nsamples = 40\ntest_samples = 20\n"},
             {"xor", "samples = 40\ntest_samples = 20\nnoise = 0.2\n"},
             {"yinyang", "samples = 40\ntest_samples = 20\n"}}) {
        CAPTURE(name);
        CHECK(load(name, keys).validation == nullptr);
        const DataSet without = load(name, keys), set = load(name, keys + "validation_samples = 10\n");
        REQUIRE(set.validation != nullptr);
        CHECK(set.validation->size() == 10);
        CHECK(rows_of(*set.validation).size() == 10);
        CHECK(gather(*set.train, first(40)).x == gather(*without.train, first(40)).x);
        CHECK(gather(*set.test, first(20)).y == gather(*without.test, first(20)).y);
        std::set<std::vector<float>> all = rows_of(*set.validation);
        all.merge(rows_of(*set.test));
        for (std::uint64_t k = 0; k < 40; ++k) all.insert(gather(*set.train, {k}).x);
        CHECK(all.size() == 70);
        CHECK(load(name, keys + "validation_samples = 1\n").validation->size() == 1);
    }
}

TEST_CASE("validation samples held out of a table: every sample is in one part, each class in proportion") {
    const test::Folder folder;
    const std::string file = quoted("file", folder.write("thirty.csv", thirty()));
    const DataSet set = load("csv", file + "test_fraction = 0.2\nvalidation_samples = 9\n");
    CHECK(set.train->size() == 15);
    REQUIRE(set.validation->size() == 9);
    CHECK(set.test->size() == 6);
    std::vector<int> counts(3);
    for (std::uint64_t k = 0; k < 9; ++k) ++counts[static_cast<std::size_t>(set.validation->label(k))];
    CHECK(counts == std::vector<int>{3, 3, 3});
    std::set<std::vector<float>> all = rows_of(*set.train);
    all.merge(rows_of(*set.validation));
    all.merge(rows_of(*set.test));
    CHECK(all.size() == 30);
    // The test part is the same with and without; without one the seed of the run moves nothing.
    CHECK(rows_of(*load("csv", file + "test_fraction = 0.2\n").test) == rows_of(*set.test));
    CHECK(rows_of(*load("csv", file + "validation_fraction = 0.5", 1).validation) ==
          rows_of(*load("csv", file + "validation_samples = 15", 2).validation));
}

TEST_CASE("validation and test part together leave something to train on, and one key chooses each") {
    const test::Folder folder;
    const std::string file = quoted("file", folder.write("thirty.csv", thirty()));
    CHECK(load("csv", file + "test_samples = 15\nvalidation_samples = 14").train->size() == 1);
    const auto all = error_of([&] { load("csv", file + "test_samples = 15\nvalidation_samples = 15"); });
    CHECK(all.key == "task.validation_samples");
    CHECK(all.found == "15 of 15 samples held out");
    CHECK(error_of([&] { load("csv", file + "validation_fraction = 0.001"); }).found == "0 of 30 samples held out");
    CHECK(error_of([&] { load("csv", file + "validation_fraction = 1"); }).key == "task.validation_fraction");
    CHECK(error_of([&] { load("csv", file + "validation_samples = -1"); }).key == "task.validation_samples");
    const std::string own = quoted("validation_file", folder.write("own.csv", "1,2,1\n"));
    const auto second = error_of([&] { load("csv", file + own + "validation_samples = 3"); });
    CHECK(second.key == "task.validation_samples");
    CHECK(second.expected == "one of validation_file, validation_samples and validation_fraction");
    CHECK(load("csv", file + own + "test_samples = 3").validation->size() == 1);
}

TEST_CASE("the validation part is scaled by the training part") {
    const test::Folder folder;
    const std::string file =
        quoted("file", folder.write("a.csv", "0,0\n2,1\n")) + quoted("validation_file", folder.write("b.csv", "5,1\n"));
    CHECK(gather(*load("csv", file + "standardise = 'feature'").validation, {0}).x == std::vector<float>{4});
}

TEST_CASE("a validation part in files of its own: arrays and images") {
    const test::Folder folder;
    write_hdf5(folder.path("set.h5"));
    const std::string file = quoted("file", folder.path("set.h5"));
    CHECK(load("hdf5", file + "validation_inputs = 'test/x'\nvalidation_outputs = 'test/y'").validation->label(0) == 2);
    CHECK(load("hdf5", file + quoted("validation_file", folder.path("set.h5"))).validation->size() == 4);
    CHECK(error_of([&] { load("hdf5", file + "validation_inputs = 'test/x'"); }).expected ==
          "both validation_inputs and validation_outputs, or a validation_file");
    CHECK(error_of([&] { load("hdf5", file + "validation_inputs = 'x'\nvalidation_outputs = 't'"); }).key ==
          "task.validation_inputs");

    folder.write("x.npy", npy(npy_header("<f4", "(3, 2)"), raw<float>({1, 2, 3, 4, 5, 6})));
    folder.write("y.npy", npy(npy_header("<i8", "(3,)"), raw<std::int64_t>({0, 1, 1})));
    const std::string arrays = quoted("train_x", folder.path("x.npy")) + quoted("train_y", folder.path("y.npy"));
    const std::string valid = quoted("validation_x", folder.path("x.npy"));
    CHECK(load("npy", arrays + valid + quoted("validation_y", folder.path("y.npy"))).validation->size() == 3);
    CHECK(error_of([&] { load("npy", arrays + valid); }).key == "task.validation_x");
    CHECK(load("npy", arrays + "validation_samples = 1").train->size() == 2);

    const std::string images = folder.write("images", idx({4, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8}));
    const std::string labels = folder.write("labels", idx({4}, {0, 0, 1, 1}));
    const std::string train = quoted("train_images", images) + quoted("train_labels", labels);
    CHECK(load("idx", train + quoted("validation_images", images) + quoted("validation_labels", labels))
              .validation->size() == 4);
    CHECK(load("idx", train + "validation_fraction = 0.5\ntest_samples = 1").train->size() == 1);
    CHECK(load("digits", "validation_samples = 100").train->size() == 1797 - 360 - 100);
}

TEST_CASE("inputs that standardising makes 0 are said") {
    const test::Folder folder;
    const std::string file = quoted("file", folder.write("thirty.csv", thirty())) + "standardise = 'feature'\n";
    CHECK(load("csv", file).warnings.empty());
    const DataSet one = load("csv", file + "train_limit = 1");
    REQUIRE(one.warnings.size() == 1);
    CHECK_THAT(one.warnings[0], Contains("makes every input 0") && Contains("(1 of them)"));
    CHECK(gather(*one.train, {0}).x == std::vector<float>{0, 0});
}

TEST_CASE("train_limit counts what is left after the parts, and more than there is is said") {
    const test::Folder folder;
    const std::string file = quoted("file", folder.write("thirty.csv", thirty()));
    CHECK(load("csv", file + "validation_samples = 20\ntrain_limit = 10").warnings.empty());
    CHECK(load("csv", file + "validation_samples = 20\ntrain_limit = 4").train->size() == 4);
    const DataSet fewer = load("csv", file + "validation_samples = 20\ntrain_limit = 11");
    CHECK(fewer.train->size() == 10);
    REQUIRE(fewer.warnings.size() == 1);
    CHECK_THAT(fewer.warnings[0], Contains("task.train_limit is 11, but there are 10 samples"));
}
