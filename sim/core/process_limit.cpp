#include "sim/core/process_limit.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>

namespace apical {
namespace {

namespace fs = std::filesystem;

std::optional<std::uint64_t> limit_of(int resource) {
    rlimit limit{};
    if (::getrlimit(static_cast<decltype(RLIMIT_AS)>(resource), &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::nullopt;
    return limit.rlim_cur;
}

/// As the library would do it for a thread with the attributes that it has by default.
bool has_room_for_a_stack() {
    pthread_attr_t attributes;
    std::size_t size = 0;
    if (::pthread_attr_init(&attributes) != 0) return false;
    ::pthread_attr_getstacksize(&attributes, &size);
    ::pthread_attr_destroy(&attributes);
    void* const stack = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return false;
    ::munmap(stack, size);
    return true;
}

/// Of the control group of this process, or one above it, that has as many processes as it may; nothing if none has.
std::optional<std::uint64_t> full_control_group() {
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        // "0::/user.slice" in version 2, "9:pids:/user.slice" in version 1
        const std::size_t first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        if (!controllers.empty() && controllers != "pids") continue;
        const fs::path root = controllers.empty() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
        for (fs::path group = line.substr(second + 1);; group = group.parent_path()) {
            const fs::path folder = root / group.relative_path();
            std::uint64_t most = 0, now = 0;
            if (std::ifstream(folder / "pids.max") >> most && std::ifstream(folder / "pids.current") >> now &&
                now >= most)
                return most;
            if (!group.has_relative_path()) break;
        }
    }
    return std::nullopt;
}

}  // namespace

ProcessLimit process_limit() {
    if (!has_room_for_a_stack()) {
        const auto limit = limit_of(RLIMIT_AS);
        return {true, limit ? fmt::format("the limit of {} KiB of memory (ulimit -v)", *limit >> 10)
                            : "there is no memory for its stack"};
    }
    if (const auto limit = full_control_group())
        return {false, fmt::format("the limit of {} processes and threads of the container or job (pids.max)", *limit)};
    if (const auto limit = limit_of(RLIMIT_NPROC))
        return {false, fmt::format("the limit of {} processes and threads of this user (ulimit -u)", *limit)};
    return {false, "the system's limit of processes and threads"};
}

}  // namespace apical
