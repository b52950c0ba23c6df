#include "data/readers/mat.hpp"

#include <fmt/format.h>
#include <matio.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include "data/readers/bytes.hpp"
#include "data/readers/hdf5.hpp"
#include "data/readers/subprocess.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

struct Close {
    void operator()(mat_t* file) const { Mat_Close(file); }
    void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using File = std::unique_ptr<mat_t, Close>;
using Variable = std::unique_ptr<matvar_t, Close>;

[[noreturn]] void refuse(const std::string& name, std::string found, std::string expected, std::string hint = {}) {
    throw InputError({{name}, {}, std::move(found), std::move(expected), std::move(hint)});
}

template <class From, class To>
Numbers numbers(const void* data, std::size_t count) {
    const auto* first = static_cast<const From*>(data);
    return std::vector<To>(first, first + count);
}

struct ElementType {
    matio_classes code;
    std::size_t size;
    bool is_whole;
    Numbers (*convert)(const void*, std::size_t);
};
constexpr ElementType element_types[] = {
    {MAT_C_UINT8, 1, true, numbers<std::uint8_t, std::uint8_t>},
    {MAT_C_INT8, 1, true, numbers<std::int8_t, double>},
    {MAT_C_UINT16, 2, true, numbers<std::uint16_t, double>},
    {MAT_C_INT16, 2, true, numbers<std::int16_t, double>},
    {MAT_C_UINT32, 4, true, numbers<std::uint32_t, double>},
    {MAT_C_INT32, 4, true, numbers<std::int32_t, double>},
    {MAT_C_UINT64, 8, true, numbers<std::uint64_t, double>},
    {MAT_C_INT64, 8, true, numbers<std::int64_t, double>},
    {MAT_C_SINGLE, 4, false, numbers<float, float>},
    {MAT_C_DOUBLE, 8, false, numbers<double, double>},
};

Array read_one(mat_t* file, const std::string& path, const std::string& name) {
    Array array{path + ": " + name, {}, {}, false};
    const Variable variable(Mat_VarReadInfo(file, name.c_str()));
    if (!variable) refuse(array.name, "no such variable", "a MATLAB file that holds it", "is the file truncated?");
    const auto* type = std::find_if(std::begin(element_types), std::end(element_types),
                                    [&](const ElementType& row) { return row.code == variable->class_type; });
    if (type == std::end(element_types) || variable->isComplex != 0 || variable->rank < 2 || variable->dims == nullptr)
        refuse(array.name, "no full array of real numbers", "one");
    array.shape.assign(variable->dims, variable->dims + variable->rank);
    // Deflate, the strongest compression there is, makes data at most 1032 times smaller.
    std::error_code none;
    const std::size_t limit = std::min(largest_file / 1032, std::filesystem::file_size(path, none)) * 1032 / type->size;
    const std::size_t count = element_count(array.shape, limit);
    if (count > limit) refuse(array.name, shape_text(array.shape), "what a file of this length can hold");
    if (Mat_VarReadDataAll(file, variable.get()) != 0 || variable->data == nullptr ||
        variable->nbytes != count * type->size || variable->data_size != static_cast<int>(type->size))
        refuse(array.name, "damaged data", "an intact file", "is the file truncated?");
    array.values = type->convert(variable->data, count);
    array.is_whole = type->is_whole;
    return array;
}

/// Whether MATLAB's header of 512 bytes, or nothing, stands before an HDF5 file.
bool is_hdf5(const std::string& path) {
    const std::string signature = "\x89HDF\r\n\x1a\n";
    std::string start(512 + signature.size(), '\0');
    std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
    return start.starts_with(signature) || start.ends_with(signature);
}

}  // namespace

std::vector<Array> read_mat(const std::string& path, const std::vector<std::string>& variables) {
    if (is_hdf5(path)) {  // version 7.3: read as every HDF5 file is, with MATLAB's order of the axes
        std::vector<Array> arrays = read_hdf5(path, variables);
        for (Array& array : arrays) std::reverse(array.shape.begin(), array.shape.end());
        return arrays;
    }
    return read_in_subprocess(path, [&] {
        const File file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
        if (!file) refuse(path, "no MATLAB file that can be opened", "a .mat file, not compressed by another program");
        std::vector<Array> arrays;
        arrays.reserve(variables.size());
        for (const std::string& name : variables) arrays.push_back(read_one(file.get(), path, name));
        return arrays;
    });
}

}  // namespace apical
