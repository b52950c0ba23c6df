#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace apical {

/// CRC-32C (Castagnoli, RFC 3720) of bytes given in parts. It sees every burst of up to 32 wrong bits, and of all other
/// changes all but one in 2^32.
class Crc32c {
   public:
    template <class T>
    void add(std::span<const T> values) {
        add_bytes(std::as_bytes(values));
    }
    std::uint32_t value() const;

   private:
    void add_bytes(std::span<const std::byte> bytes);

    std::uint32_t remainder_ = 0xFFFFFFFF;
};

}  // namespace apical
