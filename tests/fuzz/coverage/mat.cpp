// The first byte chooses. Odd: the rest is a MATLAB file. Covered is that it ends in one InputError or in consistent
// records whatever the C library does with it; the library itself is not, it reads in a process that the fuzzer does
// not see (see hdf5.cpp). Even: the rest describes two arrays as they come back from there, and all that is done with
// them is covered.
#include <algorithm>

#include "data/readers/svhn.hpp"
#include "tests/fuzz/coverage/target.hpp"
#include "tests/unit/data/array_files.hpp"
#include "tests/unit/data/made_files.hpp"

namespace apical::fuzz {
namespace {

/// Three bytes say what the arrays are: the extents, the last axis, and what the labels are made of.
Records read_arrays(std::string_view bytes) {
    const auto at = [&](std::size_t i) {
        return i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : std::uint8_t{0};
    };
    const std::size_t side = at(0) % 8 == 7 ? at(0) : 32, samples = at(1) % 4;
    Array images{"X", {side, 32, 3}, {}, true};
    if (at(1) % 16 < 12) images.shape.push_back(samples);
    std::vector<std::uint8_t> pixels(element_count(images.shape, 1 << 20));
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = at(i % 97);
    images.values = pixels;
    std::vector<double> numbers;
    for (std::size_t i = 3; i < bytes.size(); ++i) numbers.push_back(at(i) * (at(2) % 2 == 0 ? 1.0 : 0.5));
    Array labels{"y", {numbers.size(), 1}, numbers, false};
    if (at(2) % 3 == 0) labels.values = std::vector<std::uint8_t>(numbers.begin(), numbers.end());
    return svhn_records(std::move(images), labels);
}

}  // namespace

void attempt(std::string_view bytes) {
    if (bytes.empty()) return;
    const std::string_view rest = bytes.substr(1);
    require_consistent((bytes[0] & 1) != 0 ? read_svhn(file_of(rest)) : read_arrays(rest));
}

std::vector<std::string> seeds() {
    const test::Folder folder;
    std::vector<std::string> result{std::string("\0\0\2\0\1\12", 6)};
    for (const auto version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
        write_svhn(folder.path("seed.mat"), {1, 10}, version);
        result.push_back("\1" + contents(folder.path("seed.mat")));
    }
    return result;
}

}  // namespace apical::fuzz
