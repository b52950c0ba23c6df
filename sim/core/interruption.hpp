#pragma once
#include <csignal>
#include <string>

namespace apical {

/// The signals by which a process is asked to stop: SIGINT and SIGHUP of a terminal, SIGTERM of everybody, SIGXCPU of a
/// limit on processor time, SIGUSR1 and SIGUSR2 as batch systems send them some time before the end of a job. They are
/// the business of the thread that carries out the command: all others have them blocked.

/// At the start of a program. From here on each of them ends it with status 128 + signal after removing what is
/// `Unfinished`, and a pipe that nobody reads any more, or a limit on the size of files, is an error of the write that
/// meets it. What is ignored when the program starts (`nohup`, `apical run &` in a script) stays ignored.
void answer_signals();

/// In a process that was forked off: the signals do again what they do to any program. Safe between fork and exec.
void leave_signals();

/// While it lives, the first signal is noted instead, for whoever brings things to an orderly end. The same request may
/// reach a process several times (from a terminal, from what started it, from a batch system), so what follows changes
/// nothing, but for a SIGINT a second later: somebody does not want to wait, and the program ends at once.
class Interruption {
   public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    /// The number of the signal that came, 0 if none did.
    int signal() const;
};

/// While it lives, this thread gets none of the signals; those that came meanwhile come then.
class BlockedSignals {
   public:
    BlockedSignals();
    ~BlockedSignals();
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

   private:
    sigset_t before_{};
};

/// A file that is removed if a signal ends the program while this lives.
class Unfinished {
   public:
    explicit Unfinished(std::string path);
    ~Unfinished();
    Unfinished(Unfinished&& other) noexcept;
    Unfinished& operator=(Unfinished&& other) noexcept;

   private:
    std::string path_;  ///< "" once it was moved from
};

}  // namespace apical
