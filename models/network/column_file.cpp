#include "models/network/column_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string_view>

#include "sim/hdf5/file.hpp"

namespace apical::network {
namespace {

/// Beside the experiment, or else where the program was started; in a resolved experiment it is absolute.
std::string path_of(const Node& section, const std::string& key) {
    const Node& node = *section.find(key);
    const std::string name = std::get<std::string>(node.value);
    std::error_code none;
    for (const auto& path : {std::filesystem::path(node.place.file).parent_path() / name, std::filesystem::path(name)})
        if (std::filesystem::is_regular_file(path, none)) return path.string();
    throw InputError({node.place, node.key, fmt::format("no file '{}'", name), "an HDF5 or a CSV file", ""});
}

std::ifstream opened(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw InputError({{path}, "", "a file that cannot be read", "", ""});
    return file;
}

bool begins_as_hdf5(const std::string& path) {
    std::string begin(4, '\0');
    std::ifstream file = opened(path);
    file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    return begin == "\x89HDF";
}

/// "" if the number may stand in the column, which it then does.
std::string taken(double number, const FileColumn& column) {
    if (auto* const* cells = std::get_if<std::vector<std::uint32_t>*>(&column.into)) {
        if (!(number >= 0 && number <= std::numeric_limits<std::uint32_t>::max() && number == std::floor(number)))
            return "the number of a cell, from 0 on";
        (*cells)->push_back(static_cast<std::uint32_t>(number));
        return "";
    }
    if (!std::isfinite(number)) return "a finite number";
    std::get<std::vector<double>*>(column.into)->push_back(number);
    return "";
}

std::vector<std::string_view> cells_of(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::vector<std::string_view> cells;
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = std::min(line.find(',', begin), line.size());
        std::string_view cell = line.substr(begin, end - begin);
        while (cell.starts_with(' ')) cell.remove_prefix(1);
        while (cell.ends_with(' ')) cell.remove_suffix(1);
        cells.push_back(cell);
        begin = end + 1;
    }
    return cells;
}

bool is_number(std::string_view cell, double& number) {
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    return error == std::errc{} && end == cell.data() + cell.size();
}

std::vector<std::string> names_of(const std::vector<FileColumn>& columns) {
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const FileColumn& column : columns) names.push_back(column.name);
    return names;
}

/// Which of the columns stands at each place of a line, by the names in the first one.
std::vector<const FileColumn*> by_header(const std::vector<std::string_view>& header,
                                         const std::vector<FileColumn>& columns, const std::string& path) {
    std::vector<const FileColumn*> order;
    for (const std::string_view name : header) {
        const auto found = std::ranges::find(columns, name, &FileColumn::name);
        if (found == columns.end() || std::ranges::find(order, &*found) != order.end())
            throw InputError({{path, 1},
                              "",
                              fmt::format("the column '{}'", name),
                              fmt::format("each of {} at most once", fmt::join(names_of(columns), ", ")),
                              ""});
        order.push_back(&*found);
    }
    for (const FileColumn& column : columns)
        if (!column.optional && std::ranges::find(order, &column) == order.end())
            throw InputError({{path, 1}, "", "no column '" + column.name + "'", "", ""});
    return order;
}

/// The same of a file whose first line has numbers.
std::vector<const FileColumn*> by_place(std::size_t cells, const std::vector<FileColumn>& columns,
                                        const std::string& path) {
    const auto needed = static_cast<std::size_t>(std::ranges::count(columns, false, &FileColumn::optional));
    if (cells < needed || cells > columns.size())
        throw InputError({{path, 1},
                          "",
                          fmt::format("{} numbers in a line", cells),
                          fmt::format("{}", fmt::join(names_of(columns), ", ")),
                          ""});
    std::vector<const FileColumn*> order;
    for (std::size_t k = 0; k < cells; ++k) order.push_back(&columns[k]);
    return order;
}

void read_csv(const std::string& path, const std::vector<FileColumn>& columns) {
    std::ifstream file = opened(path);
    std::vector<const FileColumn*> order;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line == "\r") continue;
        const std::vector<std::string_view> cells = cells_of(line);
        double value = 0;
        if (order.empty()) {
            const bool has_names = !is_number(cells[0], value);
            order = has_names ? by_header(cells, columns, path) : by_place(cells.size(), columns, path);
            if (has_names) continue;
        }
        if (cells.size() != order.size())
            throw InputError({{path, number},
                              "",
                              fmt::format("{} numbers", cells.size()),
                              fmt::format("{} as in the first line", order.size()),
                              ""});
        for (std::size_t k = 0; k < cells.size(); ++k) {
            const std::string expected = is_number(cells[k], value) ? taken(value, *order[k]) : "a number";
            if (!expected.empty())
                throw InputError(
                    {{path, number}, order[k]->name, fmt::format("'{}'", cells[k].substr(0, 40)), expected, ""});
        }
    }
    if (file.bad()) throw InputError({{path}, "", "a file that cannot be read to its end", "", ""});
    if (order.empty())
        throw InputError(
            {{path}, "", "an empty file", fmt::format("lines of {}", fmt::join(names_of(columns), ", ")), ""});
}

void read_hdf5(const std::string& path, const std::string& group, const std::vector<FileColumn>& columns) {
    const hdf5::File file = hdf5::File::open_for_parts(path);
    std::uint64_t rows = 0;
    const FileColumn* first = nullptr;
    for (const FileColumn& column : columns) {
        const std::string name = group + "/" + column.name;
        if (!file.exists(name) && column.optional) continue;
        const hdf5::DataSet stored = file.data_set(name);
        const auto refuse = [&](const std::string& found, const std::string& expected) {
            throw InputError({{path}, name, found, expected, ""});
        };
        stored.require_contained();
        if (const hdf5::Shape shape = stored.shape(); shape.size() != 1)
            refuse(fmt::format("{} dimensions", shape.size()), "one");
        if (first == nullptr) rows = stored.count();
        else if (stored.count() != rows)
            refuse(fmt::format("{} numbers", stored.count()), fmt::format("{}, as many as in {}", rows, first->name));
        first = &column;
        constexpr std::uint64_t together = 1 << 20;
        for (std::uint64_t begin = 0; begin < rows; begin += together)
            for (const double number : stored.read_rows<double>(begin, std::min(together, rows - begin)))
                if (const std::string expected = taken(number, column); !expected.empty())
                    refuse(fmt::format("{}", number), expected);
    }
}

}  // namespace

bool is_hdf5(const Node& section, const std::string& key) { return begins_as_hdf5(path_of(section, key)); }

std::vector<std::string> groups_in(const Node& section, const std::string& key, const std::string& group) {
    const std::string path = path_of(section, key);
    const hdf5::File file = hdf5::File::open_for_parts(path);
    if (!file.exists(group) || !file.is_group(group)) throw InputError({{path}, group, "no such group", "", ""});
    std::vector<std::string> names;
    for (const std::string& name : file.list(group))
        if (file.is_group(group + "/" + name)) names.push_back(name);
    return names;
}

void read_columns(const Node& section, const std::string& key, const std::string& group,
                  const std::vector<FileColumn>& columns) {
    const std::string path = path_of(section, key);
    if (begins_as_hdf5(path)) read_hdf5(path, group, columns);
    else read_csv(path, columns);
}

}  // namespace apical::network
