// The first byte says how many of the next are the file of labels.
#include "data/readers/idx.hpp"

#include <algorithm>

#include "tests/fuzz/coverage/target.hpp"
#include "tests/unit/data/made_files.hpp"

namespace apical::fuzz {

void attempt(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto length = std::min<std::size_t>(static_cast<std::uint8_t>(bytes[0]), bytes.size() - 1);
    const std::string_view labels = bytes.substr(1, length), images = bytes.substr(1 + length);
    require_consistent(parse_idx(images, "images", labels, "labels", length % 2 == 0 ? 0 : 3));
}

std::vector<std::string> seeds() {
    const std::string labels = idx({3}, {0, 2, 1}), images = idx({3, 2, 2}, std::vector<std::uint8_t>(12, 200));
    return {static_cast<char>(labels.size()) + labels + images};
}

}  // namespace apical::fuzz
