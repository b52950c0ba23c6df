#include "sim/record/row_mean.hpp"

#include <algorithm>
#include <numeric>

namespace apical {

std::optional<double> mean_of(const Series& series, const std::vector<double>& row, const std::string& name) {
    std::size_t offset = 0;
    for (const Variable& variable : series.variables) {
        std::size_t length = 1;
        for (const std::string& axis : variable.axes)
            length *= std::find_if(series.axes.begin(), series.axes.end(), [&](const Axis& a) {
                          return a.name == axis;
                      })->values.size();
        if (variable.name == name && length > 0) {
            const auto first = row.begin() + static_cast<std::ptrdiff_t>(offset);
            return std::accumulate(first, first + static_cast<std::ptrdiff_t>(length), 0.0) /
                   static_cast<double>(length);
        }
        offset += length;
    }
    return std::nullopt;
}

}  // namespace apical
