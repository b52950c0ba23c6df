#include "sim/core/checksum.hpp"

#include <boost/crc.hpp>

namespace apical {
namespace {

using Sum = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

}  // namespace

void Crc32c::add_bytes(std::span<const std::byte> bytes) {
    Sum sum(remainder_);
    sum.process_bytes(bytes.data(), bytes.size());
    remainder_ = sum.get_interim_remainder();
}

std::uint32_t Crc32c::value() const { return Sum(remainder_).checksum(); }

}  // namespace apical
