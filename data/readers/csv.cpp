#include "data/readers/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "data/readers/bytes.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

/// What stands in a cell, fit for a terminal: a file of another kind holds anything.
std::string shown(std::string_view text) {
    constexpr std::size_t longest = 40;
    std::string result = "'";
    for (char c : text.substr(0, longest)) {
        const bool printable = c >= ' ' && c <= '~';
        result += printable ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return result + (text.size() > longest ? "...'" : "'");
}

class CsvParser {
   public:
    explicit CsvParser(const CsvFormat& format) : format_(format) {}

    void parse(std::string_view text, const std::string& name) {
        name_ = name;
        line_ = 0;
        const std::size_t rows_before = rows_;
        if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        for (bool header = format_.header; !text.empty();) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            std::string_view line = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            ++line_;
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (line.empty()) continue;
            if (!header) read_row(line);
            header = false;
        }
        if (rows_ == rows_before) refuse(0, {}, "no samples", "at least one row of numbers");
    }

    Records finish() && {
        records_.features = std::count(roles_.begin(), roles_.end(), input);
        records_.outputs = format_.target_columns.size();
        if (records_.has_classes())
            records_.outputs = format_.classes > 0
                                   ? static_cast<std::size_t>(format_.classes)
                                   : *std::max_element(records_.labels.begin(), records_.labels.end()) + 1u;
        if (format_.largest_pixel > 0) {
            records_.inputs = std::move(pixels_);
            records_.full_scale = static_cast<double>(format_.largest_pixel);
        } else {
            records_.inputs = std::move(inputs_);
        }
        return std::move(records_);
    }

   private:
    static constexpr int input = -2;
    static constexpr int label = -1;  // 0 and above: which target

    [[noreturn]] void refuse(std::size_t column, std::string key, std::string found, std::string expected,
                             std::string hint = {}) const {
        throw InputError(
            {{name_, line_, column}, std::move(key), std::move(found), std::move(expected), std::move(hint)});
    }

    /// The first row fixes the number of columns and what each is for.
    void assign_roles(std::size_t columns) {
        roles_.assign(columns, input);
        const auto assign = [&](std::int64_t column, int role, const std::string& key) {
            const auto n = static_cast<std::int64_t>(columns);
            const std::int64_t at = column < 0 ? column + n : column - 1;
            if (column == 0 || at < 0 || at >= n || roles_[static_cast<std::size_t>(at)] != input)
                refuse(0, key, fmt::format("{}", column),
                       fmt::format("a column from 1 to {0}, or from -{0} to -1, given once", n));
            roles_[static_cast<std::size_t>(at)] = role;
        };
        for (std::size_t i = 0; i < format_.target_columns.size(); ++i)
            assign(format_.target_columns[i], static_cast<int>(i), "target_columns");
        if (format_.target_columns.empty()) assign(format_.label_column, label, "label_column");
        if (std::count(roles_.begin(), roles_.end(), input) == 0)
            refuse(0, {}, fmt::format("{} columns, none of them an input", columns), "at least one input column",
                   "is the delimiter right?");
    }

    void read_row(std::string_view line) {
        const auto columns = static_cast<std::size_t>(std::count(line.begin(), line.end(), format_.delimiter)) + 1;
        if (roles_.empty()) assign_roles(columns);
        if (columns != roles_.size())
            refuse(line.size() + 1, {}, fmt::format("{} columns", columns),
                   fmt::format("{}, as in the first row", roles_.size()));
        const std::size_t first_target = records_.targets.size();
        records_.targets.resize(first_target + format_.target_columns.size());
        std::size_t begin = 0;
        for (const int role : roles_) {
            const std::size_t end = std::min(line.find(format_.delimiter, begin), line.size());
            const std::string_view cell = line.substr(begin, end - begin);
            const std::size_t column = begin + 1;
            if (role == label)
                records_.labels.push_back(static_cast<std::uint16_t>(
                    read_whole(cell, column, format_.classes > 0 ? format_.classes - 1 : largest_label, "label")));
            else if (role >= 0)
                records_.targets[first_target + static_cast<std::size_t>(role)] =
                    static_cast<float>(read_number(cell, column));
            else if (format_.largest_pixel > 0)
                pixels_.push_back(static_cast<std::uint8_t>(read_whole(cell, column, format_.largest_pixel, "pixel")));
            else inputs_.push_back(read_number(cell, column));
            begin = end + 1;
        }
        ++rows_;
    }

    double read_number(std::string_view cell, std::size_t column) const {
        std::string_view text = cell;
        while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
        if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc::invalid_argument || end != text.data() + text.size())
            refuse(column, {}, cell.empty() ? "an empty cell" : shown(cell), "a number",
                   rows_ == 0 ? "is this a header? then header = true" : "");
        if (error != std::errc{} || !std::isfinite(value) || std::abs(value) > std::numeric_limits<float>::max())
            refuse(column, {}, shown(cell), "a finite number in the range of float32");
        return value;
    }

    std::int64_t read_whole(std::string_view cell, std::size_t column, std::int64_t largest, const char* what) const {
        const double value = read_number(cell, column);
        if (value < 0 || value > static_cast<double>(largest) || value != std::floor(value))
            refuse(column, {}, fmt::format("{} {} in row {}", what, shown(cell), rows_ + 1),
                   fmt::format("a whole number from 0 to {}", largest));
        return static_cast<std::int64_t>(value);
    }

    const CsvFormat& format_;
    std::string name_;
    std::size_t line_ = 0;
    std::size_t rows_ = 0;
    std::vector<int> roles_;  ///< of each column
    std::vector<double> inputs_;
    std::vector<std::uint8_t> pixels_;
    Records records_;
};

}  // namespace

Records read_csv(const std::vector<std::string>& files, const CsvFormat& format) {
    CsvParser parser(format);
    for (const std::string& file : files) parser.parse(read_bytes(file), file);
    return std::move(parser).finish();
}

Records parse_csv(std::string_view text, const std::string& name, const CsvFormat& format) {
    CsvParser parser(format);
    parser.parse(text, name);
    return std::move(parser).finish();
}

}  // namespace apical
