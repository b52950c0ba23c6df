#include "data/readers/csv_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace apical {
namespace {

std::string_view without_spaces(std::string_view text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// Index behind the closing quote of the cell that begins at `begin` with a quote; npos if it does not end.
std::size_t end_of_quotes(std::string_view line, std::size_t begin) {
    for (std::size_t k = begin + 1; k < line.size(); ++k) {
        if (line[k] != '"') continue;
        if (k + 1 < line.size() && line[k + 1] == '"') ++k;
        else return k + 1;
    }
    return std::string_view::npos;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

bool split_cells(std::string_view line, char delimiter, std::vector<Cell>& cells) {
    cells.clear();
    for (std::size_t begin = 0;;) {
        std::size_t first = begin;  // of the text: spaces are passed over, unless they delimit
        while (first < line.size() && line[first] != delimiter && (line[first] == ' ' || line[first] == '\t')) ++first;
        std::size_t end = line.size();
        if (first < line.size() && line[first] == '"') {
            const std::size_t behind = end_of_quotes(line, first);
            if (behind == std::string_view::npos) return false;
            end = std::min(line.find(delimiter, behind), line.size());
            if (!without_spaces(line.substr(behind, end - behind)).empty()) return false;
            cells.push_back({line.substr(first + 1, behind - first - 2), begin + 1, true});
        } else {
            end = std::min(line.find(delimiter, begin), line.size());
            cells.push_back({without_spaces(line.substr(begin, end - begin)), begin + 1, false});
        }
        if (end == line.size()) return true;
        begin = end + 1;
    }
}

std::string unquoted(const Cell& cell) {
    std::string text;
    for (std::size_t k = 0; k < cell.text.size(); ++k) {
        text += cell.text[k];
        if (cell.quoted && cell.text[k] == '"') ++k;  // of two quotes the second is passed over
    }
    return text;
}

std::string shown(std::string_view text) {
    constexpr std::size_t longest = 40;
    std::string result = "'";
    for (char c : text.substr(0, longest)) {
        const bool printable = c >= ' ' && c <= '~';
        result += printable ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return result + (text.size() > longest ? "...'" : "'");
}

bool read_number(std::string_view text, char decimal, double& value) {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    std::string with_point;
    if (decimal != '.') {
        if (text.find('.') != std::string_view::npos) return false;
        with_point = text;
        std::replace(with_point.begin(), with_point.end(), decimal, '.');
        text = with_point;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) return false;
    if (error != std::errc{}) value = std::numeric_limits<double>::infinity();
    return true;
}

std::string reason_for(std::string_view text, char delimiter, char decimal) {
    if (is_one_of(text, {"NA", "N/A", "n/a", "na", "NaN", "NULL", "null", "None", "?", "-", ".", "#N/A", "missing"}))
        return "a missing value: fill it in, or leave out the row";
    if (is_one_of(text, {"True", "False", "true", "false", "TRUE", "FALSE"})) return "write 1 for true and 0 for false";
    double value = 0;
    if (read_number(text, decimal == '.' ? ',' : '.', value))
        return decimal == '.' ? "a decimal comma? then decimal = \",\"" : "a decimal point? then decimal = \".\"";
    for (const auto& [other, name] :
         {std::pair(';', ";"), std::pair('\t', "\\t"), std::pair('|', "|"), std::pair(',', ","), std::pair(' ', " ")})
        if (other != delimiter && text.find(other) != std::string_view::npos)
            return fmt::format("another delimiter? then delimiter = \"{}\"", name);
    return "";
}

bool is_comment(std::string_view line) {
    line = without_spaces(line);
    if (!line.starts_with('#')) return false;
    line.remove_prefix(1);
    for (const std::string_view error : {"N/A", "VALUE!", "DIV/0!", "REF!", "NAME?", "NUM!", "NULL!"})
        if (line.starts_with(error)) return false;
    return true;
}

std::string foreign_format(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\xff\xfe\0\0"sv) || bytes.starts_with("\0\0\xfe\xff"sv)) return "text in UTF-32";
    if (bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("\xfe\xff"sv)) return "text in UTF-16";
    if (bytes.size() >= 4 && (bytes[0] == '\0') != (bytes[1] == '\0') && (bytes[0] == '\0') == (bytes[2] == '\0') &&
        (bytes[1] == '\0') == (bytes[3] == '\0'))
        return "text in UTF-16";
    if (bytes.starts_with("PK\3\4"sv)) return "a zip archive or a spreadsheet (.xlsx, .ods)";
    return "";
}

}  // namespace apical
