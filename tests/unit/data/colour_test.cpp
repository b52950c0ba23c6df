// The two sets of colour images: bytes, order of the pixels, and what is refused.
#include <cstdlib>

#include "data/readers/cifar10.hpp"
#include "data/readers/mat.hpp"
#include "data/readers/svhn.hpp"
#include "tests/unit/data/array_files.hpp"
#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

const std::vector<std::uint8_t>& bytes(const Records& records) {
    return std::get<std::vector<std::uint8_t>>(records.inputs);
}

void write_six(const test::Folder& folder, const std::string& prefix) {
    for (const std::string number : {"1", "2", "3", "4"})
        folder.write(prefix + "data_batch_" + number + ".bin", cifar10({1, 2}));
    folder.write(prefix + "data_batch_5.bin.gz", gzip(cifar10({9})));
    folder.write(prefix + "test_batch.bin", cifar10({3, 0}));
}

Array images(std::vector<std::size_t> shape, Numbers values) {
    return {"X", std::move(shape), std::move(values), true};
}

InputError::Parts svhn_refusal(const Array& images, const Array& labels) {
    return error_of([&] { svhn_records(images, labels); });
}

}  // namespace

TEST_CASE("cifar10: labels, and pixels in the order of the file") {
    const Records records = parse_cifar10(cifar10({3, 9}), "b");
    CHECK(records.labels == std::vector<std::uint16_t>{3, 9});
    CHECK(records.features == 3072);
    CHECK(records.outputs == 10);
    CHECK(records.channels == 3);
    CHECK(bytes(records)[3072] == 7);
    CHECK(bytes(records)[3072 + 1024] == (7 + 1024) % 256);
}

TEST_CASE("cifar10: every truncation but those between samples, and other labels, are refused") {
    const std::string whole = cifar10({3, 9});
    for (std::size_t n = 0; n < whole.size(); ++n) {
        if (n == 3073) continue;
        CHECK(error_of([&] { parse_cifar10(whole.substr(0, n), "b"); }).place.file == "b");
    }
    CHECK(error_of([] { parse_cifar10(cifar10({3, 10}), "b"); }).found == "label 10 of sample 2");
}

TEST_CASE("cifar10: five files and one, in the folder or in that of the archive; scaled by colour when asked") {
    const test::Folder folder;
    const std::string key = "folder = '" + folder.path() + "'\n";
    CHECK_THAT(error_of([&] { load("cifar10", key); }).found, Contains("cifar-10-batches-bin"));
    std::filesystem::create_directory(folder.path("cifar-10-batches-bin"));
    write_six(folder, "cifar-10-batches-bin/");
    const DataSet set = load("cifar10", key + "standardise = 'channel'\n");
    CHECK(set.train->size() == 9);
    CHECK(set.train->label(8) == 9);
    CHECK(set.test->size() == 2);
    CHECK(set.test->outputs() == 10);
    const auto x = gather(*set.train, first(9)).x;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        double sum = 0, squares = 0;
        for (std::size_t i = channel * 1024 * 9; i < (channel + 1) * 1024 * 9; ++i) sum += x[i], squares += x[i] * x[i];
        CHECK(sum / (1024 * 9) == Approx(0).margin(1e-5));
        CHECK(squares / (1024 * 9) == Approx(1).epsilon(1e-5));
    }
    CHECK(load("cifar10", key + "train_limit = 4").train->size() == 4);
    folder.write("cifar-10-batches-bin/test_batch.bin", "damaged");
    CHECK_THAT(error_of([&] { load("cifar10", key); }).place.file, Contains("test_batch.bin"));
}

TEST_CASE("svhn: files of MATLAB 5 and 7.3 give the same images, in the order of CIFAR-10, and 10 is the digit 0") {
    const test::Folder folder;
    for (const auto version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
        write_svhn(folder.path("train_32x32.mat"), {1, 10, 9}, version);
        write_svhn(folder.path("test_32x32.mat"), {10}, version);  // one sample: MATLAB drops the last axis
        const Records records = read_svhn(folder.path("train_32x32.mat"));
        CHECK(records.labels == std::vector<std::uint16_t>{1, 0, 9});
        CHECK(records.channels == 3);
        for (const std::size_t sample : {0, 2})
            for (const std::size_t channel : {0, 1, 2})
                CHECK(bytes(records)[3072 * sample + 1024 * channel + 32 * 5 + 3] == 64 * channel + 2 * 5 + 3);
        const DataSet set = load("svhn", "folder = '" + folder.path() + "'\n");
        CHECK(set.train->size() == 3);
        CHECK(set.test->label(0) == 0);
    }
}

TEST_CASE("svhn: other shapes, types and labels are refused") {
    const Array one{"y", {1, 1}, std::vector<std::uint8_t>{5}, true};
    const std::vector<std::uint8_t> pixels(3072);
    CHECK(svhn_records(images({32, 32, 3}, pixels), one).labels[0] == 5);
    CHECK(svhn_refusal(images({32, 96}, pixels), one).found == "32 x 96");
    CHECK(svhn_refusal(images({16, 64, 3, 1}, pixels), one).found == "16 x 64 x 3 x 1");
    CHECK(svhn_refusal(images({32, 32, 3, 1}, std::vector<float>(3072)), one).found == "32 x 32 x 3 x 1, not bytes");
    for (const double label : {0.0, 11.0, 1.5, -1.0, 1e300})
        CHECK_THAT(svhn_refusal(images({32, 32, 3, 1}, pixels), {"y", {1, 1}, std::vector<double>{label}, false}).found,
                   Contains("of sample 1"));
    CHECK(svhn_refusal(images({32, 32, 3, 1}, pixels), {"y", {2, 1}, std::vector<double>{1, 1}, false}).found ==
          "2 labels");
}

TEST_CASE("mat: variables that are not there or hold no real numbers are refused by name") {
    const test::Folder folder;
    const std::string path = folder.path("f.mat");
    mat_t* file = Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT5);
    put(file, "text", MAT_C_CHAR, MAT_T_UINT8, {1, 3}, std::vector<char>{'a', 'b', 'c'});
    put(file, "d", MAT_C_DOUBLE, MAT_T_DOUBLE, {2, 2}, std::vector<double>{1, 2, 3, 4.5});
    put(file, "i", MAT_C_INT16, MAT_T_INT16, {1, 2}, std::vector<std::int16_t>{-3, 3});
    Mat_Close(file);
    const auto arrays = read_mat(path, {"i", "d"});
    CHECK(std::get<std::vector<double>>(arrays.at(0).values) == std::vector<double>{-3, 3});
    CHECK(arrays.at(0).is_whole);
    CHECK(std::get<std::vector<double>>(arrays.at(1).values) == std::vector<double>{1, 2, 3, 4.5});
    CHECK(error_of([&] { read_mat(path, {"X"}); }).place.file == path + ": X");
    CHECK_THAT(error_of([&] { read_mat(path, {"text"}); }).found, Contains("no full array"));
    CHECK_THAT(error_of([&] { read_mat(folder.write("g.mat", "neither"), {"X"}); }).found, Contains("no MATLAB file"));
}
