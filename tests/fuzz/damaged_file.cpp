#include "tests/fuzz/damaged_file.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string_view>

#include "sim/core/random.hpp"

namespace apical::fuzz {
namespace {

std::uint32_t rotated(std::uint32_t x, int k) { return x << k | x >> (32 - k); }

/// Bob Jenkins' lookup3, which HDF5 uses for its metadata.
std::uint32_t lookup3(std::string_view bytes) {
    std::uint32_t word[3];
    for (std::uint32_t& w : word) w = 0xdeadbeef + static_cast<std::uint32_t>(bytes.size());
    auto& [a, b, c] = word;
    const auto add = [&](std::string_view some) {
        for (std::size_t k = 0; k < some.size(); ++k)
            word[k / 4] += std::uint32_t{static_cast<std::uint8_t>(some[k])} << 8 * (k % 4);
    };
    for (; bytes.size() > 12; bytes.remove_prefix(12)) {
        add(bytes.substr(0, 12));
        a = (a - c) ^ rotated(c, 4), c += b;
        b = (b - a) ^ rotated(a, 6), a += c;
        c = (c - b) ^ rotated(b, 8), b += a;
        a = (a - c) ^ rotated(c, 16), c += b;
        b = (b - a) ^ rotated(a, 19), a += c;
        c = (c - b) ^ rotated(b, 4), b += a;
    }
    if (bytes.empty()) return c;
    add(bytes);
    c = (c ^ b) - rotated(b, 14);
    a = (a ^ c) - rotated(c, 11);
    b = (b ^ a) - rotated(a, 25);
    c = (c ^ b) - rotated(b, 16);
    a = (a ^ c) - rotated(c, 4);
    b = (b ^ a) - rotated(a, 14);
    return (c ^ b) - rotated(b, 24);
}

constexpr std::string_view signatures[] = {"\x89HDF", "OHDR", "OCHK", "BTHD", "BTIN", "BTLF", "FRHP", "FHDB", "FHIB",
                                           "FSHD",    "FSSE", "EAHD", "EAIB", "EASB", "EADB", "FAHD", "FADB"};
constexpr std::size_t checksum_bytes = 4, longest_block = 8192;

bool is_checked_by(const std::string& bytes, std::size_t begin, std::size_t length) {
    std::uint32_t stored = 0;
    std::memcpy(&stored, bytes.data() + begin + length, checksum_bytes);
    return lookup3(std::string_view(bytes).substr(begin, length)) == stored;
}

}  // namespace

DamagedFile::DamagedFile(std::string whole) : whole_(std::move(whole)) {
    for (std::size_t at = 0; at + 12 < whole_.size(); ++at) {
        const std::string_view here = std::string_view(whole_).substr(at, 4);
        if (std::ranges::find(signatures, here) == std::end(signatures)) continue;
        const std::size_t most = std::min(longest_block, whole_.size() - at - checksum_bytes);
        for (std::size_t length = 8; length <= most; ++length)
            if (is_checked_by(whole_, at, length)) {
                blocks_.push_back({at, length});
                break;
            }
    }
}

std::string DamagedFile::operator()(std::uint32_t number) const {
    const Random random(2024);
    std::uint32_t step = 0;
    const auto draw = [&](std::size_t n) {
        return static_cast<std::size_t>(random.bits(Random::stream("damage"), number, step++)[0]) % n;
    };
    const std::uint64_t numbers[] = {0,
                                     1,
                                     255,
                                     0x7fffffff,
                                     0xffffffff,
                                     1 << 20,
                                     1U << 31,
                                     whole_.size(),
                                     whole_.size() * 1000,
                                     ~std::uint64_t{0} >> 1,
                                     ~std::uint64_t{0}};
    std::string damaged = whole_;
    for (std::size_t places = 1 + draw(4); places > 0; --places) {
        std::size_t at = draw(damaged.size());
        if (!blocks_.empty() && draw(4) != 0) {
            const Block& block = blocks_[draw(blocks_.size())];
            at = block.begin + draw(block.length);
        }
        std::uint64_t value = draw(2) == 0 ? numbers[draw(std::size(numbers))] : damaged[draw(damaged.size())];
        if (!blocks_.empty() && draw(4) == 0) value = blocks_[draw(blocks_.size())].begin;
        switch (draw(3)) {
            case 0:
                damaged[at] = static_cast<char>(damaged[at] ^ (1 << draw(8)));
                break;
            case 1:
                damaged[at] = static_cast<char>(value);
                break;
            default: {
                const std::size_t bytes = std::min(std::size_t{1} << draw(4), damaged.size() - at);
                std::memcpy(damaged.data() + at, &value, bytes);
            }
        }
    }
    if (draw(5) == 0) return damaged;
    for (const Block& block : blocks_) {
        const std::uint32_t sum = lookup3(std::string_view(damaged).substr(block.begin, block.length));
        std::memcpy(damaged.data() + block.begin + block.length, &sum, checksum_bytes);
    }
    return damaged;
}

}  // namespace apical::fuzz
