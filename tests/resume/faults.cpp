// A library that makes a program's own calls fail, to be loaded before the C library (LD_PRELOAD).
//
// FAULT=KIND:N    what happens at the N-th call that changes a regular file or a folder, counted from 1. KIND is
//                   kill      the process is killed before the call
//                   torn      a write does its first page, or the part of it that belongs to a page, then the same
//                   stop      SIGTERM comes before the call
//                   halt      the process halts before the call, until it is sent SIGCONT
//                   no_space, io_error, too_large    the call fails with that error; with a trailing *, so does every
//                             later one
//                   short     every write from then on does half of its bytes
//                   interrupted    every other call from then on is interrupted (EINTR) before it has done anything, if
//                             POSIX lets it be
//                   none      nothing
// FREE=FILE       the disk has as many free bytes as this file says.
// LOCKS=ERRNO     locks of files fail with that error number.
// COUNTED=FILE    the number of calls is written there when the process ends by itself.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

struct Plan {
    std::string kind = "none";
    long at = 0;
    bool lasting = false;
    int error = 0;
    int locks = 0;

    Plan() {
        const char* fault = std::getenv("FAULT");
        if (const char* number = std::getenv("LOCKS")) locks = std::atoi(number);
        if (fault == nullptr) return;
        const std::string text = fault;
        const auto colon = text.find(':');
        kind = text.substr(0, colon);
        at = std::atol(text.c_str() + colon + 1);
        lasting = text.back() == '*';
        error = kind == "no_space" ? ENOSPC : kind == "io_error" ? EIO : kind == "too_large" ? EFBIG : 0;
    }
};

const Plan& plan() {
    static const Plan result;
    return result;
}

std::atomic<long> calls{0};

[[gnu::destructor]] void report() {
    const char* path = std::getenv("COUNTED");
    if (path == nullptr) return;
    const std::string text = std::to_string(calls.load());
    const long file = ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    (void)!::syscall(SYS_write, file, text.data(), text.size());
    ::syscall(SYS_close, file);
}

void die() { ::syscall(SYS_kill, ::getpid(), SIGKILL); }

enum class Verdict { pass, fail, tear, halve };

enum class Call { write, file, name };  ///< what it does: bytes, another thing to a file, links of folders

Verdict judge(Call what) {
    const Plan& how = plan();
    const long number = ++calls;
    if (number < how.at) return Verdict::pass;
    if (number == how.at && how.kind == "kill") die();
    if (number == how.at && how.kind == "stop") ::syscall(SYS_kill, ::getpid(), SIGTERM);
    if (number == how.at && how.kind == "halt") ::syscall(SYS_kill, ::getpid(), SIGSTOP);
    if (number == how.at && how.kind == "torn") return Verdict::tear;
    if (how.error != 0 && (number == how.at || how.lasting)) return errno = how.error, Verdict::fail;
    if (how.kind == "short" && what == Call::write) return Verdict::halve;
    if (how.kind == "interrupted" && what != Call::name && (number - how.at) % 2 == 0)
        return errno = EINTR, Verdict::fail;
    return Verdict::pass;
}

bool is_regular(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/// `call(bytes)` writes so many of the bytes.
template <class Act>
ssize_t written(int descriptor, std::size_t size, off_t offset, const Act& call) {
    if (descriptor <= STDERR_FILENO || !is_regular(descriptor)) return call(size);
    constexpr std::size_t page = 4096;
    switch (judge(Call::write)) {
        case Verdict::fail:
            return -1;
        case Verdict::tear: {
            const std::size_t first = page - static_cast<std::size_t>(offset) % page;
            if (first < size) call(first);
            die();
            return -1;
        }
        case Verdict::halve:
            return call((size + 1) / 2);
        default:
            return call(size);
    }
}

/// Any other call; torn, it is not done.
template <class Act>
int done(Call what, const Act& call) {
    const Verdict verdict = judge(what);
    if (verdict == Verdict::tear) die();
    return verdict == Verdict::fail ? -1 : static_cast<int>(call());
}

int opened(int folder, const char* path, int flags, mode_t mode) {
    const auto call = [&] { return ::syscall(SYS_openat, folder, path, flags, mode); };
    return (flags & (O_CREAT | O_TRUNC)) != 0 && (flags & O_ACCMODE) != O_RDONLY ? done(Call::file, call)
                                                                                 : static_cast<int>(call());
}

mode_t mode_of(int flags, va_list rest) { return (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0; }

}  // namespace

extern "C" {

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
    return written(descriptor, size, offset,
                   [&](std::size_t part) { return ::syscall(SYS_pwrite64, descriptor, bytes, part, offset); });
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
    return pwrite(descriptor, bytes, size, offset);
}
ssize_t write(int descriptor, const void* bytes, size_t size) {
    return written(descriptor, size, ::lseek(descriptor, 0, SEEK_CUR),
                   [&](std::size_t part) { return ::syscall(SYS_write, descriptor, bytes, part); });
}
int ftruncate(int descriptor, off_t size) noexcept {
    return done(Call::file, [&] { return ::syscall(SYS_ftruncate, descriptor, size); });
}
int ftruncate64(int descriptor, off64_t size) noexcept { return ftruncate(descriptor, size); }
int fsync(int descriptor) {
    return done(Call::file, [&] { return ::syscall(SYS_fsync, descriptor); });
}
int rename(const char* from, const char* to) noexcept {
    return done(Call::name, [&] { return ::syscall(SYS_rename, from, to); });
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
    return done(Call::name, [&] { return ::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags); });
}
int link(const char* from, const char* to) noexcept {
    return done(Call::name, [&] { return ::syscall(SYS_link, from, to); });
}
int unlink(const char* path) noexcept {
    return done(Call::name, [&] { return ::syscall(SYS_unlink, path); });
}
int remove(const char* path) noexcept {
    return done(Call::name, [&] {
        const long result = ::syscall(SYS_unlink, path);
        return result < 0 && errno == EISDIR ? ::syscall(SYS_rmdir, path) : result;
    });
}
int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return opened(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return opened(AT_FDCWD, path, flags, mode);
}
int statvfs(const char* path, struct statvfs* status) noexcept {
    const char* file = std::getenv("FREE");
    if (file == nullptr) {
        using Call = int (*)(const char*, struct statvfs*);
        return reinterpret_cast<Call>(::dlsym(RTLD_NEXT, "statvfs"))(path, status);
    }
    *status = {};
    status->f_frsize = status->f_blocks = 1;
    if (std::FILE* said = std::fopen(file, "r")) {
        (void)!std::fscanf(said, "%lu", &status->f_bavail);
        std::fclose(said);
    }
    return 0;
}
int lock_whole_file(int descriptor, int operation) noexcept __asm__("flock");  // the name is also that of a struct
int lock_whole_file(int descriptor, int operation) noexcept {
    if (plan().locks != 0) return errno = plan().locks, -1;
    return static_cast<int>(::syscall(SYS_flock, descriptor, operation));
}
int fcntl(int descriptor, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void* const argument = va_arg(rest, void*);
    va_end(rest);
    const bool locks = command == F_OFD_SETLK || command == F_OFD_SETLKW || command == F_SETLK || command == F_SETLKW;
    if (locks && plan().locks != 0) return errno = plan().locks, -1;
    return static_cast<int>(::syscall(SYS_fcntl, descriptor, command, argument));
}
int fcntl64(int descriptor, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void* const argument = va_arg(rest, void*);
    va_end(rest);
    return fcntl(descriptor, command, argument);
}
}
