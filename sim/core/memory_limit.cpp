#include "sim/core/memory_limit.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace apical {

std::uint64_t memory_limit() {
    auto least =
        static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    rlimit limit{};
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        least = std::min(least, static_cast<std::uint64_t>(limit.rlim_cur));
    std::uint64_t bytes = 0;  // "max" is none
    if (std::ifstream("/sys/fs/cgroup/memory.max") >> bytes) least = std::min(least, bytes);
    return least;
}

}  // namespace apical
