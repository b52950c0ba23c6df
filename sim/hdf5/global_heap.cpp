#include "sim/hdf5/global_heap.hpp"

namespace apical::hdf5 {
namespace {

constexpr std::uint64_t header = 16;  // bytes: of a collection, and of each object in it

/// Little-endian number of `size` bytes.
std::uint64_t number(const unsigned char* bytes, std::size_t size) {
    std::uint64_t result = 0;
    for (std::size_t k = size; k-- > 0;) result = result << 8 | bytes[k];
    return result;
}

}  // namespace

GlobalHeap::GlobalHeap(const std::string& path) : stream_(path, std::ios::binary | std::ios::ate) {
    size_ = stream_ ? static_cast<std::uint64_t>(stream_.tellg()) : 0;
    objects_left_ = size_ / header;
    bytes_left_ = size_;
}

std::vector<unsigned char> GlobalHeap::read(std::uint64_t offset, std::uint64_t count) {
    if (offset > size_ || count > size_ - offset) return {};
    std::vector<unsigned char> bytes(count);
    stream_.seekg(static_cast<std::streamoff>(offset));
    stream_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count));
    if (!stream_) {
        stream_.clear();
        return {};
    }
    return bytes;
}

// HDF5 file format specification 3.0, III.E "Disk Format: Level 1E - Global Heap"; 8-byte addresses and lengths.
const GlobalHeap::Collection* GlobalHeap::collection(std::uint64_t address) {
    if (const auto known = collections_.find(address); known != collections_.end()) return &known->second;
    const auto start = read(address, header);
    if (start.empty() || std::string(start.begin(), start.begin() + 4) != "GCOL") return nullptr;
    const std::uint64_t size = number(start.data() + 8, 8);
    if (size > size_ - address) return nullptr;
    Collection found;
    for (std::uint64_t position = header; position + header <= size;) {
        if (objects_left_ == 0) return nullptr;
        --objects_left_;
        const auto object = read(address + position, header);
        if (object.empty()) return nullptr;
        const std::uint64_t index = number(object.data(), 2), bytes = number(object.data() + 8, 8);
        if (index == 0) break;  // the free space, which is last
        if (bytes > size - position - header) return nullptr;
        found.emplace(index, Extent{address + position + header, bytes});
        position += header + (bytes + 7) / 8 * 8;
    }
    return &collections_.emplace(address, std::move(found)).first->second;
}

std::optional<std::string> GlobalHeap::text(std::uint64_t offset) {
    const auto reference = read(offset, 16);
    if (reference.empty()) return std::nullopt;
    const std::uint64_t length = number(reference.data(), 4), address = number(reference.data() + 4, 8);
    if (length == 0) return "";
    const Collection* const objects = collection(address);
    if (objects == nullptr) return std::nullopt;
    const auto place = objects->find(number(reference.data() + 12, 4));
    if (place == objects->end() || length > place->second.bytes || length > bytes_left_) return std::nullopt;
    bytes_left_ -= length;
    const auto text = read(place->second.offset, length);
    if (text.empty()) return std::nullopt;
    const std::string result(text.begin(), text.end());
    return result.substr(0, result.find('\0'));
}

}  // namespace apical::hdf5
