#include "sim/sweep/child.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/interruption.hpp"

namespace apical {
namespace {

constexpr int could_not_start = 127;

sigset_t child_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    return set;
}

/// What the child does until it is the program. Only calls that are allowed between fork and exec.
[[noreturn]] void become(const char* program, char* const* words, int log, int lock, pid_t parent) {
    const sigset_t blocked = child_signal();
    sigprocmask(SIG_UNBLOCK, &blocked, nullptr);
    leave_signals();
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    if (getppid() != parent) _exit(could_not_start);  // it ended before it could be asked to tell
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    fcntl(lock, F_SETFD, 0);  // the one file of ours that stays open
    execv(program, words);
    const char* reason = std::strerror(errno);
    if (write(STDERR_FILENO, reason, std::strlen(reason)) < 0) _exit(could_not_start);
    _exit(could_not_start);
}

}  // namespace

std::optional<FileLock> FileLock::try_to_take(const std::string& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw RunError(path + ": cannot be opened: " + std::strerror(errno));
    FileLock lock(descriptor);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return std::nullopt;
        lock.problem_ = std::strerror(errno);
    }
    return lock;
}

FileLock::FileLock(FileLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), problem_(std::move(other.problem_)) {}
FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(problem_, other.problem_);
    return *this;
}
FileLock::~FileLock() {
    if (descriptor_ >= 0) close(descriptor_);
}

std::optional<pid_t> start_child(const std::string& program, const std::vector<std::string>& words,
                                 const std::string& log, const FileLock& lock) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (output < 0) throw RunError(log + ": cannot be written: " + std::strerror(errno));
    const pid_t parent = getpid();
    // A signal before the child is the program would be answered by this program's handler, and be lost.
    const BlockedSignals until_then;
    const pid_t child = fork();
    if (child == 0) become(program.c_str(), arguments.data(), output, lock.descriptor(), parent);
    close(output);
    return child < 0 ? std::nullopt : std::optional(child);
}

Children::Children() {
    std::signal(SIGCHLD, SIG_DFL);  // whoever started us may have it ignored, and then no status is kept
    const sigset_t blocked = child_signal();
    sigprocmask(SIG_BLOCK, &blocked, nullptr);
}

Children::~Children() {
    const sigset_t blocked = child_signal();
    sigprocmask(SIG_UNBLOCK, &blocked, nullptr);
}

std::optional<std::pair<pid_t, Ending>> Children::ended() {
    int status = 0;
    const pid_t child = waitpid(-1, &status, WNOHANG);
    if (child <= 0) return std::nullopt;
    if (WIFSIGNALED(status)) return std::pair(child, Ending{-1, WTERMSIG(status)});
    return std::pair(child, Ending{WEXITSTATUS(status), 0});
}

void Children::wait(double seconds) {
    const sigset_t awaited = child_signal();
    timespec time{};
    time.tv_sec = static_cast<time_t>(seconds);
    time.tv_nsec = static_cast<long>((seconds - static_cast<double>(time.tv_sec)) * 1e9);
    sigtimedwait(&awaited, nullptr, &time);
}

}  // namespace apical
