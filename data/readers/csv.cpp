#include "data/readers/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/readers/bytes.hpp"
#include "data/readers/csv_cells.hpp"
#include "data/readers/csv_labels.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"

namespace apical {
namespace {

class CsvParser {
   public:
    explicit CsvParser(const CsvFormat& format) : format_(format), labels_(format) {}

    void parse(std::string_view text, const std::string& name) {
        name_ = name;
        line_ = 0;
        const std::size_t rows_before = rows_;
        if (const std::string other = foreign_format(text); !other.empty())
            refuse(0, {}, other, "a table as text in UTF-8",
                   other.starts_with("text") ? fmt::format("iconv -f {} -t UTF-8 converts it", other.substr(8))
                                             : "save it as CSV");
        if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        for (bool header = format_.header; !text.empty();) {
            const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
            const std::string_view line = text.substr(0, end);
            text.remove_prefix(end);
            text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
            ++line_;
            if (line.empty() || is_comment(line)) continue;
            if (!split_cells(line, format_.delimiter, cells_))
                refuse(0, {}, "a cell whose quotes are not closed, or followed by text",
                       "a quoted cell that ends on its line", "a quote inside of it is written \"\"");
            if (header) read_header();
            else read_row();
            header = false;
        }
        if (rows_ == rows_before) refuse(0, {}, "no samples", "at least one row of numbers");
    }

    Records finish() && {
        records_.targets = std::move(targets_);
        records_.features = static_cast<std::size_t>(std::count(roles_.begin(), roles_.end(), input));
        records_.outputs = format_.target_columns.size();
        if (records_.has_classes()) {
            labels_.finish(records_.labels);
            records_.outputs = labels_.classes();
            records_.class_names = labels_.names();
        }
        for (std::size_t k = 0; k < names_.size() && names_.size() == roles_.size(); ++k)
            if (roles_[k] == input) records_.input_names.push_back(names_[k]);
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

    /// Names are kept; columns that stand in another order than in the file before are refused.
    void read_header() {
        std::vector<std::string> names;
        bool is_numbers = true;
        for (const Cell& cell : cells_) {
            double value = 0;
            is_numbers = is_numbers && read_number(cell.text, format_.decimal, value);
            if (printable(cell.text) != cell.text)
                refuse(cell.column, {}, shown(cell.text), "names in UTF-8", "iconv -t UTF-8 converts");
            names.push_back(unquoted(cell));
        }
        if (is_numbers)
            records_.warnings.push_back(fmt::format(
                "{}:{}: the header is a row of numbers; if it is a sample, header = false reads it", name_, line_));
        for (std::size_t k = 0; k < names.size() && !names_.empty(); ++k)
            if (k >= names_.size() || names[k] != names_[k])
                refuse(
                    cells_[k].column, {}, "column " + shown(names[k]),
                    k < names_.size() ? shown(names_[k]) + ", as in the first file" : "the columns of the first file");
        names_ = std::move(names);
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
        if (std::count(roles_.begin(), roles_.end(), input) == 0) {
            const std::string reason = reason_for(cells_.front().text, format_.delimiter, format_.decimal);
            refuse(0, {}, fmt::format("{} column{}, none of them an input", columns, columns == 1 ? "" : "s"),
                   "at least one input column", reason.empty() ? "is the delimiter right?" : reason);
        }
        if (!names_.empty() && names_.size() != columns)
            records_.warnings.push_back(fmt::format("{}: the header has {} names for {} columns: they are not kept",
                                                    name_, names_.size(), columns));
    }

    void read_row() {
        if (roles_.empty()) assign_roles(cells_.size());
        if (cells_.size() != roles_.size())
            refuse(cells_.back().column, {}, fmt::format("{} columns", cells_.size()),
                   fmt::format("{}, as in the first row", roles_.size()),
                   cells_.size() > roles_.size() && format_.delimiter == ','
                       ? "a comma inside of a number or a name? such cells stand in double quotes"
                       : "");
        const std::size_t first_target = targets_.size();
        targets_.resize(first_target + format_.target_columns.size());
        for (std::size_t k = 0; k < cells_.size(); ++k) {
            const Cell& cell = cells_[k];
            const int role = roles_[k];
            if (role == label) read_label(cell);
            else if (role >= 0) targets_[first_target + static_cast<std::size_t>(role)] = number(cell);
            else if (format_.largest_pixel > 0) pixels_.push_back(pixel(cell));
            else inputs_.push_back(number(cell));
        }
        ++rows_;
    }

    void read_label(const Cell& cell) {
        try {
            records_.labels.push_back(labels_.take(cell));
        } catch (const LabelError& error) {
            refuse(cell.column, {}, fmt::format("label {} in row {}", shown(cell.text), rows_ + 1), error.expected,
                   error.hint.empty() ? hint_for(cell) : error.hint);
        }
    }

    /// No cell of the first row is a number: names.
    bool looks_like_header() const {
        return rows_ == 0 && !format_.header && std::none_of(cells_.begin(), cells_.end(), [&](const Cell& cell) {
                   double value = 0;
                   return read_number(cell.text, format_.decimal, value);
               });
    }

    std::string hint_for(const Cell& cell) const {
        std::string reason = reason_for(cell.text, format_.delimiter, format_.decimal);
        if (looks_like_header() && (reason.empty() || cell.quoted)) return "is this a header? then header = true";
        if (!reason.empty()) return reason;
        if (cell.text.empty() && &cell == &cells_.back()) return "does every row end with a delimiter?";
        if (cell.text.empty()) return "a missing value: fill it in, or leave out the row";
        const bool is_word = std::any_of(cell.text.begin(), cell.text.end(), [](unsigned char c) { return c > '9'; });
        if (!is_word || rows_ > 0) return "";
        return fmt::format("words cannot be inputs; are they the label? then label_column = {}",
                           &cell - cells_.data() + 1);
    }

    double number(const Cell& cell) const {
        double value = 0;
        if (!read_number(cell.text, format_.decimal, value))
            refuse(cell.column, {}, cell.text.empty() ? "an empty cell" : shown(cell.text), "a number", hint_for(cell));
        if (!std::isfinite(value) || std::abs(value) > std::numeric_limits<float>::max())
            refuse(cell.column, {}, shown(cell.text), "a finite number in the range of float32",
                   reason_for(cell.text, format_.delimiter, format_.decimal));
        return value;
    }

    std::uint8_t pixel(const Cell& cell) const {
        const double value = number(cell);
        if (value < 0 || value > static_cast<double>(format_.largest_pixel) || value != std::floor(value))
            refuse(cell.column, {}, fmt::format("pixel {} in row {}", shown(cell.text), rows_ + 1),
                   fmt::format("a whole number from 0 to {}", format_.largest_pixel));
        return static_cast<std::uint8_t>(value);
    }

    const CsvFormat& format_;
    CsvLabels labels_;
    std::string name_;
    std::size_t line_ = 0;
    std::size_t rows_ = 0;
    std::vector<Cell> cells_;         ///< of the line that is read
    std::vector<std::string> names_;  ///< of each column, from the header
    std::vector<int> roles_;          ///< of each column
    std::vector<double> inputs_, targets_;
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
