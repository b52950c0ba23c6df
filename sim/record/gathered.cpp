#include "sim/record/gathered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/record/netcdf.hpp"

namespace apical {

std::optional<Gathered> gathered(const hdf5::File& file, const hdf5::DataSet& data) {
    const std::vector<std::string> scales = data.scales();
    if (scales.empty() || scales.back().empty()) return std::nullopt;
    const hdf5::DataSet list = file.data_set(scales.back());
    const std::optional<std::string> compress = list.attribute("compress");
    if (!compress) return std::nullopt;
    const auto refuse = [&](const std::string& found, const std::string& expected) {
        throw InputError({{file.path(), 0, 0}, list.name(), found, expected, ""});
    };
    Gathered result;
    std::istringstream words(*compress);
    std::string more;
    if (!(words >> result.rows_axis >> result.columns_axis) || words >> more)
        refuse("attribute compress = \"" + *compress + "\"", "the names of two axes");
    const std::string folder = list.name().substr(0, list.name().rfind('/'));
    const auto length = [&](const std::string& axis) {
        const std::string path = join(folder.empty() ? "/" : folder, axis);
        if (!file.exists(path) || file.is_group(path))
            refuse("attribute compress = \"" + *compress + "\"", "the name of an axis: there is no " + path);
        return file.data_set(path).count();
    };
    result.rows = length(result.rows_axis);
    result.columns = length(result.columns_axis);
    result.addresses = list.read<std::uint64_t>();
    if (result.addresses.size() != data.shape().back())
        refuse(fmt::format("{} places", result.addresses.size()),
               fmt::format("{}, as the data set {} has numbers", data.shape().back(), data.name()));
    if (std::ranges::adjacent_find(result.addresses, std::greater_equal<>()) != result.addresses.end())
        refuse("places that do not ascend", "row * columns + column, in ascending order, none twice");
    // The rows of the last place, so that nothing is multiplied that might not fit.
    if (!result.addresses.empty() && (result.columns == 0 || result.addresses.back() / result.columns >= result.rows))
        refuse(fmt::format("place {}", result.addresses.back()),
               fmt::format("places of a matrix of {} x {}", result.rows, result.columns));
    return result;
}

}  // namespace apical
