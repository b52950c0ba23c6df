#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace apical {

/// No data set we know needs more than 1 GiB after decompression; a file that claims to is a mistake or a gzip bomb.
inline constexpr std::size_t largest_file = std::size_t{1} << 30;

/// The bytes of a file, decompressed if they start with gzip's magic number (the name does not matter). Throws
/// InputError for a file that cannot be read, is empty, truncated, corrupted, or longer than `limit`.
std::string read_bytes(const std::string& path, std::size_t limit = largest_file);

/// Decompresses gzip, also of several members; `name` stands for the file in messages. Throws InputError as above.
std::string decompress(std::string_view bytes, const std::string& name, std::size_t limit = largest_file);

}  // namespace apical
