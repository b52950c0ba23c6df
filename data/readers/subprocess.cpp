#include "data/readers/subprocess.hpp"

#include <filesystem>

#include "data/readers/bytes.hpp"
#include "sim/core/subprocess.hpp"

namespace apical {
namespace {

constexpr std::uint64_t most_arrays = 16;
constexpr std::uint64_t most_axes = 64;

bool put(Pipe& pipe, const Array& array) {
    bool good = pipe.put(array.name) && pipe.put(array.shape.size());
    for (const std::size_t extent : array.shape) good = good && pipe.put(extent);
    good = good && pipe.put(array.is_whole ? 1 : 0) && pipe.put(array.is_from_matlab ? 1 : 0) &&
           pipe.put(array.values.index());
    return good && std::visit(
                       [&](const auto& values) {
                           return pipe.put(values.size()) && pipe.put(values.data(), values.size() * sizeof values[0]);
                       },
                       array.values);
}

bool take(Pipe& pipe, Array& array) {
    std::uint64_t axes = 0, is_whole = 0, is_from_matlab = 0, kind = 0, count = 0;
    if (!pipe.take(array.name) || !pipe.take(axes, most_axes)) return false;
    array.shape.resize(axes);
    for (std::size_t& extent : array.shape) {
        std::uint64_t number = 0;
        if (!pipe.take(number, ~std::uint64_t{0})) return false;
        extent = number;
    }
    if (!pipe.take(is_whole, 1) || !pipe.take(is_from_matlab, 1) || !pipe.take(kind, 2) ||
        !pipe.take(count, largest_file))
        return false;
    array.is_whole = is_whole == 1;
    array.is_from_matlab = is_from_matlab == 1;
    if (kind == 1) array.values = std::vector<std::uint8_t>();
    if (kind == 2) array.values = std::vector<float>();
    if (element_count(array.shape, largest_file) != count) return false;
    return std::visit(
        [&](auto& values) {
            if (count > largest_file / sizeof values[0]) return false;
            values.resize(count);
            return pipe.take(values.data(), count * sizeof values[0]);
        },
        array.values);
}

}  // namespace

std::vector<Array> read_in_subprocess(const std::string& file, const std::function<std::vector<Array>()>& read) {
    if (!reads_in_subprocesses()) return read();
    std::error_code none;
    const std::uintmax_t size = std::filesystem::file_size(file, none);
    // What numbers of a file that is compressed as well as can be, and some copies of them, may need.
    constexpr std::uint64_t largest_memory = std::uint64_t{4} << 30, least_memory = std::uint64_t{256} << 20;
    const std::uint64_t bytes = none ? 0 : std::min<std::uint64_t>(size, std::uint64_t{1} << 40);
    const Allowance allowance{least_memory + std::min(largest_memory, bytes << 13), 3 + (bytes >> 19)};
    std::vector<Array> found, result;
    const auto send_all = [&](Pipe& pipe) {
        bool good = pipe.put(found.size());
        for (const Array& array : found) good = good && put(pipe, array);
        return good;
    };
    const auto take_all = [&](Pipe& pipe) {
        std::uint64_t count = 0;
        if (!pipe.take(count, most_arrays)) return false;
        result.resize(count);
        for (Array& array : result)
            if (!take(pipe, array)) return false;
        return true;
    };
    in_subprocess(
        file, allowance, [&] { found = read(); }, send_all, take_all);
    return result;
}

}  // namespace apical
