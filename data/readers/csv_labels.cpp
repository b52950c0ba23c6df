#include "data/readers/csv_labels.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sim/core/printable.hpp"

namespace apical {

CsvLabels::CsvLabels(const CsvFormat& format)
    : format_(format), kind_(format.class_names.empty() ? format.labels : CsvFormat::Labels::names) {
    for (std::size_t k = 0; k < format.class_names.size(); ++k)
        seen_.emplace(format.class_names[k], static_cast<std::uint16_t>(k));
}

std::uint16_t CsvLabels::take(const Cell& cell) {
    using Labels = CsvFormat::Labels;
    double value = 0;
    const bool is_number = read_number(cell.text, format_.decimal, value);
    if (kind_ == Labels::either && !cell.text.empty()) kind_ = is_number ? Labels::numbers : Labels::names;
    if (cell.text.empty()) throw LabelError{kind_ == Labels::names ? "a name" : "a whole number", ""};
    if (is_number != (kind_ == Labels::numbers))
        throw LabelError{kind_ == Labels::numbers ? fmt::format("a whole number from 0 to {}", largest_label)
                                                  : "a name, as the labels before it",
                         "labels are all numbers or all names"};
    return is_number ? number(value) : name(cell);
}

std::uint16_t CsvLabels::number(double value) const {
    const std::int64_t largest = format_.classes > 0 ? format_.classes - 1 : largest_label;
    if (value >= 0 && value <= static_cast<double>(largest) && value == std::floor(value))
        return static_cast<std::uint16_t>(value);
    std::string hint;
    if (std::isfinite(value) && value != std::floor(value))
        hint = "are these no classes but the targets of a regression? then target_columns";
    else if (value == -1) hint = "classes are counted from 0: 0 and 1 in place of -1 and 1";
    throw LabelError{fmt::format("a whole number from 0 to {}", largest), hint};
}

std::uint16_t CsvLabels::name(const Cell& cell) {
    if (printable(cell.text) != cell.text) throw LabelError{"a name in UTF-8", "iconv -t UTF-8 converts"};
    const std::string text = unquoted(cell);
    if (const auto found = seen_.find(text); found != seen_.end()) return found->second;
    if (!format_.class_names.empty()) {
        constexpr std::size_t most_shown = 10;
        const auto last =
            format_.class_names.begin() + static_cast<std::ptrdiff_t>(std::min(most_shown, format_.class_names.size()));
        throw LabelError{
            fmt::format("one of the training part's {}{}", fmt::join(format_.class_names.begin(), last, ", "),
                        last == format_.class_names.end() ? "" : " .."),
            ""};
    }
    if (seen_.size() > static_cast<std::size_t>(largest_label))
        throw LabelError{fmt::format("at most {} different names", largest_label + 1), "is this column the label?"};
    return seen_.emplace(text, static_cast<std::uint16_t>(seen_.size())).first->second;
}

void CsvLabels::finish(std::vector<std::uint16_t>& labels) {
    if (kind_ != CsvFormat::Labels::names) {
        classes_ = format_.classes > 0 ? static_cast<std::size_t>(format_.classes)
                                       : *std::max_element(labels.begin(), labels.end()) + std::size_t{1};
        return;
    }
    std::vector<std::uint16_t> class_of(seen_.size());
    for (const auto& [name, kept] : seen_) {  // in alphabetical order
        class_of[kept] = static_cast<std::uint16_t>(names_.size());
        names_.push_back(name);
    }
    for (std::uint16_t& label : labels) label = class_of[label];
    classes_ = names_.size();
}

}  // namespace apical
