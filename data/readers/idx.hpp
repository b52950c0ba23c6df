#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "data/records.hpp"

namespace apical {

/// IDX, the format of MNIST: two zero bytes, a type, the number of axes, the axes as big-endian 32-bit numbers, the
/// values. Unsigned bytes only. An image may have any number of axes, it becomes one row. `classes` = 0: as many as the
/// largest label says. Throws InputError; nothing is allocated before the header has been compared with the length of
/// the file.
Records read_idx(const std::string& images, const std::string& labels, std::int64_t classes = 0);

/// The same from bytes; the names stand for the files in messages.
Records parse_idx(std::string_view images, const std::string& images_name, std::string_view labels,
                  const std::string& labels_name, std::int64_t classes = 0);

}  // namespace apical
