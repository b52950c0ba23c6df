#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/hdf5/file.hpp"

namespace apical::hdf5 {

// What formats of others ask for, and files of our own have none of: values of attributes that stand in a heap, which
// has no checksum, and numbers with a sign.

/// A list of 64-bit integers.
void make_integers(File& file, const std::string& path, const std::vector<std::int64_t>& numbers);

/// Text of variable length.
void set_text_attribute(const File& file, const std::string& object, const std::string& attribute,
                        const std::string& text);
/// A list of them.
void set_text_attribute(const File& file, const std::string& object, const std::string& attribute,
                        const std::vector<std::string>& texts);
/// A reference to another object of the file.
void set_reference(const File& file, const std::string& object, const std::string& attribute,
                   const std::string& target);

}  // namespace apical::hdf5
