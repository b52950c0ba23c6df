#include "sim/core/interruption.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <set>
#include <string_view>
#include <utility>

namespace apical {
namespace {

constexpr std::array requests{SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1, SIGUSR2};
constexpr int signal_status = 128;  // as shells say it

// What the handler looks at. It runs in the thread that changes these, and not while it does.
volatile std::sig_atomic_t listeners = 0;
volatile std::sig_atomic_t noted = 0;
timespec noted_at{};

std::set<std::string>& unfinished() {
    static auto& files = *new std::set<std::string>;  // never destroyed: a signal may come at any time
    return files;
}

[[noreturn]] void end_at_once(int signal) {
    for (const std::string& file : unfinished()) ::unlink(file.c_str());
    ::_exit(signal_status + signal);
}

double seconds_since_noted() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec - noted_at.tv_sec) +
           1e-9 * static_cast<double>(now.tv_nsec - noted_at.tv_nsec);
}

extern "C" void answer(int signal) {
    const int error = errno;
    constexpr double same_request = 1;  // s
    if (listeners == 0) end_at_once(signal);
    if (noted == 0) {
        ::clock_gettime(CLOCK_MONOTONIC, &noted_at);
        noted = signal;
    } else if (signal == SIGINT && seconds_since_noted() >= same_request) {
        constexpr std::string_view text = "\napical: ended before all was saved\n";
        if (::write(STDERR_FILENO, text.data(), text.size()) < 0) end_at_once(signal);  // nobody reads it
        end_at_once(signal);
    }
    errno = error;
}

sigset_t set_of_requests() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : requests) sigaddset(&set, signal);
    return set;
}

}  // namespace

void answer_signals() {
    unfinished();  // made now: the handler may not allocate
    struct sigaction action {};
    action.sa_handler = answer;
    action.sa_flags = SA_RESTART;  // calls under way go on, so that no write is cut short
    action.sa_mask = set_of_requests();
    for (const int signal : requests) {
        struct sigaction before {};
        if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
            ::sigaction(signal, &action, nullptr);
    }
    for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
}

void leave_signals() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    for (const int signal : requests) {
        struct sigaction before {};
        if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == answer)
            ::sigaction(signal, &action, nullptr);
    }
    const sigset_t set = set_of_requests();
    ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

Interruption::Interruption() {
    answer_signals();
    const BlockedSignals none;
    noted = 0;
    listeners = listeners + 1;
}

Interruption::~Interruption() { listeners = listeners - 1; }

int Interruption::signal() const { return noted; }

BlockedSignals::BlockedSignals() {
    const sigset_t set = set_of_requests();
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

BlockedSignals::~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

Unfinished::Unfinished(std::string path) : path_(std::move(path)) {
    const BlockedSignals none;
    unfinished().insert(path_);
}

Unfinished::~Unfinished() {
    if (path_.empty()) return;
    const BlockedSignals none;
    unfinished().erase(path_);
}

Unfinished::Unfinished(Unfinished&& other) noexcept : path_(std::exchange(other.path_, "")) {}

Unfinished& Unfinished::operator=(Unfinished&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
}

}  // namespace apical
