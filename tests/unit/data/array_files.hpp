#pragma once
// HDF5 and MATLAB files made on the fly.
#include <matio.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sim/hdf5/file.hpp"

namespace apical {

/// Adds a data set to an open file.
template <class T>
void put(hdf5::File& file, const std::string& path, hdf5::Kind kind, const hdf5::Shape& shape,
         const std::vector<T>& values) {
    file.make_data_set(path, {kind, shape}).write(std::span<const T>(values));
}

/// Four samples of 2 x 3 bytes in x, their labels 0 1 2 0 in y, two targets each in t.
inline void write_hdf5(const std::string& path) {
    auto file = hdf5::File::create(path, hdf5::Layout::finished);
    std::vector<std::uint8_t> pixels(24);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(10 * i);
    put(file, "/x", hdf5::Kind::byte, {4, 2, 3}, pixels);
    put(file, "/y", hdf5::Kind::uint64, {4}, std::vector<std::uint64_t>{0, 1, 2, 0});
    put(file, "/t", hdf5::Kind::float32, {4, 2}, std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7});
    put(file, "/test/x", hdf5::Kind::byte, {1, 6}, std::vector<std::uint8_t>{6, 5, 4, 3, 2, 1});
    put(file, "/test/y", hdf5::Kind::uint64, {1, 1}, std::vector<std::uint64_t>{2});
    file.flush();
}

/// One variable of a MATLAB file; values in MATLAB's order.
template <class T>
void put(mat_t* file, const char* name, matio_classes type, matio_types stored, std::vector<std::size_t> shape,
         std::vector<T> values) {
    matvar_t* variable =
        Mat_VarCreate(name, type, stored, static_cast<int>(shape.size()), shape.data(), values.data(), 0);
    Mat_VarWrite(file, variable, MAT_COMPRESSION_ZLIB);
    Mat_VarFree(variable);
}

/// A file as those of SVHN: one image a label; the value at row r, column c, channel h is 64 h + 2 r + c.
inline void write_svhn(const std::string& path, const std::vector<std::uint8_t>& labels, mat_ft version = MAT_FT_MAT5) {
    std::vector<std::uint8_t> pixels;
    for (std::size_t k = 0; k < labels.size(); ++k)
        for (int h = 0; h < 3; ++h)
            for (int c = 0; c < 32; ++c)
                for (int r = 0; r < 32; ++r) pixels.push_back(static_cast<std::uint8_t>(64 * h + 2 * r + c));
    mat_t* file = Mat_CreateVer(path.c_str(), nullptr, version);
    put(file, "X", MAT_C_UINT8, MAT_T_UINT8, {32, 32, 3, labels.size()}, pixels);
    put(file, "y", MAT_C_UINT8, MAT_T_UINT8, {labels.size(), 1}, labels);
    Mat_Close(file);
}

}  // namespace apical
