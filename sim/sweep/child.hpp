#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace apical {

/// A file locked by this process and by the child that is given it; free again when all of them have let go of it or
/// have ended, however they ended.
class FileLock {
   public:
    /// Nothing if somebody else holds it. Throws RunError if the file cannot be opened. Network file systems may have
    /// no locks: then nobody is kept out, and `problem` says so.
    static std::optional<FileLock> try_to_take(const std::string& path);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();  ///< lets go
    int descriptor() const { return descriptor_; }
    /// Why there is no lock; "" if there is.
    const std::string& problem() const { return problem_; }

   private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
    std::string problem_;
};

/// How a child ended.
struct Ending {
    int status = 0;  ///< exit status; -1: ended by a signal
    int signal = 0;
};

/// Starts the program in a file, with these words (the first its name) and its output and errors going to the file
/// `log` and nothing to read. The child holds the lock as long as it lives, gets SIGTERM when this process ends in any
/// way, and no signal from the terminal: whoever started it passes them on. Nothing if there may be no more processes.
/// Throws RunError.
std::optional<pid_t> start_child(const std::string& program, const std::vector<std::string>& words,
                                 const std::string& log, const FileLock& lock);

/// A child that has ended since, if any has; waits up to `seconds` for it, less if a signal comes.
class Children {
   public:
    /// From here on, so that no ending is missed between looking and waiting.
    Children();
    ~Children();
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;

    std::optional<std::pair<pid_t, Ending>> ended();
    void wait(double seconds);
};

}  // namespace apical
