#include "sim/hdf5/global_heap.hpp"

#include <fstream>
#include <vector>

namespace apical::hdf5 {
namespace {

/// Little-endian number of `size` bytes.
std::uint64_t number(const unsigned char* bytes, std::size_t size) {
    std::uint64_t result = 0;
    for (std::size_t k = size; k-- > 0;) result = result << 8 | bytes[k];
    return result;
}

class Bytes {
   public:
    explicit Bytes(const std::string& path) : stream_(path, std::ios::binary | std::ios::ate) {
        size_ = stream_ ? static_cast<std::uint64_t>(stream_.tellg()) : 0;
    }

    /// Empty if the file does not have that many.
    std::vector<unsigned char> read(std::uint64_t offset, std::uint64_t count) {
        if (offset > size_ || count > size_ - offset) return {};
        std::vector<unsigned char> bytes(count);
        stream_.seekg(static_cast<std::streamoff>(offset));
        stream_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count));
        if (!stream_) bytes.clear();
        return bytes;
    }

   private:
    std::ifstream stream_;
    std::uint64_t size_ = 0;
};

}  // namespace

// HDF5 file format specification 3.0, III.E "Disk Format: Level 1E - Global Heap"; 8-byte addresses and lengths.
std::optional<std::string> heap_text(const std::string& path, std::uint64_t offset) {
    constexpr std::uint64_t header = 16;  // of the collection, and of each object in it
    Bytes file(path);
    const auto reference = file.read(offset, 16);
    if (reference.empty()) return std::nullopt;
    const std::uint64_t length = number(reference.data(), 4), address = number(reference.data() + 4, 8);
    const std::uint64_t index = number(reference.data() + 12, 4);
    if (length == 0) return "";
    const auto collection = file.read(address, header);
    if (collection.empty() || std::string(collection.begin(), collection.begin() + 4) != "GCOL") return std::nullopt;
    const std::uint64_t size = number(collection.data() + 8, 8);
    for (std::uint64_t position = header; position + header <= size;) {
        const auto object = file.read(address + position, header);
        if (object.empty()) return std::nullopt;
        const std::uint64_t found = number(object.data(), 2), bytes = number(object.data() + 8, 8);
        if (bytes > size - position - header || found == 0) return std::nullopt;  // 0: the free space, which is last
        if (found == index) {
            if (length > bytes) return std::nullopt;
            const auto text = file.read(address + position + header, length);
            if (text.empty()) return std::nullopt;
            const std::string result(text.begin(), text.end());
            return result.substr(0, result.find('\0'));
        }
        position += header + (bytes + 7) / 8 * 8;
    }
    return std::nullopt;
}

}  // namespace apical::hdf5
