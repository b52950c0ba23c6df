#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/records.hpp"

namespace apical {

/// How to read a table of numbers. Columns count from 1, negative ones from the end (-1 is the last).
struct CsvFormat {
    char delimiter = ',';
    bool header = false;  ///< the first line is names, passed over
    std::int64_t label_column = -1;
    std::vector<std::int64_t> target_columns;  ///< not empty: a regression on these columns, no label
    std::int64_t classes = 0;                  ///< labels are 0 to classes - 1; 0: as many as the largest label says
    std::int64_t largest_pixel = 0;  ///< above 0: inputs are whole numbers 0 to this (at most 255), kept as bytes
};

/// Reads one table, possibly spread over several files (gzip or not) with the same columns. All columns that are not
/// label or target are inputs. Accepts CRLF, a byte-order mark, blank lines, spaces around numbers, a missing final
/// newline. Throws InputError with file:line:column for what is not a finite number of float32's range, for ragged rows
/// and for labels out of range.
Records read_csv(const std::vector<std::string>& files, const CsvFormat& format);

/// The same from one text; `name` stands for the file in messages.
Records parse_csv(std::string_view text, const std::string& name, const CsvFormat& format);

}  // namespace apical
