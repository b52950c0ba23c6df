#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "sim/core/random.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "sim/record/netcdf.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;

namespace {

/// If not 0: the process kills itself within this write to a file, counted from 1, having written only `pages_kept`
/// pages of it. That is where a kernel looks for signals: between the pages of a write, never inside one.
std::uint64_t fatal_write = 0, pages_kept = 0, writes = 0;

void die_if_fatal(int descriptor, const void* buffer, std::size_t size, off_t offset) {
    if (fatal_write == 0 || ++writes != fatal_write) return;
    constexpr std::size_t page = 4096;
    std::size_t kept = 0;
    for (std::uint64_t k = 0; k < pages_kept && kept < size; ++k)
        kept += std::min(size - kept, page - (static_cast<std::size_t>(offset) + kept) % page);
    if (kept > 0) (void)!::syscall(SYS_pwrite64, descriptor, buffer, kept, offset);
    ::raise(SIGKILL);
}

}  // namespace

// In place of the C library's, for this program: every write of the file passes here.
extern "C" ssize_t pwrite(int descriptor, const void* buffer, size_t size, off_t offset) {
    die_if_fatal(descriptor, buffer, size, offset);
    return ::syscall(SYS_pwrite64, descriptor, buffer, size, offset);
}
extern "C" ssize_t pwrite64(int descriptor, const void* buffer, size_t size, off64_t offset) {
    return pwrite(descriptor, buffer, size, offset);
}

namespace {

struct Report {
    std::uint64_t metrics, weights;  ///< rows in the file after a flush
};

constexpr std::uint64_t rows_per_weight = 20;

/// With chunks of three rows, so that their index grows, and splits, all the time.
Series small_weights() {
    Series series = weights(8, 12);
    series.expected_rows = 3;
    return series;
}

/// With so many variables that the header of their time, which refers to all of them, takes several blocks.
constexpr std::size_t columns = 14;
Series many_metrics() {
    Series series = metrics();
    while (series.variables.size() < columns)
        series.variables.push_back({"metric" + std::to_string(series.variables.size()), "1", "another one", {}});
    return series;
}

/// A run that reports every flush and never ends by itself, or after `rows`.
[[noreturn]] void run(Hdf5Sink::Options options, int reports, std::uint64_t first, std::uint64_t rows,
                      bool wall_clock) {
    Hdf5Sink sink(std::move(options));
    const auto m = sink.open(many_metrics()), w = sink.open(small_weights());
    sink.text("/config", "seed = 1");
    const auto flush = [&] {
        sink.flush();
        const Report report{sink.rows()[0], sink.rows()[1]};
        if (::write(reports, &report, sizeof report) != sizeof report) ::_exit(3);
    };
    flush();
    auto last = std::chrono::steady_clock::now();
    for (std::uint64_t row = first; row < rows; ++row) {
        append_rows(sink, m, row, row + 1, columns);
        if (row % rows_per_weight == 0) append_rows(sink, w, row / rows_per_weight, row / rows_per_weight + 1, 96);
        const auto now = std::chrono::steady_clock::now();
        if (wall_clock ? now - last < std::chrono::milliseconds(5) : row % 200 != 199) continue;
        flush();
        last = now;
    }
    sink.close();
    ::_exit(0);
}

struct Killed {
    bool by_signal = false;
    std::uint64_t flushes = 0;
    Report last{0, 0};
};

/// Starts `child(pipe)`, kills it `delay` after its first report (never, if negative), and gives its last report.
template <class Child>
Killed watch(const Child& child, std::chrono::microseconds delay) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t process = ::fork();
    if (process == 0) {
        ::close(ends[0]);
        child(ends[1]);
        ::_exit(4);
    }
    ::close(ends[1]);
    Killed killed;
    const auto read = [&] {
        Report report{};
        if (::read(ends[0], &report, sizeof report) != sizeof report) return false;
        killed.last = report;
        ++killed.flushes;
        return true;
    };
    if (read() && delay.count() >= 0) {
        ::usleep(static_cast<useconds_t>(delay.count()));
        ::kill(process, SIGKILL);
    }
    while (read()) {
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(process, &status, 0);
    killed.by_signal = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    if (!killed.by_signal) REQUIRE(status == 0);
    return killed;
}

/// The file opens and holds at least these rows, the right ones.
void require_rows(const std::string& path, const Report& rows) {
    const auto file = hdf5::File::open(path);
    if (rows.metrics > 0) {
        const auto time = file.data_set("/metrics/time").read_rows<double>(0, rows.metrics);
        const auto loss = file.data_set("/metrics/loss").read_rows<double>(0, rows.metrics);
        bool good = true;
        for (std::uint64_t row = 0; row < rows.metrics; ++row)
            good = good && loss[row] == number(row, 0) && time[row] == 10.0 * static_cast<double>(row);
        REQUIRE(good);
    }
    if (rows.weights > 0) {
        const auto w = file.data_set("/weights/W1").read_rows<double>(0, rows.weights);
        bool good = true;
        for (std::uint64_t k = 0; k < w.size(); ++k) good = good && w[k] == number(k / 96, k % 96);
        REQUIRE(good);
    }
}

/// Beyond the rows that are promised: whatever else the file says it holds is right.
void require_right(const std::string& path) {
    const auto file = hdf5::File::open(path);
    for (const Series& series : {many_metrics(), small_weights()}) {
        if (!file.exists(series.group)) continue;
        const auto time = file.data_set(series.group + "/time").read<double>();
        for (std::size_t row = 0; row < time.size(); ++row) REQUIRE(time[row] == 10.0 * static_cast<double>(row));
        std::size_t first = 0;
        for (const Variable& variable : series.variables) {
            const auto data = file.data_set(series.group + "/" + variable.name);
            const std::size_t length = variable.axes.empty() ? 1 : 96;
            const auto values = data.read<double>();
            bool good = true;
            for (std::size_t k = 0; k < values.size(); ++k)
                good = good && values[k] == number(k / length, first + k % length);
            CAPTURE(variable.name);
            REQUIRE(good);
            first += length;
        }
    }
}

Hdf5Sink::Options options_for(const std::string& path) {
    Hdf5Sink::Options options;
    options.path = path;
    options.force = true;
    options.flush_interval = 0.005;
    return options;
}

void kill_at_random(int times) {
    const Folder folder;
    const Random random(42);
    const std::string path = folder.path("run.h5");
    std::uint64_t flushes = 0, rows = 0;
    for (int k = 0; k < times; ++k) {
        const auto delay = std::chrono::microseconds(
            static_cast<std::int64_t>(120000 * random.uniform(Random::stream("delay"), static_cast<std::uint32_t>(k))));
        const Killed killed =
            watch([&](int reports) { run(options_for(path), reports, 0, ~std::uint64_t{0}, true); }, delay);
        CAPTURE(k, delay.count());
        REQUIRE(killed.by_signal);
        require_rows(path, killed.last);
        require_right(path);
        flushes += killed.flushes;
        rows += killed.last.metrics;
    }
    INFO(times << " kills, " << flushes << " flushes, " << rows << " rows");
    CHECK(flushes > static_cast<std::uint64_t>(times));
    CHECK(rows > 0);
}

/// Kills a run inside each of its writes in turn (each `stride`-th), before the first page of it or after.
int kill_in_every_write(const std::string& path, std::uint64_t pages, std::uint64_t stride, const std::string& start,
                        const Report& before = {0, 0}) {
    int kills = 0;
    for (std::uint64_t write = 1;; write += stride) {
        if (!start.empty()) std::filesystem::copy_file(start, path, std::filesystem::copy_options::overwrite_existing);
        const Killed killed = watch(
            [&](int reports) {
                auto options = options_for(path);
                options.flush_interval = 1e9;
                if (!start.empty())
                    options.resume = Hdf5Sink::Continuation{{many_metrics(), small_weights()}, {700, 35}};
                fatal_write = write;
                pages_kept = pages;
                run(std::move(options), reports, start.empty() ? 0 : 700, 6000, false);
            },
            std::chrono::microseconds(-1));
        CAPTURE(write, pages);
        if (!killed.by_signal) return kills;
        ++kills;
        if (!start.empty()) {
            // Of the part before, all that was flushed.
            require_rows(path, {std::max<std::uint64_t>(before.metrics, killed.last.metrics),
                                std::max<std::uint64_t>(before.weights, killed.last.weights)});
            require_right(path);
        } else if (killed.flushes > 0) {
            require_rows(path, killed.last);
            require_right(path);
        }
    }
}

using Contents = std::map<std::string, std::map<std::string, std::string>>;  ///< object -> attribute -> text

/// Of all objects; of data sets also what they hold.
Contents contents_of(const std::string& path) {
    const auto file = hdf5::File::open(path);
    Contents found;
    const auto look = [&](const hdf5::Object& object) {
        auto& attributes = found[object.name()];
        for (const std::string& name : object.attributes()) {
            const bool is_text = name != "DIMENSION_LIST" && name != "REFERENCE_LIST" && !name.starts_with("_Netcdf4");
            attributes[name] = is_text ? object.attribute(name).value() : "";
        }
    };
    const std::function<void(const std::string&)> go_through = [&](const std::string& group) {
        look(file.group(group));
        for (const std::string& name : file.list(group)) {
            const std::string child = join(group, name);
            if (file.is_group(child)) {
                go_through(child);
                continue;
            }
            const hdf5::DataSet data = file.data_set(child);
            look(data);
            std::string& held = found[child]["(values)"];
            if (data.kind() == hdf5::Kind::text) held = data.text();
            else
                for (const double value : data.read<double>()) held += std::to_string(value) + " ";
        }
    };
    go_through("/");
    return found;
}

/// What a run that goes on, and ends, does to the structure of its file, at its worst: attributes of other lengths in
/// groups with and without members, some of them beyond a page, another text, new groups in several old ones.
[[noreturn]] void change_structure(Hdf5Sink::Options options) {
    const Series first = many_metrics(), second = small_weights();
    options.resume = Hdf5Sink::Continuation{{first, second}, {0, 0}};
    options.compress_at_close = false;
    Hdf5Sink sink(std::move(options));
    sink.open(first);
    sink.open(second);
    sink.text("/config", "seed = 1\nlanes = 2");
    for (const char* group : {"/provenance", "/metrics", "/weights"})
        for (int k = 0; k < 12; ++k)
            sink.attribute(group, "note" + std::to_string(k), std::string(static_cast<std::size_t>(k * k * 60), 'b'));
    sink.flush();
    for (const char* group : {"/final", "/metrics/final", "/weights/final"})
        for (const char* name : {"W1", "V1"})
            sink.write({group, second.axes, {name, "nS", "weights", {"post", "pre"}}, row_of(3, 96)});
    sink.attribute("/provenance", "ending", "done");
    sink.flush();
    sink.close();
    ::_exit(0);
}

}  // namespace

TEST_CASE("attributes, groups and texts change without a moment at which one is missing") {
    const Folder folder;
    const std::string start = folder.path("start.h5"), path = folder.path("run.h5"), whole = folder.path("whole.h5");
    {
        Hdf5Sink sink(options_for(start));
        const auto m = sink.open(many_metrics()), w = sink.open(small_weights());
        sink.text("/config", "seed = 1");
        for (const char* group : {"/provenance", "/metrics", "/weights"})
            for (int k = 0; k < 12; ++k)
                sink.attribute(group, "note" + std::to_string(k), std::string(static_cast<std::size_t>(k * 90), 'a'));
        append_rows(sink, m, 0, 50, columns);
        append_rows(sink, w, 0, 10, 96);
        sink.close();
    }
    const Contents before = contents_of(start);
    Contents after;
    const std::uint64_t pages = GENERATE(0, 1);
    const auto child = [&](int) { change_structure(options_for(path)); };
    std::filesystem::copy_file(start, path);
    const Killed never = watch(child, std::chrono::microseconds(-1));
    REQUIRE(!never.by_signal);
    after = contents_of(path);
    REQUIRE(after.contains("/weights/final/V1"));
    REQUIRE(after.at("/metrics").at("note11").size() > 4096);
    std::set<Contents> states;
    for (fatal_write = 1, pages_kept = pages;; ++fatal_write) {
        std::filesystem::copy_file(start, path, std::filesystem::copy_options::overwrite_existing);
        if (!watch(child, std::chrono::microseconds(-1)).by_signal) break;
        CAPTURE(fatal_write);
        const Contents now = contents_of(path);
        for (const auto& [object, attributes] : now) {
            CAPTURE(object);
            REQUIRE(after.contains(object));
            if (object == "/" || attributes == after.at(object)) continue;
            if (object == "/provenance" && attributes.contains("note11") && !attributes.contains("ending") &&
                attributes.at("note11") == after.at(object).at("note11"))
                continue;  // changed twice
            REQUIRE(before.contains(object));
            REQUIRE(attributes == before.at(object));
        }
        for (const auto& [object, attributes] : before) REQUIRE(now.contains(object));
        states.insert(now);
    }
    CHECK(fatal_write > 50);
    CHECK(states.size() > 5);
    fatal_write = 0;
}

TEST_CASE("a run killed at 40 random moments loses no flushed row") { kill_at_random(40); }

TEST_CASE("a run killed at 400 random moments loses no flushed row", "[paper]") { kill_at_random(400); }

TEST_CASE("a run killed inside any of its writes loses no flushed row") {
    const Folder folder;
    CHECK(kill_in_every_write(folder.path("run.h5"), GENERATE(0, 1), 11, "") > 25);
}

TEST_CASE("a resumed run killed inside any of its writes keeps every row that was flushed before") {
    const Folder folder;
    const std::string start = folder.path("start.h5");
    // Interrupted after more rows than its checkpoint knows.
    const Killed first =
        watch([&](int reports) { run(options_for(start), reports, 0, 3000, false); }, std::chrono::microseconds(-1));
    REQUIRE(first.last.metrics == 3000);
    CHECK(kill_in_every_write(folder.path("run.h5"), GENERATE(0, 1), 11, start, first.last) > 25);
}

TEST_CASE("a run killed inside any of its writes loses no flushed row (every write)", "[paper]") {
    const Folder folder;
    CHECK(kill_in_every_write(folder.path("run.h5"), GENERATE(0, 1, 2), 1, "") > 100);
}
