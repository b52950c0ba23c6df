// The sources that read the user's files: what the keys do, and that mistakes are named with their place.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

/// Ten samples x, 10 x, class x mod 2.
std::string table_of_ten() {
    std::string text;
    for (int i = 0; i < 10; ++i) text += fmt::format("{},{},{}\n", i, 10 * i, i % 2);
    return text;
}

/// A folder with the four files of MNIST, three images and two.
void write_four(const test::Folder& folder) {
    std::vector<std::uint8_t> pixels(3 * 4);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(20 * i);
    folder.write("train-images-idx3-ubyte.gz", gzip(idx({3, 2, 2}, pixels)));
    folder.write("train-labels-idx1-ubyte", idx({3}, {9, 0, 4}));
    pixels.resize(2 * 4);
    folder.write("t10k-images-idx3-ubyte", idx({2, 2, 2}, pixels));
    folder.write("t10k-labels-idx1-ubyte.gz", gzip(idx({2}, {1, 2})));
}

std::string folder_key(const test::Folder& folder) { return "folder = '" + folder.path() + "'\n"; }

}  // namespace

TEST_CASE("csv: the test part is a file, a number or a fraction, and only one of them") {
    const test::Folder folder;
    const std::string file = "file = '" + folder.write("ten.csv", table_of_ten()) + "'\n";
    const std::string test_file = "test_file = '" + folder.write("test.csv", "1,2,1\n") + "'\n";
    const DataSet whole = load("csv", file);
    CHECK(whole.train->size() == 10);
    CHECK(whole.test == nullptr);
    CHECK(gather(*whole.train, {3}).x == std::vector<float>{3, 30});
    CHECK(load("csv", file + test_file).test->size() == 1);
    CHECK(load("csv", file + "test_samples = 4").test->size() == 4);
    const DataSet half = load("csv", file + "test_fraction = 0.5");
    CHECK(half.test->size() == 5);
    CHECK(half.train->size() == 5);
    for (const std::string second :
         {"test_samples = 4", "test_fraction = 0.4", "test_samples = 4\ntest_fraction = 0.4"})
        CHECK_THAT(error_of([&, keys = file + test_file] { load("csv", keys + second); }).expected, Contains("one of"));
    for (const std::string none : {"test_samples = 10", "test_fraction = 0.99", "test_fraction = 0.01"})
        CHECK_THAT(error_of([&] { load("csv", file + none); }).found, Contains("of 10 samples held out"));
}

TEST_CASE("mnist: samples to choose parameters by come from the training part, whatever the seed of the run") {
    const test::Folder folder;
    write_four(folder);
    const DataSet whole = load("mnist", folder_key(folder));
    CHECK(whole.train->size() == 3);
    CHECK(whole.test->size() == 2);
    CHECK(whole.validation == nullptr);
    for (const std::string how : {"validation_samples = 1", "validation_fraction = 0.33"}) {
        const DataSet held_out = load("mnist", folder_key(folder) + how);
        CHECK(held_out.train->size() == 2);
        CHECK(held_out.test->size() == 2);
        REQUIRE(held_out.validation->size() == 1);
        std::vector<int> labels{held_out.train->label(0), held_out.train->label(1), held_out.validation->label(0)};
        std::ranges::sort(labels);
        CHECK(labels == std::vector<int>{0, 4, 9});
        const DataSet other_seed = load("mnist", folder_key(folder) + how, 2);
        CHECK(other_seed.validation->label(0) == held_out.validation->label(0));
    }
    const auto all = error_of([&] { load("mnist", folder_key(folder) + "validation_samples = 3"); });
    CHECK(all.key == "task.validation_samples");
    CHECK(all.found == "3 of 3 samples held out");
}

TEST_CASE("csv: several files, a regression, another delimiter") {
    const test::Folder folder;
    const std::string a = folder.write("a.csv", "1;2;3\n"), b = folder.write("b.csv.gz", gzip("4;5;6\n"));
    const DataSet set = load("csv", "file = ['" + a + "', '" + b + "']\ndelimiter = ';'\ntarget_columns = [1]\n");
    CHECK_FALSE(set.classes);
    CHECK(set.train->size() == 2);
    CHECK(set.train->label(0) == -1);
    const auto g = gather(*set.train, first(2));
    CHECK(g.x == std::vector<float>{2, 5, 3, 6});
    CHECK(g.y == std::vector<float>{1, 4});
    const DataSet split =
        load("csv", "file = ['" + a + "', '" + b + "']\ndelimiter = ';'\ntarget_columns = 1\ntest_samples = 1");
    CHECK(split.test->size() == 1);
}

TEST_CASE("csv: mistakes in keys are named with their place") {
    const test::Folder folder;
    const std::string file = "file = '" + folder.write("ten.csv", table_of_ten()) + "'\n";
    CHECK(error_of([] { load("csv", ""); }).key == "task.file");
    CHECK(error_of([] { load("csv", "file = []"); }).found == "an empty list");
    const auto missing = error_of([] { load("csv", "\nfile = 'none.csv'"); });
    CHECK(missing.place.file == "experiment.toml");
    CHECK(missing.place.line == 5);
    CHECK(missing.found == "no file 'none.csv'");
    CHECK(error_of([&] { load("csv", file + "label_column = 1\ntarget_columns = [2]"); }).key == "task.label_column");
    const std::string narrow = "test_file = '" + folder.write("narrow.csv", "1,0\n") + "'\n";
    CHECK(error_of([&] { load("csv", file + narrow); }).expected == "2, as in the training part");
    const std::string third = "test_file = '" + folder.write("third.csv", "1,2,2\n") + "'\n";
    CHECK(error_of([&] { load("csv", file + third); }).expected == "a whole number from 0 to 1");
    CHECK(load("csv", file + third + "classes = 3").test->outputs() == 3);
}

TEST_CASE("csv: a file is looked for beside the experiment first") {
    const test::Folder folder;
    folder.write("beside.csv", "1,0\n2,1\n");
    const Node root = parse_toml("[task]\ndataset = 'csv'\nfile = 'beside.csv'\n", folder.path("experiment.toml"));
    for (const DataSource& source : data_sources())
        if (source.name == "csv") CHECK(source.load(*root.find("task"), Random(1)).train->size() == 2);
}

TEST_CASE("idx: images with or without a test part") {
    const test::Folder folder;
    write_four(folder);
    const std::string train = "train_images = '" + folder.path("train-images-idx3-ubyte.gz") + "'\ntrain_labels = '" +
                              folder.path("train-labels-idx1-ubyte") + "'\n";
    const std::string test_images = "test_images = '" + folder.path("t10k-images-idx3-ubyte") + "'\n";
    const std::string test_labels = "test_labels = '" + folder.path("t10k-labels-idx1-ubyte.gz") + "'\n";
    CHECK(load("idx", train).test == nullptr);
    CHECK(load("idx", train + test_images + test_labels).test->label(1) == 2);
    CHECK(error_of([&] { load("idx", train + test_images); }).expected ==
          "both test_images and test_labels, or neither");
    CHECK(error_of([&] { load("idx", train + "classes = 9"); }).found == "label 9 of sample 1");
    const std::string wide =
        "test_images = '" + folder.write("wide", idx({2, 1, 5}, std::vector<std::uint8_t>(10))) + "'\n";
    CHECK(error_of([&] { load("idx", train + wide + test_labels); }).found == "5 inputs a sample");
}

TEST_CASE("mnist and fashion-mnist: four files in a folder, 0 to 1 or standardised") {
    const test::Folder folder;
    write_four(folder);
    for (const std::string name : {"mnist", "fashion-mnist"}) {
        const DataSet set = load(name, folder_key(folder) + "standardise = 'none'");
        CHECK(set.name == name);
        CHECK(set.train->size() == 3);
        CHECK(set.train->outputs() == 10);
        CHECK(set.test->size() == 2);
        CHECK(set.train->label(0) == 9);
        CHECK(gather(*set.train, {1}).x[0] == Approx(80 / 255.0));
        double sum = 0;
        for (float value : gather(*load(name, folder_key(folder)).train, first(3)).x) sum += value;
        CHECK(sum == Approx(0).margin(1e-5));
    }
    CHECK(load("mnist", folder_key(folder) + "train_limit = 2").train->size() == 2);
}

TEST_CASE("a published set is found through APICAL_DATA, and its absence names every place") {
    const test::Folder folder, empty;
    std::filesystem::create_directory(folder.path("mnist"));
    for (const auto& file : {"train-images-idx3-ubyte", "t10k-images-idx3-ubyte"})
        folder.write(std::string("mnist/") + file, idx({1, 1, 2}, {0, 255}));
    for (const auto& file : {"train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"})
        folder.write(std::string("mnist/") + file, idx({1}, {7}));
    setenv("APICAL_DATA", folder.path().c_str(), 1);
    CHECK(load("mnist", "").train->label(0) == 7);
    std::filesystem::remove(folder.path("mnist/t10k-labels-idx1-ubyte"));
    const std::string lost = folder_key(test::Folder{});
    CHECK(error_of([&] { load("mnist", lost); }).key == "task.folder");
    const auto error = error_of([&] { load("mnist", folder_key(empty)); });
    CHECK_THAT(error.found, Contains("no train-images-idx3-ubyte in " + empty.path()));
    CHECK_THAT(error.hint, Contains("APICAL_DATA"));
    unsetenv("APICAL_DATA");
}

TEST_CASE("a source reads its own defaults, written out, as if they were not there") {
    const test::Folder folder;
    const std::string ten = "file = '" + folder.write("ten.csv", table_of_ten()) + "'\n";
    for (const auto& [name, keys] :
         std::vector<std::pair<std::string, std::string>>{{"digits", ""},
                                                          {"csv", ten},
                                                          {"csv", ten + "target_columns = [3]\n"},
                                                          {"teacher_student", "dims = [3, 2]\n"},
                                                          {"xor", ""},
                                                          {"yinyang", ""}}) {
        Node root = parse_toml(fmt::format("[task]\ndataset = '{}'\n{}", name, keys), "experiment.toml");
        for (const DataSource& source : data_sources()) {
            if (source.name != name) continue;
            const DataSet brief = source.load(*root.find("task"), Random(1));
            for (const Descriptor& row : source.parameters)
                if (root.find("task")->find(row.name) == nullptr)
                    std::get<Node::Members>(root.find("task")->value)
                        .emplace_back(row.name, value_node(row.standard, row));
            const Node resolved = parse_toml(to_toml(root), "resolved.toml");
            const DataSet full = source.load(*resolved.find("task"), Random(1));
            CHECK(full.train->size() == brief.train->size());
            CHECK(gather(*full.train, first(4)).x == gather(*brief.train, first(4)).x);
        }
    }
}

TEST_CASE("every source has a name of its own, a sentence and described keys") {
    std::vector<std::string> names;
    for (const DataSource& source : data_sources()) {
        CHECK(std::count(names.begin(), names.end(), source.name) == 0);
        names.push_back(source.name);
        CHECK(source.text.ends_with("."));
        for (const Descriptor& row : source.parameters) CHECK(row.text.ends_with("."));
        CHECK_THAT(error_of([&] { load(source.name, "no_such_key = 1"); }).key, Contains("no_such_key"));
    }
    CHECK(names.size() >= 12);
}
