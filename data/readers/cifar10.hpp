#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "data/records.hpp"

namespace apical {

/// The binary layout of CIFAR-10: records of 3,073 bytes, a label from 0 to 9 and 32 x 32 pixels: all of red, then
/// green, then blue, each row by row from the top left. The pixels stay in this order. Several files, gzip or not, make
/// one table of three channels. Throws InputError for a file that is no whole number of records, and for other labels.
Records read_cifar10(const std::vector<std::string>& files);

/// The same from the bytes of one file; `name` stands for it in messages.
Records parse_cifar10(std::string_view bytes, const std::string& name);

}  // namespace apical
