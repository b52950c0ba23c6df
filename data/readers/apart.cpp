#include "data/readers/apart.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "data/readers/bytes.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool has_shadow_memory = true;
#elif defined(__has_feature)
constexpr bool has_shadow_memory = __has_feature(address_sanitizer);
#else
constexpr bool has_shadow_memory = false;
#endif

constexpr std::uint64_t longest_text = 1 << 16;
constexpr std::uint64_t most_arrays = 16;
constexpr std::uint64_t most_axes = 64;
enum Outcome : std::uint64_t { arrays, input_error };

/// One end of a pipe. The same functions, called in the same order, write on one side and read on the other.
class Pipe {
   public:
    explicit Pipe(int descriptor) : descriptor_(descriptor) {}
    ~Pipe() { ::close(descriptor_); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    bool put(const void* data, std::size_t size) { return transfer(::write, static_cast<const char*>(data), size); }
    bool put(std::uint64_t number) { return put(&number, sizeof number); }
    bool put(const std::string& text) {
        const std::uint64_t size = std::min<std::uint64_t>(text.size(), longest_text);
        return put(size) && put(text.data(), size);
    }
    bool put(const Array& array) {
        bool good = put(array.name) && put(array.shape.size());
        for (const std::size_t extent : array.shape) good = good && put(extent);
        good = good && put(array.is_whole ? 1 : 0) && put(array.values.index());
        return good && std::visit(
                           [&](const auto& values) {
                               return put(values.size()) && put(values.data(), values.size() * sizeof values[0]);
                           },
                           array.values);
    }

    bool take(void* data, std::size_t size) { return transfer(::read, static_cast<char*>(data), size); }
    /// A number up to `largest`.
    bool take(std::uint64_t& number, std::uint64_t largest) {
        return take(&number, sizeof number) && number <= largest;
    }
    bool take(std::string& text) {
        std::uint64_t size = 0;
        if (!take(size, longest_text)) return false;
        text.resize(size);
        return take(text.data(), size);
    }
    bool take(Array& array) {
        std::uint64_t axes = 0, is_whole = 0, kind = 0, count = 0;
        if (!take(array.name) || !take(axes, most_axes)) return false;
        array.shape.resize(axes);
        for (std::size_t& extent : array.shape) {
            std::uint64_t number = 0;
            if (!take(number, ~std::uint64_t{0})) return false;
            extent = number;
        }
        if (!take(is_whole, 1) || !take(kind, 2) || !take(count, largest_file)) return false;
        array.is_whole = is_whole == 1;
        if (kind == 1) array.values = std::vector<std::uint8_t>();
        if (kind == 2) array.values = std::vector<float>();
        if (element_count(array.shape, largest_file) != count) return false;
        return std::visit(
            [&](auto& values) {
                if (count > largest_file / sizeof values[0]) return false;
                values.resize(count);
                return take(values.data(), count * sizeof values[0]);
            },
            array.values);
    }

   private:
    template <class Call, class Byte>
    bool transfer(Call call, Byte* data, std::size_t size) {
        while (size > 0) {
            const ssize_t done = call(descriptor_, data, size);
            if (done < 0 && errno == EINTR) continue;
            if (done <= 0) return false;
            data += done;
            size -= static_cast<std::size_t>(done);
        }
        return true;
    }

    int descriptor_;
};

std::uint64_t own_address_space() {
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// In the new process: a crash is to be quick and silent, and to leave no core.
void confine(const std::string& file) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPIPE, SIGXCPU, SIGALRM})
        std::signal(signal, SIG_DFL);
    if (const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
    std::error_code none;
    const std::uintmax_t size = std::filesystem::file_size(file, none);
    const rlim_t seconds = 10 + (none ? 0 : size >> 22);
    const auto limit = [](int what, rlim_t value) {
        const rlimit both{value, value};
        ::setrlimit(static_cast<decltype(RLIMIT_CORE)>(what), &both);
    };
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, seconds);
    ::alarm(static_cast<unsigned>(10 * seconds));  // one that waits uses no time of the processor
    if (!has_shadow_memory) limit(RLIMIT_AS, own_address_space() + (rlim_t{4} << 30));
}

bool send_error(Pipe& pipe, const InputError::Parts& parts) {
    return pipe.put(input_error) && pipe.put(parts.place.file) && pipe.put(parts.place.line) &&
           pipe.put(parts.place.column) && pipe.put(parts.key) && pipe.put(parts.found) && pipe.put(parts.expected) &&
           pipe.put(parts.hint);
}

bool send_outcome(Pipe& pipe, const std::string& file, const std::function<std::vector<Array>()>& read) {
    try {
        const std::vector<Array> found = read();
        bool good = pipe.put(arrays) && pipe.put(found.size());
        for (const Array& array : found) good = good && pipe.put(array);
        return good;
    } catch (const InputError& error) {
        return send_error(pipe, error.parts());
    } catch (const std::bad_alloc&) {
        return send_error(pipe, {{file}, {}, "arrays beyond the memory permitted", "an intact file", {}});
    } catch (const std::exception& error) {
        return send_error(pipe, {{file}, {}, error.what(), "an intact file", {}});
    }
}

/// False if the other process did not come to an end of its own.
bool receive(Pipe& pipe, std::vector<Array>& result) {
    std::uint64_t outcome = 0, count = 0;
    if (!pipe.take(outcome, input_error)) return false;
    if (outcome == input_error) {
        InputError::Parts parts;
        std::uint64_t line = 0, column = 0;
        constexpr std::uint64_t any = ~std::uint64_t{0};
        if (!pipe.take(parts.place.file) || !pipe.take(line, any) || !pipe.take(column, any) || !pipe.take(parts.key) ||
            !pipe.take(parts.found) || !pipe.take(parts.expected) || !pipe.take(parts.hint))
            return false;
        parts.place.line = line;
        parts.place.column = column;
        throw InputError(std::move(parts));
    }
    if (!pipe.take(count, most_arrays)) return false;
    result.resize(count);
    for (Array& array : result)
        if (!pipe.take(array)) return false;
    return true;
}

/// Waits for the process when it goes out of scope, whatever happened before.
class Child {
   public:
    explicit Child(pid_t id) : id_(id) {}
    ~Child() { wait(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int wait() {
        while (id_ > 0 && ::waitpid(id_, &status_, 0) < 0 && errno == EINTR) {
        }
        id_ = 0;
        return status_;
    }

   private:
    pid_t id_;
    int status_ = 0;
};

}  // namespace

std::vector<Array> read_apart(const std::string& file, const std::function<std::vector<Array>()>& read) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) throw RunError(file + ": cannot be read: " + std::strerror(errno));
    const pid_t id = ::fork();
    if (id == 0) {
        ::close(ends[0]);
        confine(file);
        Pipe pipe(ends[1]);
        // Nothing of this process may be finished twice: no destructors, no files flushed.
        ::_exit(send_outcome(pipe, file, read) ? 0 : 1);
    }
    ::close(ends[1]);
    // The child outlives the pipe, so that one that is still writing is told by a signal, and not waited for in vain.
    Child child(id);
    std::vector<Array> result;
    {
        Pipe pipe(ends[0]);
        if (id < 0) throw RunError(file + ": cannot be read: " + std::strerror(errno));
        if (receive(pipe, result)) return result;
    }
    const int status = child.wait();
    const std::string found = !WIFSIGNALED(status) ? "contents that the library gave up on"
                              : WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGALRM
                                  ? "contents that the library reads for ever"
                              : WTERMSIG(status) == SIGKILL ? "contents that were too much for the library"
                                                            : "contents that made the library crash";
    throw InputError({{file}, {}, found, "an intact file", "was it copied or downloaded to the end?"});
}

}  // namespace apical
