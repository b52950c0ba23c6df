// The sources hdf5 and npy: what the keys do, and that mistakes are named with their place.
#include "tests/unit/data/array_files.hpp"
#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

TEST_CASE("hdf5: classes or a regression from two data sets, bytes as pixels") {
    const test::Folder folder;
    write_hdf5(folder.path("set.h5"));
    const std::string file = "file = '" + folder.path("set.h5") + "'\n";
    const DataSet classes = load("hdf5", file);
    CHECK(classes.classes);
    CHECK(classes.train->size() == 4);
    CHECK(classes.train->features() == 6);
    CHECK(classes.train->outputs() == 3);
    CHECK(classes.train->label(2) == 2);
    CHECK(classes.test == nullptr);
    CHECK(gather(*classes.train, {1}).x[5] == Approx(110 / 255.0));
    const DataSet regression = load("hdf5", file + "outputs = 't'\n");
    CHECK_FALSE(regression.classes);
    CHECK(gather(*regression.train, {3}).y == std::vector<float>{6, 7});
}

TEST_CASE("hdf5: the test part is two data sets of the same file, of another, or held out") {
    const test::Folder folder;
    write_hdf5(folder.path("set.h5"));
    const std::string file = "file = '" + folder.path("set.h5") + "'\n";
    const std::string test = "test_inputs = 'test/x'\ntest_outputs = '/test/y'\n";
    CHECK(load("hdf5", file + test).test->label(0) == 2);
    CHECK(load("hdf5", file + "test_file = '" + folder.path("set.h5") + "'\n").test->size() == 4);
    CHECK(load("hdf5", file + "test_samples = 1").test->size() == 1);
    CHECK(load("hdf5", file + "outputs = 't'\ntest_fraction = 0.5").test->size() == 2);
    CHECK_THAT(error_of([&] { load("hdf5", file + test + "test_samples = 1"); }).expected, Contains("one of"));
    CHECK_THAT(error_of([&] { load("hdf5", file + "test_inputs = 'test/x'"); }).expected, Contains("both"));
    CHECK_THAT(error_of([&] { load("hdf5", file + "test_inputs = 't'\ntest_outputs = 'y'"); }).expected,
               Contains("as in the training part"));
    CHECK_THAT(error_of([&] { load("hdf5", file + "test_inputs = 'x'\ntest_outputs = 't'"); }).expected,
               Contains("labels, as in"));
}

TEST_CASE("hdf5: what is missing or no numbers is named") {
    const test::Folder folder;
    write_hdf5(folder.path("set.h5"));
    const std::string file = "file = '" + folder.path("set.h5") + "'\n";
    const auto missing = error_of([&] { load("hdf5", file + "inputs = 'none'"); });
    CHECK(missing.place.file == folder.path("set.h5"));
    CHECK(missing.key == "none");
    CHECK_THAT(error_of([&] { load("hdf5", file + "inputs = 'test'"); }).found, Contains("group"));
    CHECK_THAT(error_of([&] { load("hdf5", file + "classes = 2"); }).found, Contains("label 2 of sample 3"));
    folder.write("text.h5", "not HDF5 at all");
    CHECK_THAT(error_of([&] { load("hdf5", "file = '" + folder.path("text.h5") + "'"); }).found, Contains("HDF5"));
}

TEST_CASE("npy: four files, or two and a part held out") {
    const test::Folder folder;
    folder.write("x.npy", npy(npy_header("<f4", "(3, 2)"), raw<float>({1, 2, 3, 4, 5, 6})));
    folder.write("y.npy", npy(npy_header("<i8", "(3,)"), raw<std::int64_t>({0, 1, 1})));
    folder.write("tx.npy", npy(npy_header("<f8", "(1, 2)"), raw<double>({7, 8})));
    folder.write("ty.npy", npy(npy_header("|u1", "(1, 1)"), "\x01"));
    folder.write("bad.npy", npy(npy_header("|u1", "(1, 1)"), "\x02"));
    const auto key = [&](const std::string& name, const std::string& file) {
        return name + " = '" + folder.path(file) + "'\n";
    };
    const std::string train = key("train_x", "x.npy") + key("train_y", "y.npy");
    const DataSet set = load("npy", train + key("test_x", "tx.npy") + key("test_y", "ty.npy"));
    CHECK(gather(*set.train, {2}).x == std::vector<float>{5, 6});
    CHECK(gather(*set.test, {0}).x == std::vector<float>{7, 8});
    CHECK(gather(*set.test, {0}).y == std::vector<float>{0, 1});
    CHECK(load("npy", train + "test_samples = 1").train->size() == 2);
    CHECK(error_of([&] { load("npy", train + key("test_x", "tx.npy")); }).key == "task.test_x");
    CHECK(error_of([&] { load("npy", train + key("test_x", "tx.npy") + key("test_y", "bad.npy")); }).expected ==
          "0 to 1");
    const auto missing = error_of([&] { load("npy", train + "test_x = 'none'\ntest_y = 'none'\n"); });
    CHECK(missing.key == "task.test_x");
}

TEST_CASE("hdf5: an empty path is refused under its key, and what is left out of a pair of keys is its default") {
    const test::Folder folder;
    write_hdf5(folder.path("set.h5"));
    const std::string file = "file = '" + folder.path("set.h5") + "'\n";
    CHECK(error_of([&] { load("hdf5", file + "inputs = ''"); }).key == "task.inputs");
    CHECK(error_of([&] { load("hdf5", file + "outputs = ''"); }).key == "task.outputs");
    const DataSet set = load("hdf5", file + "targets = 'regression'\ntest_samples = 1");
    CHECK_FALSE(set.classes);
    CHECK(set.warnings.empty());
    CHECK_FALSE(load("hdf5", file + "targets = 'regression'\ntest_file = '" + folder.path("set.h5") + "'").classes);
}

TEST_CASE("hdf5: arrays of MATLAB 7.3 are turned round, and it is said") {
    const test::Folder folder;
    const auto write = [&](std::size_t rows, std::size_t columns, std::vector<std::size_t> labels_shape) {
        mat_t* file = Mat_CreateVer(folder.path("set.mat").c_str(), nullptr, MAT_FT_MAT73);
        std::vector<double> x(rows * columns);
        for (std::size_t k = 0; k < x.size(); ++k) x[k] = static_cast<double>(k);
        put(file, "x", MAT_C_DOUBLE, MAT_T_DOUBLE, {rows, columns}, x);
        put(file, "y", MAT_C_DOUBLE, MAT_T_DOUBLE, labels_shape, std::vector<double>(6, 1.0));
        Mat_Close(file);
    };
    const std::string file = "file = '" + folder.path("set.mat") + "'\n";
    write(6, 2, {6, 1});  // one sample a row, as one writes it in MATLAB
    CHECK_THAT(error_of([&] { load("hdf5", file); }).hint, Contains("transposed? MATLAB"));
    write(6, 2, {1, 6});
    CHECK_THAT(error_of([&] { load("hdf5", file); }).hint, Contains("transposed? MATLAB"));
    write(2, 6, {1, 6});
    const DataSet set = load("hdf5", file + "targets = 'classes'");
    CHECK(gather(*set.train, {1}).x == std::vector<float>{2, 3});
    REQUIRE(set.warnings.size() == 1);
    CHECK_THAT(set.warnings[0], Contains("is 2 x 6 in MATLAB") && Contains("6 samples of 2 inputs"));
    CHECK(load("hdf5", file).warnings.size() == 2);  // and labels that are floating-point numbers
}
