#pragma once
#include <optional>

#include "sim/record/sink.hpp"

namespace apical {

/// Bytes of a file with these series (as many rows as each expects) and fields before it is compressed. The chunks, by
/// far the most of it, are counted exactly; the library's own blocks are bounded from above, by about 40 kB for a
/// variable.
std::uint64_t expected_size(std::span<const Series> series, std::span<const Field> fields);

/// Throws RunError, naming what is needed and what is there, if the folder of `path` has less free space than `bytes`.
/// Does nothing if the system does not say how much there is.
void require_space(const std::string& path, std::uint64_t bytes);

/// Free space of the disk on which `path` is, or would be, in bytes; nothing if the system does not say.
std::optional<std::uint64_t> free_space(const std::string& path);

/// "1.5 GB".
std::string readable_size(std::uint64_t bytes);

}  // namespace apical
