#pragma once
#include <cstdint>

namespace apical {

/// Bytes that this process may use at most: of the machine, of its control group (/sys/fs/cgroup), and of its limit
/// (ulimit -v), the least.
std::uint64_t memory_limit();

}  // namespace apical
