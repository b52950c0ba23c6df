#include "sim/run/interruption.hpp"

#include <csignal>
#include <initializer_list>

namespace apical {
namespace {

// The one thing a signal handler may touch.
volatile std::sig_atomic_t noted = 0;

extern "C" void note(int signal) { noted = signal; }

void on_signal(int signal, void (*handler)(int), int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

Interruption::Interruption() {
    noted = 0;
    // System calls under way go on, so that no write is cut short.
    for (const int signal : {SIGINT, SIGTERM}) on_signal(signal, note, SA_RESTART | SA_RESETHAND);
}

Interruption::~Interruption() {
    for (const int signal : {SIGINT, SIGTERM}) on_signal(signal, SIG_DFL, 0);
}

int Interruption::signal() const { return noted; }

}  // namespace apical
