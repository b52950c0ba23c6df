#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/core/error.hpp"
#include "sim/core/random.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/checkpoint.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;

// The library (1.10) does not free everything when it gives a damaged file up.
// NOLINTNEXTLINE(readability-identifier-naming,bugprone-reserved-identifier): the sanitizer looks for it by this name
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

// A crash, a hang (the test's time limit) or an allocation beyond the limit below fails the program as a whole.
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer);
#else
constexpr bool sanitized = false;
#endif

/// Allocations beyond a few GB fail while this lives. The address sanitizer needs more than that for itself.
class MemoryLimit {
   public:
    MemoryLimit() {
        ::getrlimit(RLIMIT_AS, &before_);
        const rlimit limit{std::uint64_t{3} << 30, before_.rlim_max};
        if (!sanitized) ::setrlimit(RLIMIT_AS, &limit);
    }
    ~MemoryLimit() { ::setrlimit(RLIMIT_AS, &before_); }
    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;

   private:
    rlimit before_{};
};

std::string bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void put(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

void write_run(const std::string& path, bool compress) {
    Hdf5Sink::Options options;
    options.path = path;
    options.compress_at_close = compress;
    Hdf5Sink sink(options);
    sink.text("/config", "seed = 1");
    Series small = weights(3, 5);
    small.expected_rows = 2;
    const auto m = sink.open(metrics()), w = sink.open(small);
    append_rows(sink, m, 0, 10, 2);
    append_rows(sink, w, 0, 5, 15);
    sink.finish();
}

void write_checkpoint(const std::string& path) {
    CheckpointWriter writer(path);
    writer.put("weights/W1", std::vector<float>(500, 1.5f));
    writer.put("state", counted(100));
    writer.put("rows", std::vector<std::uint64_t>{10, 5});
    writer.put("experiment", std::string("seed = 1\n"));
    writer.commit();
}

void read_all(const hdf5::File& file, const std::string& path, int depth = 0) {
    if (depth > 10) return;  // damaged links may make a circle
    const auto attributes = [](const hdf5::Object& object) {
        for (const std::string& name : object.attributes()) try {
                object.attribute(name);
            } catch (const InputError&) {  // many are no text
            }
    };
    if (file.is_group(path)) {
        attributes(file.group(path));
        for (const std::string& name : file.list(path))
            read_all(file, (path == "/" ? "/" : path + "/") + name, depth + 1);
        return;
    }
    const hdf5::DataSet data = file.data_set(path);
    attributes(data);
    data.scales();
    data.kind() == hdf5::Kind::text ? (void)data.text() : (void)data.read<double>();
}

void read_run(const std::string& path) { read_all(hdf5::File::open(path), "/"); }

/// Every array, compared with what was written: true if all is the same.
bool checkpoint_is_right(const std::string& path) {
    const CheckpointReader reader(path);
    std::vector<float> weights(500);
    std::vector<double> state(100);
    reader.take("weights/W1", std::span(weights));
    reader.take("state", std::span(state));
    return weights == std::vector<float>(500, 1.5f) && state == counted(100) &&
           reader.numbers("rows") == std::vector<std::uint64_t>{10, 5} && reader.text("experiment") == "seed = 1\n";
}

void resume_run(const std::string& path) {
    Hdf5Sink::Options options;
    options.path = path;
    Series small = weights(3, 5);
    small.expected_rows = 2;
    options.resume = Hdf5Sink::Continuation{{metrics(), small}, {7, 3}};
    Hdf5Sink sink(options);
    const auto m = sink.open(metrics()), w = sink.open(small);
    sink.text("/config", "seed = 1");
    append_rows(sink, m, 7, 10, 2);
    append_rows(sink, w, 3, 5, 15);
    sink.finish();
}

/// Whether the reader took it. Only the two kinds of error may come out.
template <class Read>
bool accepts(const Read& read, const std::string& path) {
    try {
        read(path);
        return true;
    } catch (const InputError&) {
    } catch (const RunError&) {
    }
    return false;
}

struct Damage {
    std::uint64_t seed = 1;         ///< chooses the bit in a byte
    std::size_t zeros = 1;          ///< of the bytes that are 0, mostly unused space, one in so many is damaged
    std::size_t others = 1;         ///< of the others
    bool each_whole_again = false;  ///< for readers that write
};

/// Calls `each(position)` while `path`, a copy of `whole`, has one wrong bit there.
template <class Each>
void damage(const std::string& whole, const std::string& path, const Damage& how, const Each& each) {
    const Random random(how.seed);
    const std::string bytes = bytes_of(whole);
    put(path, bytes);
    for (std::size_t k = 0; k < bytes.size(); ++k) {
        if ((k + how.seed) % (bytes[k] == 0 ? how.zeros : how.others) != 0) continue;
        if (how.each_whole_again) put(path, bytes);
        const auto patch = [&](int byte) {
            std::fstream stream(path, std::ios::binary | std::ios::in | std::ios::out);
            stream.seekp(static_cast<std::streamoff>(k)).put(static_cast<char>(byte));
        };
        patch(bytes[k] ^ 1 << random.bits(1, static_cast<std::uint32_t>(k))[0] % 8);
        each(k);
        if (!how.each_whole_again) patch(bytes[k]);
    }
}

void damage_runs(const Damage& reading, const Damage& resuming) {
    const Folder folder;
    const std::string whole = folder.path("whole.h5"), damaged = folder.path("damaged.h5");
    for (const bool compressed : {false, true}) {
        write_run(whole, compressed);
        const MemoryLimit limit;
        int refused = 0;
        damage(whole, damaged, reading, [&](std::size_t) { refused += accepts(read_run, damaged) ? 0 : 1; });
        damage(whole, damaged, resuming, [&](std::size_t) { refused += accepts(resume_run, damaged) ? 0 : 1; });
        CHECK(refused > 100);
        std::filesystem::remove(whole);
    }
}

void damage_checkpoint(const Damage& how) {
    const Folder folder;
    const std::string whole = folder.path("whole"), damaged = folder.path("damaged");
    write_checkpoint(whole);
    REQUIRE(checkpoint_is_right(whole));
    const MemoryLimit limit;
    damage(whole, damaged, how, [&](std::size_t k) {
        bool right = false;
        if (!accepts([&](const std::string& path) { right = checkpoint_is_right(path); }, damaged)) return;
        CAPTURE(k);
        REQUIRE(right);
    });
}

}  // namespace

TEST_CASE("a damaged run file gives an error or some numbers, never a crash, to readers and to a resumed run") {
    damage_runs({1, 199, 3, false}, {1, 2048, 11, true});
}

// In every byte below, on demand.
TEST_CASE("a checkpoint with any one bit wrong is refused, or right") { damage_checkpoint({1, 5, 2, false}); }

// What sums modulo 65535, as Fletcher's, do not see.
TEST_CASE("a checkpoint in which 0000 became FFFF, or the reverse, is refused, or right") {
    const Folder folder;
    write_checkpoint(folder.path("whole"));
    const std::string bytes = bytes_of(folder.path("whole")), path = folder.path("damaged");
    const std::string zeros(2, '\0'), ones(2, '\xFF');
    const MemoryLimit limit;
    int refused = 0;
    for (std::size_t k = 0; k + 2 <= bytes.size(); ++k) {
        const std::string there = bytes.substr(k, 2);
        if (there != zeros && there != ones) continue;
        CAPTURE(k);
        put(path, std::string(bytes).replace(k, 2, there == zeros ? ones : zeros));
        bool right = true;
        if (!accepts([&](const std::string& file) { right = checkpoint_is_right(file); }, path)) ++refused;
        REQUIRE(right);
    }
    CHECK(refused > 500);  // the numbers of `state` alone have more zeros
}

TEST_CASE("a checkpoint cut anywhere is refused") {
    const Folder folder;
    write_checkpoint(folder.path("whole"));
    const std::string bytes = bytes_of(folder.path("whole"));
    const MemoryLimit limit;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        put(folder.path("cut"), bytes.substr(0, size));
        REQUIRE_THROWS_AS(CheckpointReader(folder.path("cut")), InputError);
    }
}

TEST_CASE("damaged files give no crash, wherever the damage is", "[paper]") {
    const auto seed = GENERATE(range(1, 5));
    damage_runs({static_cast<std::uint64_t>(seed), 16, 1, false}, {static_cast<std::uint64_t>(seed), 64, 1, true});
    damage_checkpoint({static_cast<std::uint64_t>(seed), 1, 1, false});
}

TEST_CASE("a truncated or empty file is refused by every reader") {
    const Folder folder;
    const std::string path = folder.path("file");
    const MemoryLimit limit;
    for (const int which : {0, 1, 2}) {
        which < 2 ? write_run(folder.path("whole"), which == 1) : write_checkpoint(folder.path("whole"));
        const std::string bytes = bytes_of(folder.path("whole"));
        std::filesystem::remove(folder.path("whole"));
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 97) {
            CAPTURE(which, size);
            put(path, bytes.substr(0, size));
            CHECK_THROWS_AS(read_run(path), InputError);
            CHECK_THROWS_AS(checkpoint_is_right(path), InputError);
            CHECK_THROWS_AS(resume_run(path), InputError);
        }
    }
}

TEST_CASE("a header that claims an enormous array is refused before anything is allocated") {
    const Folder folder;
    const std::string path = folder.path("huge.h5");
    {
        auto file = hdf5::File::create(path, hdf5::Layout::sealed);
        file.group("/").set_attribute("format", "apical checkpoint");
        file.group("/").set_attribute("version", "2");
        // Chunks that are never written take no space.
        file.make_data_set("/rows", {hdf5::Kind::uint64, {std::uint64_t{1} << 40}, false, {1024}});
        file.make_data_set("/config", {hdf5::Kind::float32, {1 << 20, 1 << 20, 1 << 20}, false, {1, 1, 1024}});
    }
    const MemoryLimit limit;
    CHECK_THROWS_AS(CheckpointReader(path), InputError);
    CHECK_THROWS_AS(hdf5::File::open(path).data_set("/rows").read<std::uint64_t>(), InputError);
    CHECK_THROWS_AS(hdf5::File::open(path).data_set("/config").read<float>(), InputError);
    CHECK_THROWS_AS(hdf5::File::open(path).data_set("/config").read_rows<float>(0, 1 << 19), InputError);
}
