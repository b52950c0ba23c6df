#pragma once
// Small valid files made on the fly, and what the tests ask of a source.
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sim/core/data_source.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

namespace apical {

using TemporaryFolder = test::Folder;

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

/// The parts of the InputError that `action` throws. Anything else fails the test.
template <class Action>
InputError::Parts error_of(Action&& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.parts();
    }
    FAIL("no InputError");
    return {};
}

/// Loads as an experiment would: `text` is the body of [task].
inline DataSet load(const std::string& dataset, const std::string& text, std::uint64_t seed = 1) {
    const Node root = parse_toml("[task]\ndataset = '" + dataset + "'\nloss = 'softmax'\n" + text, "experiment.toml");
    for (const DataSource& source : data_sources())
        if (source.name == dataset) return source.load(*root.find("task"), Random(seed));
    throw std::runtime_error("no data set " + dataset);
}

/// Inputs and targets of some samples, features x lanes and outputs x lanes, row-major.
struct Gathered {
    std::vector<float> x, y;
};
inline Gathered gather(const Samples& samples, const std::vector<std::uint64_t>& index) {
    Gathered g{std::vector<float>(samples.features() * index.size(), -99.0f),
               std::vector<float>(samples.outputs() * index.size(), -99.0f)};
    samples.gather(index, g.x.data(), g.y.data());
    return g;
}
inline std::vector<std::uint64_t> first(std::size_t n) {
    std::vector<std::uint64_t> index(n);
    for (std::size_t i = 0; i < n; ++i) index[i] = i;
    return index;
}

}  // namespace apical
