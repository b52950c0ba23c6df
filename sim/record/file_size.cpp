#include "sim/record/file_size.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <set>

#include "sim/core/error.hpp"
#include "sim/record/netcdf.hpp"
#include "sim/record/output_file.hpp"

namespace apical {
namespace {

constexpr std::uint64_t page = 4096;          // every block starts on one while the file grows
constexpr std::uint64_t file_pages = 16;      // superblock, root group, configuration
constexpr std::uint64_t object_pages = 8;     // header, its continuations, references to and from the axes
constexpr std::uint64_t chunks_in_node = 32;  // at least, in a node of the index of chunks

std::uint64_t pages(std::uint64_t bytes) { return (bytes + page - 1) / page * page; }
std::uint64_t divided_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

std::uint64_t bytes_of(const hdf5::Shape& shape, std::size_t number_size) {
    std::uint64_t bytes = number_size;
    for (const std::uint64_t extent : shape) bytes *= extent;
    return bytes;
}

std::uint64_t growing_bytes(const hdf5::Shape& row, std::size_t number_size, std::uint64_t rows) {
    const hdf5::Shape chunk = chunk_shape(row, number_size, rows);
    std::uint64_t chunks = divided_up(rows, chunk[0]);
    for (std::size_t axis = 0; axis < row.size(); ++axis) chunks *= divided_up(row[axis], chunk[axis + 1]);
    return chunks * pages(bytes_of(chunk, number_size)) + divided_up(chunks, chunks_in_node) * page +
           object_pages * page;
}

/// Axes are made once in a group.
std::uint64_t axis_bytes(const std::string& group, const std::vector<Axis>& axes, std::set<std::string>& made) {
    std::uint64_t bytes = made.insert(group).second ? object_pages * page : 0;
    for (const Axis& axis : axes)
        if (made.insert(join(group, axis.name)).second)
            bytes += axis.gathered.empty() ? object_pages * page + pages(axis.size() * sizeof(double))
                                           : growing_bytes({}, sizeof(std::uint64_t), axis.size());
    return bytes;
}

}  // namespace

std::uint64_t expected_size(std::span<const Series> series, std::span<const Field> fields) {
    std::uint64_t bytes = file_pages * page;
    std::set<std::string> made;
    for (const Series& one : series) {
        bytes += axis_bytes(one.group, one.axes, made) + growing_bytes({}, sizeof(double), one.expected_rows);
        for (const Variable& variable : one.variables)
            bytes += growing_bytes(row_shape(variable, one.axes), size_of(one.storage), one.expected_rows);
    }
    for (const Field& field : fields) {
        const hdf5::Shape shape = row_shape(field.variable, field.axes);
        bytes += axis_bytes(field.group, field.axes, made) + object_pages * page;
        if (shape.empty()) continue;
        bytes += growing_bytes({shape.begin() + 1, shape.end()}, size_of(field.storage), shape[0]);
    }
    return bytes;
}

std::string readable_size(std::uint64_t bytes) {
    constexpr const char* units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    double number = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; number >= 999.5 && unit + 1 < std::size(units); ++unit) number /= 1000;
    return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.3g} {}", number, units[unit]);
}

std::optional<std::uint64_t> free_space(const std::string& path) {
    struct statvfs status {};
    if (::statvfs(folder_of(target_of(path)).c_str(), &status) != 0 || status.f_blocks == 0) return std::nullopt;
    return std::uint64_t{status.f_bavail} * status.f_frsize;
}

void require_space(const std::string& path, std::uint64_t bytes) {
    const std::optional<std::uint64_t> free = free_space(path);
    if (free && bytes > *free)
        throw RunError(
            fmt::format("{}: the file will have {}, but the disk has only {} left: record less (fewer probes, "
                        "longer intervals), or write elsewhere with --out",
                        path, readable_size(bytes), readable_size(*free)));
}

}  // namespace apical
