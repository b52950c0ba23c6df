#include "data/readers/hdf5.hpp"

#include <fmt/format.h>

#include "data/readers/bytes.hpp"
#include "data/readers/subprocess.hpp"
#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"

namespace apical {
namespace {

/// Truth values that lie as bytes are no pixels.
void make_float(Numbers& values) {
    values = std::visit([](const auto& all) { return std::vector<float>(all.begin(), all.end()); }, values);
}

Array read_one(const hdf5::File& file, const std::string& path) {
    const hdf5::DataSet data = file.data_set(path);
    Array array{file.path() + ": " + path, {}, {}, false};
    for (const std::uint64_t extent : data.shape()) array.shape.push_back(extent);
    const hdf5::Kind kind = data.kind();
    const std::size_t size = kind == hdf5::Kind::byte                                     ? 1
                             : kind == hdf5::Kind::float32 || kind == hdf5::Kind::boolean ? 4
                                                                                          : 8;
    if (element_count(array.shape, largest_file / size) > largest_file / size)
        throw InputError(
            {{array.name}, {}, shape_text(array.shape), fmt::format("at most {} bytes", largest_file), {}});
    switch (kind) {
        case hdf5::Kind::byte:
            array.values = data.read<std::uint8_t>();
            break;
        case hdf5::Kind::float32:
            array.values = data.read<float>();
            break;
        case hdf5::Kind::boolean:
            array.values = data.read<float>();  // no pixels: true is 1
            break;
        default:
            array.values = data.read<double>();
    }
    array.is_whole =
        size == 1 || kind == hdf5::Kind::uint64 || kind == hdf5::Kind::other_integer || kind == hdf5::Kind::boolean;
    if (const auto type = data.attribute("MATLAB_class")) {
        array.is_from_matlab = true;
        if (*type == "char")
            throw InputError({{array.name}, {}, "characters", "numbers", "labels as numbers: grp2idx(y) - 1"});
        if (*type == "logical") make_float(array.values);
    }
    return array;
}

}  // namespace

std::vector<Array> read_hdf5(const std::string& path, const std::vector<std::string>& data_sets) {
    return read_in_subprocess(path, [&] {
        const hdf5::File file = hdf5::File::open_for_parts(path);
        std::vector<Array> arrays;
        arrays.reserve(data_sets.size());
        for (const std::string& name : data_sets) arrays.push_back(read_one(file, name));
        return arrays;
    });
}

}  // namespace apical
