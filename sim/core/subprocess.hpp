#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace apical {

/// One end of a pipe between two processes of this program. The same functions, called in the same order, write on one
/// side and read on the other; false if the other side has ended.
class Pipe {
   public:
    explicit Pipe(int descriptor) : descriptor_(descriptor) {}
    ~Pipe();
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    bool put(const void* data, std::size_t size);
    bool put(std::uint64_t number) { return put(&number, sizeof number); }
    bool put(const std::string& text);  ///< cut to 64 KiB

    bool take(void* data, std::size_t size);
    /// A number up to `largest`.
    bool take(std::uint64_t& number, std::uint64_t largest);
    bool take(std::string& text);

   private:
    int descriptor_;
};

/// What a process may use that reads a file.
struct Allowance {
    std::uint64_t memory = std::uint64_t{4} << 30;  ///< bytes, beyond what this process has
    std::uint64_t seconds = 10;                     ///< of the processor; ten times as much by the clock
};

/// Calls `work`, then `send`, in a process of its own, and here `take`, which finds what `send` writes. The C libraries
/// that read HDF5 and MATLAB files may crash, loop or ask for all memory there is when a file is damaged on purpose;
/// there that ends the other process, and becomes an InputError that names `file`. An InputError of `work` itself comes
/// out as it is. This guards the run against a bad file, it is no wall against an attacker who has found a way to run
/// code of his own inside the library. `take` must check all that it takes.
void in_subprocess(const std::string& file, const Allowance& allowance, const std::function<void()>& work,
                   const std::function<bool(Pipe&)>& send, const std::function<bool(Pipe&)>& take);

/// Whether this process is one that `in_subprocess` has made.
bool is_subprocess();

/// From now on files of others are read in a process of their own, where a library reads them that a file may crash or
/// keep busy for ever. A program says so at its start; a library must not fork without being told.
void read_in_subprocesses();

/// Whether a reader is to call `in_subprocess`.
bool reads_in_subprocesses();

}  // namespace apical
