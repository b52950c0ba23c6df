#include "data/readers/bytes.hpp"

#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

TEST_CASE("a file is decompressed by its content, not by its name") {
    const test::Folder folder;
    CHECK(read_bytes(folder.write("plain.gz", "1,2\n")) == "1,2\n");
    CHECK(read_bytes(folder.write("zipped.csv", gzip("1,2\n"))) == "1,2\n");
}

TEST_CASE("gzip members follow each other, and zeros may pad the end") {
    CHECK(decompress(gzip("ab") + gzip("cd"), "f") == "abcd");
    CHECK(decompress(gzip("ab") + std::string(512, '\0'), "f") == "ab");
    CHECK(decompress(gzip(std::string(1'000'000, 'x')), "f") == std::string(1'000'000, 'x'));
}

TEST_CASE("every truncation of a gzip file is an error") {
    const std::string whole = gzip("a text of some length, 12345 67890");
    for (std::size_t n = 2; n < whole.size(); ++n)
        CHECK_THAT(error_of([&] { decompress(whole.substr(0, n), "f"); }).found, Contains("end too early"));
}

TEST_CASE("a corrupted gzip file is an error that says so") {
    std::string bytes = gzip("a text of some length, 12345 67890");
    bytes[bytes.size() - 6] ^= 1;  // checksum
    CHECK_THAT(error_of([&] { decompress(bytes, "f"); }).found, Contains("corrupted"));
    CHECK_THAT(error_of([&] { decompress(gzip("ab") + "more", "f"); }).found, Contains("4 bytes after the end"));
}

TEST_CASE("a gzip bomb is refused at the limit") {
    const std::string bomb = gzip(std::string(5'000'000, '\0'));
    REQUIRE(bomb.size() < 10'000);
    CHECK_THAT(error_of([&] { decompress(bomb, "f", 1'000'000); }).found, Contains("more than 1000000 bytes"));
    CHECK(decompress(bomb, "f", 5'000'000).size() == 5'000'000);  // the limit itself is permitted
}

TEST_CASE("a file that is missing, empty, a folder or too long is an error with its name") {
    const test::Folder folder;
    CHECK(error_of([&] { read_bytes(folder.path("none")); }).place.file == folder.path("none"));
    CHECK(error_of([&] { read_bytes(folder.write("empty", "")); }).found == "an empty file");
    CHECK(error_of([&] { read_bytes(folder.write("empty.gz", gzip(""))); }).found == "an empty file");
    CHECK_THAT(error_of([&] { read_bytes(folder.path()); }).found, Contains("no readable file"));
    CHECK_THAT(error_of([&] { read_bytes(folder.write("long", "12345"), 4); }).found, Contains("more than 4 bytes"));
}
