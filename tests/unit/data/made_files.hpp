#pragma once
// Small valid files made on the fly.
#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/folder.hpp"

namespace apical {

inline std::string gzip(const std::string& bytes) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    std::string result(deflateBound(&stream, bytes.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

/// An IDX file of unsigned bytes.
inline std::string idx(const std::vector<std::uint32_t>& shape, const std::vector<std::uint8_t>& values) {
    std::string bytes{'\0', '\0', '\x08', static_cast<char>(shape.size())};
    for (std::uint32_t n : shape)
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(n >> shift & 0xff);
    return bytes + std::string(values.begin(), values.end());
}

/// A NumPy file of version 1 from the text of its header and the bytes of its values.
inline std::string npy(const std::string& header, const std::string& values, char version = 1) {
    std::string bytes = std::string("\x93NUMPY") + version + '\0';
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(header.size() >> 8 * i & 0xff);
    return bytes + header + values;
}
inline std::string npy_header(const std::string& type, const std::string& shape, const std::string& order = "False") {
    return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

/// The bytes of numbers as they lie in this machine (little-endian).
template <class T>
std::string raw(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// Records of CIFAR-10, one for each label; pixel i of sample k is 7 k + i modulo 256.
inline std::string cifar10(const std::vector<std::uint8_t>& labels) {
    std::string bytes;
    for (std::size_t k = 0; k < labels.size(); ++k) {
        bytes += static_cast<char>(labels[k]);
        for (std::size_t i = 0; i < 3072; ++i) bytes += static_cast<char>(7 * k + i);
    }
    return bytes;
}

}  // namespace apical
