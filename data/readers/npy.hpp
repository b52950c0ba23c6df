#pragma once
#include <string>
#include <string_view>

#include "data/readers/array.hpp"

namespace apical {

/// An array as numpy.save writes it (.npy; versions 1, 2 and 3 of the header; gzip or not): truth values, integers of
/// 1 to 8 bytes, float16, float32 and float64, of either byte order, in C order. Throws InputError for anything else,
/// and for a file that is not exactly as long as its header says; nothing is allocated before the two have been
/// compared.
Array read_npy(const std::string& path);

/// The same from bytes; `name` stands for the file in messages.
Array parse_npy(std::string_view bytes, const std::string& name);

}  // namespace apical
