#include "sim/core/checksum.hpp"

#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"

using namespace apical;

namespace {

std::uint32_t sum(const std::vector<std::uint8_t>& bytes) {
    Crc32c crc;
    crc.add(std::span(bytes));
    return crc.value();
}

}  // namespace

TEST_CASE("CRC-32C: the examples of RFC 3720, B.4, and the usual check value") {
    std::vector<std::uint8_t> rising(32);
    for (std::uint8_t k = 0; k < 32; ++k) rising[k] = k;
    CHECK(sum(std::vector<std::uint8_t>(32, 0x00)) == 0x8A9136AA);
    CHECK(sum(std::vector<std::uint8_t>(32, 0xFF)) == 0x62A8AB43);
    CHECK(sum(rising) == 0x46DD794E);
    CHECK(sum({'1', '2', '3', '4', '5', '6', '7', '8', '9'}) == 0xE3069283);
    CHECK(sum({}) == 0);
}

TEST_CASE("CRC-32C: the parts in which bytes come do not matter") {
    constexpr std::string_view digits = "123456789";
    for (std::size_t cut = 0; cut <= digits.size(); ++cut) {
        Crc32c crc;
        crc.add(std::span(digits.substr(0, cut)));
        crc.add(std::span(digits.substr(cut)));
        CHECK(crc.value() == 0xE3069283);
    }
}
