#include "sim/hdf5/block_change.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

namespace apical::hdf5 {
namespace {

using View = std::span<const unsigned char>;

constexpr std::uint64_t page = 4096;
constexpr std::size_t signature_bytes = 4, checksum_bytes = 4;

bool is(View block, std::string_view signature) {
    return block.size() > signature_bytes && std::memcmp(block.data(), signature.data(), signature_bytes) == 0;
}

std::uint64_t number(View bytes, std::size_t at, std::size_t size) {
    std::uint64_t result = 0;
    for (std::size_t k = size; k-- > 0;) result = result << 8 | bytes[at + k];
    return result;
}

/// A message of an object header: where its content is.
struct Message {
    std::size_t begin, end;
    unsigned type;
};

// HDF5 file format specification 3.0, IV.A.1.b "Version 2 Data Object Header Prefix". All objects of a file that grows
// track the order of their attributes, so every message has a number.
std::optional<std::vector<Message>> messages_of(View block) {
    std::size_t at = signature_bytes;
    constexpr std::size_t message_header = 6;
    if (is(block, "OHDR")) {
        constexpr unsigned has_times = 0x20, has_phase_change = 0x10, tracks_order = 0x04, size_of_size = 0x03;
        if (block.size() < 32) return std::nullopt;
        const unsigned flags = block[5];
        if ((flags & tracks_order) == 0) return std::nullopt;
        at = 6 + ((flags & has_times) != 0 ? 16U : 0U) + ((flags & has_phase_change) != 0 ? 4U : 0U) +
             (std::size_t{1} << (flags & size_of_size));
    }
    std::vector<Message> found;
    const std::size_t end = block.size() - checksum_bytes;
    while (at + message_header <= end) {
        const std::size_t size = number(block, at + 1, 2);
        const Message message{at + message_header, at + message_header + size, block[at]};
        if (message.end > end) return std::nullopt;
        found.push_back(message);
        at = message.end;
    }
    return found;
}

/// Only how many rows there are and where their index is.
bool only_extents_differ(View before, View after) {
    constexpr unsigned extent = 0x01, layout = 0x08;
    const auto old_messages = messages_of(before), messages = messages_of(after);
    if (!old_messages || !messages) return false;
    const auto same = [&](std::size_t begin, std::size_t end) {
        return std::memcmp(before.data() + begin, after.data() + begin, end - begin) == 0;
    };
    std::size_t compared = 0;
    for (std::size_t k = 0; k < old_messages->size(); ++k) {
        const Message& message = (*old_messages)[k];
        const bool may_differ = message.type == extent || message.type == layout;
        if (!same(compared, may_differ ? message.begin : message.end)) return false;
        compared = message.end;
    }
    return messages->size() == old_messages->size();
}

// III.E "Disk Format: Level 1E - Global Heap".
bool only_texts_are_added(View before, View after) {
    constexpr std::size_t header = 16;
    std::size_t at = header;
    while (at + header <= before.size() && number(before, at, 2) != 0) {
        const std::uint64_t size = number(before, at + 8, 8);
        if (size > before.size() - at - header) return false;
        at += header + (size + 7) / 8 * 8;
    }
    at = std::min(at, before.size());
    return std::memcmp(before.data(), after.data(), at) == 0;
}

}  // namespace

BlockChange change_of(std::uint64_t address, View before, View after) {
    const auto first = std::ranges::mismatch(before, after);
    if (first.in1 == before.end()) return BlockChange::none;
    const auto begin = static_cast<std::uint64_t>(first.in1 - before.begin());
    std::uint64_t last = before.size() - 1;
    while (before[last] == after[last]) --last;
    if ((address + begin) / page != (address + last) / page) return BlockChange::torn;
    const auto both = [&](std::string_view signature) { return is(before, signature) && is(after, signature); };
    if (both("TREE")) return BlockChange::growth;
    if ((both("OHDR") || both("OCHK")) && only_extents_differ(before, after)) return BlockChange::growth;
    if (both("GCOL") && only_texts_are_added(before, after)) return BlockChange::growth;
    return BlockChange::structure;
}

}  // namespace apical::hdf5
