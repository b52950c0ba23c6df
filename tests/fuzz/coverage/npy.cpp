// The first byte says how many of the next are the file of outputs. What is done with arrays of HDF5 files is this too.
#include "data/readers/npy.hpp"

#include <algorithm>

#include "tests/fuzz/coverage/target.hpp"
#include "tests/unit/data/made_files.hpp"

namespace apical::fuzz {

void attempt(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto length = std::min<std::size_t>(static_cast<std::uint8_t>(bytes[0]), bytes.size() - 1);
    const Array outputs = parse_npy(bytes.substr(1, length), "y");
    require_consistent(array_records(parse_npy(bytes.substr(1 + length), "x"), outputs, length % 2 == 0 ? 0 : 3));
}

std::vector<std::string> seeds() {
    const std::string labels = npy(npy_header(">i2", "(3,)"), std::string("\0\0\0\1\0\2", 6));
    const std::string targets = npy(npy_header("<f8", "(3, 1)"), raw<double>({1, 2, 3}));
    const std::string floats = npy(npy_header("<f4", "(3, 1, 2)"), raw<float>({1, 2, 3, 4, 5, 6}), '\2');
    const std::string bytes = npy(npy_header("|u1", "(3, 2L)"), "abcdef", '\3');
    return {static_cast<char>(labels.size()) + labels + floats, static_cast<char>(targets.size()) + targets + bytes};
}

}  // namespace apical::fuzz
