#include "data/readers/bytes.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "sim/core/error.hpp"

namespace apical {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::size_t first_chunk = 1 << 16;

[[noreturn]] void refuse(const std::string& name, std::string found, std::string expected, std::string hint = {}) {
    throw InputError({{name}, {}, std::move(found), std::move(expected), std::move(hint)});
}

std::string limit_text(std::size_t limit) { return fmt::format("at most {} bytes", limit); }

/// Room for the next chunk: doubling, but never beyond one byte more than the limit (that byte is what proves excess).
void grow(std::string& bytes, std::size_t limit) {
    bytes.resize(std::min(limit + 1, std::max(first_chunk, 2 * bytes.size())));
}

class Inflater {
   public:
    explicit Inflater(std::string_view bytes) {
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write to it
        stream.avail_in = static_cast<uInt>(bytes.size());
        constexpr int gzip_only = 16;
        if (inflateInit2(&stream, MAX_WBITS + gzip_only) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    std::string_view rest() const { return {reinterpret_cast<const char*>(stream.next_in), stream.avail_in}; }
    z_stream stream{};
};

}  // namespace

std::string decompress(std::string_view bytes, const std::string& name, std::size_t limit) {
    if (bytes.size() > largest_file) refuse(name, fmt::format("{} bytes", bytes.size()), limit_text(largest_file));
    Inflater inflater(bytes);
    std::string result;
    std::size_t used = 0;
    for (;;) {
        if (used == result.size()) grow(result, limit);
        const std::size_t room = std::min(result.size() - used, std::size_t{1} << 30);
        inflater.stream.next_out = reinterpret_cast<Bytef*>(result.data() + used);
        inflater.stream.avail_out = static_cast<uInt>(room);
        const int status = inflate(&inflater.stream, Z_NO_FLUSH);
        used += room - inflater.stream.avail_out;
        if (used > limit) refuse(name, fmt::format("more than {} bytes when decompressed", limit), limit_text(limit));
        if (status == Z_STREAM_END) {
            const std::string_view rest = inflater.rest();
            if (std::all_of(rest.begin(), rest.end(), [](char c) { return c == 0; })) break;  // tape padding is legal
            if (!rest.starts_with(gzip_magic))
                refuse(name, fmt::format("{} bytes after the end of the gzip data", rest.size()), "nothing there");
            inflateReset(&inflater.stream);
        } else if (status == Z_MEM_ERROR) {
            throw std::bad_alloc();
        } else if (status == Z_BUF_ERROR && inflater.stream.avail_in == 0) {
            refuse(name, "gzip data that end too early", "a complete file", "was it copied or downloaded to the end?");
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            refuse(name, fmt::format("corrupted gzip data ({})", inflater.stream.msg ? inflater.stream.msg : "unknown"),
                   "an intact file");
        }
    }
    result.resize(used);
    return result;
}

std::string read_bytes(const std::string& path, std::size_t limit) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) refuse(path, fmt::format("no readable file ({})", std::strerror(errno)), "a data file");
    std::string bytes;
    // The system knows how long a plain file is: no doubling, so no second half that stays empty.
    std::error_code none;
    if (const auto size = std::filesystem::file_size(path, none); !none) bytes.resize(std::min(limit, size) + 1);
    std::size_t used = 0;
    do {
        if (used == bytes.size()) grow(bytes, limit);
        used += std::fread(bytes.data() + used, 1, bytes.size() - used, file.get());
        if (used > limit) refuse(path, fmt::format("more than {} bytes", limit), limit_text(limit));
        if (std::ferror(file.get()))
            refuse(path, fmt::format("no readable file ({})", std::strerror(errno)), "a data file");
    } while (!std::feof(file.get()));
    bytes.resize(used);
    if (std::string_view(bytes).starts_with(gzip_magic)) bytes = decompress(bytes, path, limit);
    if (bytes.empty()) refuse(path, "an empty file", "samples");
    return bytes;
}

}  // namespace apical
