#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace apical {

/// One cell of a line of a table.
struct Cell {
    std::string_view text;   ///< without the spaces and quotes around it
    std::size_t column = 1;  ///< of its first character in the line, counted from 1
    bool quoted = false;
};

/// The cells of a line, separated by `delimiter`; a cell in double quotes may contain it, and a quote as "". Into
/// `cells`, whose memory is used again. False if the last cell begins with a quote that does not end on this line, or
/// if there is text behind a closing quote.
bool split_cells(std::string_view line, char delimiter, std::vector<Cell>& cells);

/// The text of a cell with "" as one quote.
std::string unquoted(const Cell& cell);

/// A cell fit for a terminal, in quotes: a file of another kind holds anything.
std::string shown(std::string_view text);

/// A number as programs write it, with this character before the decimals; a sign, an exponent, nan and inf. False if
/// the text is no number or beyond the range of a double (then `value` is infinite).
bool read_number(std::string_view text, char decimal, double& value);

/// Why a cell that should be a number is none, and what to do; empty if nothing is known.
std::string reason_for(std::string_view text, char delimiter, char decimal);

/// A line that is passed over: `#` and anything, but not the errors that spreadsheets write, such as #N/A.
bool is_comment(std::string_view line);

/// What is wrong with a file as a whole: its encoding (UTF-16, UTF-32), or that it is a spreadsheet; empty if nothing
/// is.
std::string foreign_format(std::string_view bytes);

}  // namespace apical
