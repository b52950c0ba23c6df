// The process in which C libraries read: whatever becomes of it, this one goes on with a result or an InputError.
#include "data/readers/subprocess.hpp"

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>

#include "data/readers/hdf5.hpp"
#include "data/readers/svhn.hpp"
#include "sim/core/random.hpp"
#include "sim/core/subprocess.hpp"
#include "tests/unit/data/array_files.hpp"
#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer);
#else
constexpr bool sanitized = false;
#endif

// In every test of this program: what damaged files of the two libraries end in is part of them.
const bool is_switched_on = (read_in_subprocesses(), true);

InputError::Parts refusal(const std::function<std::vector<Array>()>& read) {
    return error_of([&] { read_in_subprocess("some file", read); });
}

std::string bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Reads copies of `whole` with 1 to 4 bytes changed, mostly near the begin, and cut ones.
void damage(const std::string& whole, std::uint32_t times, const std::function<std::size_t(const std::string&)>& read) {
    const test::Folder folder;
    const std::string bytes = bytes_of(whole);
    REQUIRE(read(whole) > 0);
    int refused = 0;
    const auto attempt = [&](const std::string& damaged) {
        try {
            read(folder.write("damaged", damaged));
        } catch (const InputError& error) {
            ++refused;
            if (error.parts().found.empty()) FAIL("an error that says nothing");
        }
    };
    const Random random(2024);
    for (std::uint32_t number = 0; number < times; ++number) {
        std::string damaged = bytes;
        for (std::uint32_t i = 0; i <= random.bits(0, 0, number)[0] % 4; ++i) {
            const auto r = random.bits(1, i, number);
            const std::size_t within = r[0] % 2 == 0 ? damaged.size() : std::min<std::size_t>(damaged.size(), 512);
            damaged[r[1] % within] = static_cast<char>(r[2] % 3 == 0 ? 0xff : r[3]);
        }
        attempt(damaged);
    }
    for (std::uint32_t number = 0; number < 40; ++number) attempt(bytes.substr(0, bytes.size() * number / 40));
    CHECK(refused >= 40);
}

}  // namespace

TEST_CASE("arrays come back from the other process as they were") {
    std::vector<Array> sent{{"a", {2, 1}, std::vector<double>{0.5, -1}, false},
                            {"b", {3}, std::vector<std::uint8_t>{1, 2, 255}, true},
                            {"c", {1, 300000}, std::vector<float>(300000, 2.5f), false},
                            {"d", {0, 7}, std::vector<double>{}, true}};
    const auto taken = read_in_subprocess("f", [&] { return sent; });
    REQUIRE(taken.size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        CHECK(taken[i].name == sent[i].name);
        CHECK(taken[i].shape == sent[i].shape);
        CHECK(taken[i].values == sent[i].values);
        CHECK(taken[i].is_whole == sent[i].is_whole);
    }
}

TEST_CASE("an error of the reader comes out as it is, and others as one of the file") {
    const auto error = refusal([]() -> std::vector<Array> {
        throw InputError({{"f", 3, 4}, "key", "this", "that", "a hint"});
    });
    CHECK(error.place.file == "f");
    CHECK(error.place.line == 3);
    CHECK(error.place.column == 4);
    CHECK(error.key + error.found + error.expected + error.hint == "keythisthata hint");
    CHECK(refusal([]() -> std::vector<Array> { throw std::runtime_error("something else"); }).found ==
          "something else");
    CHECK_THAT(refusal([]() -> std::vector<Array> { throw std::bad_alloc(); }).found, Contains("memory"));
}

TEST_CASE("a crash, an exit and a loop of the reader are errors of the file") {
    CHECK_THAT(refusal([]() -> std::vector<Array> {
                   std::raise(SIGSEGV);
                   return {};
               }).found,
               Contains("crash"));
    CHECK_THAT(refusal([]() -> std::vector<Array> { std::abort(); }).found, Contains("crash"));
    CHECK_THAT(refusal([]() -> std::vector<Array> { std::_Exit(0); }).found, Contains("gave up"));
    CHECK_THAT(refusal([]() -> std::vector<Array> {
                   std::raise(SIGXCPU);  // what the limit on processor time sends
                   return {};
               }).found,
               Contains("for ever"));
    CHECK(refusal([]() -> std::vector<Array> { return std::vector<Array>(17); }).place.file == "some file");
    CHECK(refusal([]() -> std::vector<Array> {
              return {{"a", {3}, std::vector<double>{1}, false}};
          }).place.file == "some file");
}

TEST_CASE("damaged HDF5 files give InputError or records, never a crash") {
    const test::Folder folder;
    write_hdf5(folder.path("set.h5"));
    damage(folder.path("set.h5"), 300, [](const std::string& path) {
        auto arrays = read_hdf5(path, {"x", "y"});
        return array_records(std::move(arrays.at(0)), arrays.at(1)).size();
    });
}

TEST_CASE("damaged MATLAB files give InputError or records, never a crash") {
    const test::Folder folder;
    for (const auto version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
        write_svhn(folder.path("set.mat"), {1, 10}, version);
        damage(folder.path("set.mat"), 200, [](const std::string& path) { return read_svhn(path).size(); });
    }
}

TEST_CASE("a small file on which a library loops is refused within seconds") {
    // Found by the fuzzer: the header of a file of version 4, and a number of bytes that only seems to be one.
    const std::string found("\0\0\0\0\0\0\0\1\0\0\0\0\0\xF5\x62\xFF\xFF\xCF\0\x37\x78", 21);
    const test::Folder folder;
    const auto used = [] {  // s of the processor, by all processes of readers
        rusage usage{};
        ::getrusage(RUSAGE_CHILDREN, &usage);
        return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
    };
    const auto before = used();
    CHECK_THROWS_AS(read_svhn(folder.write("loop.mat", found)), InputError);
    CHECK(used() - before <= 5);
}

TEST_CASE("the memory of a reader depends on the length of the file") {
    if (sanitized) return;  // then there is no limit
    const test::Folder folder;
    const auto read = [] { return std::vector<Array>{{"a", {50000000}, std::vector<double>(50000000, 1), false}}; };
    const std::string small = folder.write("small", "x"), large = folder.write("large", std::string(100000, 'x'));
    CHECK_THAT(error_of([&] { read_in_subprocess(small, read); }).found, Contains("memory"));
    CHECK(read_in_subprocess(large, read).at(0).shape.at(0) == 50000000);
}
