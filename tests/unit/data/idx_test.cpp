#include "data/readers/idx.hpp"

#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

const std::string images = idx({2, 2, 3}, {0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255});
const std::string labels = idx({2}, {3, 1});

InputError::Parts refusal(const std::string& image_bytes, const std::string& label_bytes, std::int64_t classes = 0) {
    return error_of([&] { parse_idx(image_bytes, "images", label_bytes, "labels", classes); });
}

}  // namespace

TEST_CASE("an IDX image is one row of bytes") {
    const Records records = parse_idx(images, "images", labels, "labels");
    CHECK(records.features == 6);
    CHECK(records.outputs == 4);
    CHECK(records.size() == 2);
    CHECK(records.full_scale == 255);
    CHECK(std::get<std::vector<std::uint8_t>>(records.inputs)[6] == 250);
    CHECK(records.labels == std::vector<std::uint16_t>{3, 1});
    CHECK(parse_idx(images, "images", labels, "labels", 10).outputs == 10);
}

TEST_CASE("every truncation of an IDX file is an error with its name") {
    for (std::size_t n = 0; n < images.size(); ++n) CHECK(refusal(images.substr(0, n), labels).place.file == "images");
    for (std::size_t n = 0; n < labels.size(); ++n) CHECK(refusal(images, labels.substr(0, n)).place.file == "labels");
}

TEST_CASE("bytes after the end of an IDX file are an error") {
    CHECK_THAT(refusal(images + "x", labels).expected, Contains("2 x 2 x 3"));
}

TEST_CASE("a header that claims more than the file holds is refused before anything is allocated") {
    constexpr std::uint32_t most = 4294967295;
    for (const auto& shape : std::vector<std::vector<std::uint32_t>>{
             {most, most}, {most, most, most}, {65536, 65536, 65536, 65536}, {2147483648, 2147483648, 4}, {most, 1}}) {
        const auto error = refusal(idx(shape, {1, 2, 3}), labels);
        CHECK(error.found == "3 bytes after the header");
        CHECK_THAT(error.expected, Contains(std::to_string(shape.front())));
    }
}

TEST_CASE("wrong magic numbers are refused, also images given as labels") {
    CHECK_THAT(refusal(labels, images).found, Contains("00 00 08 01"));
    CHECK_THAT(refusal(images, images).expected, Contains("labels as unsigned bytes"));
    CHECK_THAT(refusal("<html>404 not found</html>", labels).found, Contains("3c 68 74 6d"));
    std::string floats = images;
    floats[2] = 0x0d;
    CHECK_THAT(refusal(floats, labels).found, Contains("00 00 0d 03"));
}

TEST_CASE("axes of length zero are refused") {
    CHECK(refusal(idx({0, 2, 3}, {}), labels).found == "axis 1 of length 0");
    CHECK(refusal(idx({2, 0, 3}, {}), labels).found == "axis 2 of length 0");
}

TEST_CASE("as many labels as images") {
    const auto error = refusal(images, idx({3}, {0, 1, 2}));
    CHECK(error.place.file == "labels");
    CHECK(error.found == "3 labels");
    CHECK_THAT(error.expected, Contains("2, one for each"));
}

TEST_CASE("a label beyond the classes is refused with its sample") {
    const auto error = refusal(images, labels, 3);
    CHECK(error.found == "label 3 of sample 1");
    CHECK(error.expected == "0 to 2");
}

TEST_CASE("idx: bytes after the end are counted, missing ones are not taken for them") {
    const std::string images = idx({2, 1, 2}, {1, 2, 3, 4}), labels = idx({2}, {0, 1});
    const auto hint = [&](const std::string& i, const std::string& l) {
        return error_of([&] { parse_idx(i, "images", l, "labels"); }).hint;
    };
    CHECK(hint(images + std::string(12, 'x'), labels) == "12 bytes more than its header says");
    CHECK(hint(images, labels + "x") == "1 bytes more than its header says");
    CHECK(hint(images.substr(0, images.size() - 1), labels) == "is the file truncated?");
}
