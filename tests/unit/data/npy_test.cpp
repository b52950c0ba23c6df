#include "data/readers/npy.hpp"

#include <cmath>
#include <limits>

#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

Array parse(const std::string& type, const std::string& shape, const std::string& values) {
    return parse_npy(npy(npy_header(type, shape), values), "x.npy");
}

InputError::Parts refusal(const std::string& bytes) {
    return error_of([&] { parse_npy(bytes, "x.npy"); });
}

template <class T>
std::vector<double> numbers(const std::string& type, const std::vector<T>& values) {
    const Array array = parse(type, "(" + std::to_string(values.size()) + ",)", raw(values));
    return std::visit([](const auto& v) { return std::vector<double>(v.begin(), v.end()); }, array.values);
}

std::string reversed(std::string bytes) { return {bytes.rbegin(), bytes.rend()}; }

}  // namespace

TEST_CASE("npy: numbers of every size, bytes and float32 as they are, the others as double") {
    CHECK(std::get<std::vector<std::uint8_t>>(parse("|u1", "(2, 1)", "\x01\xff").values) ==
          std::vector<std::uint8_t>{1, 255});
    CHECK(std::get<std::vector<float>>(parse("<f4", "(1,)", raw<float>({0.1f})).values) == std::vector<float>{0.1f});
    CHECK(numbers<double>("<f8", {0.1, -2}) == std::vector<double>{0.1, -2});
    CHECK(numbers<std::int8_t>("|i1", {-128, 127}) == std::vector<double>{-128, 127});
    CHECK(numbers<std::uint16_t>("<u2", {65535}) == std::vector<double>{65535});
    CHECK(numbers<std::int16_t>("<i2", {-300}) == std::vector<double>{-300});
    CHECK(numbers<std::uint32_t>("<u4", {4000000000}) == std::vector<double>{4e9});
    CHECK(numbers<std::int32_t>("<i4", {-70000}) == std::vector<double>{-70000});
    CHECK(numbers<std::uint64_t>("<u8", {5}) == std::vector<double>{5});
    CHECK(numbers<std::int64_t>("<i8", {-5}) == std::vector<double>{-5});
}

TEST_CASE("npy: truth values are 0 and 1 and no pixels; float16 is exact") {
    const Array truths = parse("|b1", "(3,)", std::string("\0\1\1", 3));
    CHECK(truths.is_whole);
    CHECK(std::get<std::vector<float>>(truths.values) == std::vector<float>{0, 1, 1});
    // 1, -2, the largest, the smallest normal and subnormal number, -0, infinity
    const std::vector<std::uint16_t> bits{0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000, 0x7c00};
    const std::vector<double> values{1, -2, 65504, 0x1p-14, 0x1p-24, 0, std::numeric_limits<double>::infinity()};
    CHECK(numbers("<f2", bits) == values);
    CHECK_FALSE(parse("<f2", "(1,)", std::string(2, '\0')).is_whole);
    CHECK(numbers(">f2", std::vector<std::uint16_t>{0x003c}) == std::vector<double>{1});
    CHECK(std::isnan(numbers("<f2", std::vector<std::uint16_t>{0x7e00})[0]));
}

TEST_CASE("npy: the other byte order gives the same numbers") {
    CHECK(std::get<std::vector<double>>(parse(">f8", "(1,)", reversed(raw<double>({0.3}))).values)[0] == 0.3);
    CHECK(std::get<std::vector<double>>(parse(">i4", "(1,)", reversed(raw<std::int32_t>({-7}))).values)[0] == -7);
}

TEST_CASE("npy: headers of versions 1 to 3, in any order and spacing, and of Python 2") {
    for (const char version : {'\1', '\2', '\3'})
        CHECK(parse_npy(npy(npy_header("|u1", "(2, 3)"), "abcdef", version), "f").shape ==
              std::vector<std::size_t>{2, 3});
    CHECK(parse_npy(npy(R"({ "shape":(2L,3L),"fortran_order":False ,"descr":"|u1"}     )", "abcdef"), "f").shape ==
          std::vector<std::size_t>{2, 3});
    CHECK(parse("|u1", "()", "a").shape.empty());
}

TEST_CASE("npy: Fortran order is refused with the remedy, unless there is but one axis") {
    const auto error = refusal(npy(npy_header("|u1", "(2, 3)", "True"), "abcdef"));
    CHECK(error.found == "Fortran order");
    CHECK_THAT(error.hint, Contains("ascontiguousarray"));
    CHECK(parse_npy(npy(npy_header("|u1", "(6,)", "True"), "abcdef"), "f").shape[0] == 6);
}

TEST_CASE("npy: every truncation is an error, and so are bytes after the end") {
    const std::string whole = npy(npy_header("<i4", "(2, 3)"), std::string(24, '\1'));
    for (std::size_t n = 0; n < whole.size(); ++n) CHECK(refusal(whole.substr(0, n)).place.file == "x.npy");
    CHECK_THAT(refusal(whole + "x").expected, Contains("2 x 3 of 4 bytes"));
    CHECK(refusal(whole + "x").hint == "1 bytes more than its header says");
    CHECK(refusal(whole + std::string(12, 'x')).hint == "12 bytes more than its header says");
    CHECK_THAT(refusal(whole.substr(0, whole.size() - 1)).hint, Contains("truncated"));
}

TEST_CASE("npy: a shape beyond the file is refused before anything is allocated") {
    for (const std::string shape : {"(18446744073709551615, 18446744073709551615)", "(4294967296, 4294967296, 3)",
                                    "(3, 9223372036854775807)", "(4,)"})
        CHECK(refusal(npy(npy_header("|u1", shape), "abc")).found == "3 bytes after the header");
    CHECK(refusal(npy(npy_header("|u1", "(99999999999999999999,)"), "abc")).found.starts_with("header"));
}

TEST_CASE("npy: other types, other files and strange headers are refused") {
    for (const std::string type : {"<c8", "|O", "<U3", "|S1", "<f16", "f4", "", "<m8[s]"})
        CHECK_THAT(refusal(npy(npy_header(type, "(1,)"), "a")).found, Contains("elements of type"));
    CHECK_THAT(refusal(npy(npy_header("<U3", "(1,)"), "a")).hint, Contains("labels as numbers"));
    CHECK_THAT(refusal(npy(npy_header("<U3", "(1,)"), "a")).found, Contains("(text)"));
    CHECK_THAT(refusal(npy(npy_header("<f16", "(1,)"), "a")).found, Contains("(long double)"));
    CHECK_THAT(refusal(npy(npy_header("|O", "(1,)"), "a")).hint, Contains("labels: y.astype('int64')"));
    for (const std::string header :
         {"", "{", "{}", "{'descr': '<f4'}", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
          "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} x", "{'descr': '|u1", "['descr']",
          "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,)}",
          "{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}",
          "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
          "{'descr': '|u1', 'fortran_order': False, 'shape': 1}", "{\x01\xff\n"})
        CHECK_THAT(refusal(npy(header, "a")).found, Contains("header"));
    CHECK_THAT(refusal("PK\3\4 and so on, an archive").hint, Contains(".npz"));
    CHECK_THAT(refusal(npy(npy_header("|u1", "(1,)"), "a", 9)).found, Contains("version 9"));
}

TEST_CASE("npy: a file may be compressed") {
    const test::Folder folder;
    CHECK(read_npy(folder.write("x.npy.gz", gzip(npy(npy_header("|u1", "(3,)"), "abc")))).shape[0] == 3);
}
