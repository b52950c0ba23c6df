#include "sim/core/subprocess.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>

#include "sim/core/error.hpp"
#include "sim/core/interruption.hpp"
#include "sim/core/process_limit.hpp"

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
enum Outcome : std::uint64_t { success, input_error };

bool is_child = false;
std::atomic<bool> is_switched_on = false;

template <class Call, class Byte>
bool transfer(int descriptor, Call call, Byte* data, std::size_t size) {
    while (size > 0) {
        const ssize_t done = call(descriptor, data, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        data += done;
        size -= static_cast<std::size_t>(done);
    }
    return true;
}

std::uint64_t own_address_space() {
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// In the new process: a crash is to be quick and silent, and to leave no core.
void confine(const Allowance& allowance) {
    is_child = true;
    leave_signals();
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody is left to take what it reads
#endif
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPIPE, SIGXCPU, SIGALRM})
        std::signal(signal, SIG_DFL);
    if (const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
    const auto limit = [](int what, rlim_t value) {
        const rlimit both{value, value};
        ::setrlimit(static_cast<decltype(RLIMIT_CORE)>(what), &both);
    };
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, allowance.seconds);
    ::alarm(static_cast<unsigned>(10 * allowance.seconds));  // one that waits uses no time of the processor
    if (!has_shadow_memory) limit(RLIMIT_AS, own_address_space() + allowance.memory);
}

bool send_error(Pipe& pipe, const InputError::Parts& parts) {
    return pipe.put(input_error) && pipe.put(parts.place.file) && pipe.put(parts.place.line) &&
           pipe.put(parts.place.column) && pipe.put(parts.key) && pipe.put(parts.found) && pipe.put(parts.expected) &&
           pipe.put(parts.hint);
}

bool send_outcome(Pipe& pipe, const std::string& file, const std::function<void()>& work,
                  const std::function<bool(Pipe&)>& send) {
    try {
        work();
    } catch (const InputError& error) {
        return send_error(pipe, error.parts());
    } catch (const std::bad_alloc&) {
        return send_error(pipe, {{file}, {}, "contents beyond the memory permitted", "an intact file", {}});
    } catch (const std::exception& error) {
        return send_error(pipe, {{file}, {}, error.what(), "an intact file", {}});
    }
    return pipe.put(success) && send(pipe);
}

/// False if the other process did not come to an end of its own.
bool receive(Pipe& pipe, const std::function<bool(Pipe&)>& take) {
    std::uint64_t outcome = 0;
    if (!pipe.take(outcome, input_error)) return false;
    if (outcome == success) return take(pipe);
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

Pipe::~Pipe() { ::close(descriptor_); }

bool Pipe::put(const void* data, std::size_t size) {
    return transfer(descriptor_, ::write, static_cast<const char*>(data), size);
}

bool Pipe::put(const std::string& text) {
    const std::uint64_t size = std::min<std::uint64_t>(text.size(), longest_text);
    return put(size) && put(text.data(), size);
}

bool Pipe::take(void* data, std::size_t size) { return transfer(descriptor_, ::read, static_cast<char*>(data), size); }

bool Pipe::take(std::uint64_t& number, std::uint64_t largest) {
    return take(&number, sizeof number) && number <= largest;
}

bool Pipe::take(std::string& text) {
    std::uint64_t size = 0;
    if (!take(size, longest_text)) return false;
    text.resize(size);
    return take(text.data(), size);
}

void read_in_subprocesses() { is_switched_on = true; }

bool reads_in_subprocesses() { return is_switched_on && !is_child; }

bool is_subprocess() { return is_child; }

void in_subprocess(const std::string& file, const Allowance& allowance, const std::function<void()>& work,
                   const std::function<bool(Pipe&)>& send, const std::function<bool(Pipe&)>& take) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) throw RunError(file + ": cannot be read: " + std::strerror(errno));
    std::optional<BlockedSignals> until_it_is_confined{std::in_place};  // it has nothing of ours to tidy up
    const pid_t id = ::fork();
    if (id == 0) {
        ::close(ends[0]);
        confine(allowance);
        Pipe pipe(ends[1]);
        // Nothing of this process may be finished twice: no destructors, no files flushed.
        ::_exit(send_outcome(pipe, file, work, send) ? 0 : 1);
    }
    until_it_is_confined.reset();
    ::close(ends[1]);
    // The child outlives the pipe, so that one that is still writing is told by a signal, and not waited for in vain.
    Child child(id);
    {
        Pipe pipe(ends[0]);
        if (id < 0)
            throw RunError(file + ": cannot be read, as no process can be started for it: " + process_limit().text);
        if (receive(pipe, take)) return;
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
