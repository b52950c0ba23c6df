#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/records.hpp"

namespace apical {

/// How to read a table. Columns count from 1, negative ones from the end (-1 is the last).
struct CsvFormat {
    char delimiter = ',';
    char decimal = '.';
    bool header = false;  ///< the first line is names
    std::int64_t label_column = -1;
    std::vector<std::int64_t> target_columns{};  ///< not empty: a regression on these columns, no label
    std::int64_t classes = 0;  ///< labels are 0 to classes - 1; 0: as many as the largest label says, or the names
    std::int64_t largest_pixel = 0;  ///< above 0: inputs are whole numbers 0 to this (at most 255), kept as bytes
    enum class Labels { either, numbers, names };
    Labels labels = Labels::either;          ///< either: as the first label is
    std::vector<std::string> class_names{};  ///< of the training part: others are refused
};

/// Reads one table, possibly spread over several files (gzip or not) with the same columns. All columns that are not
/// label or target are inputs. Labels are whole numbers, or names: those are numbered in alphabetical order. Accepts
/// the line ends of all systems, a byte-order mark of UTF-8, blank lines, lines that begin with #, spaces and double
/// quotes around cells, a missing final newline. Throws InputError with file:line:column for what is not a finite
/// number of float32's range, for ragged rows, for labels out of range and for files whose headers differ.
Records read_csv(const std::vector<std::string>& files, const CsvFormat& format);

/// The same from one text; `name` stands for the file in messages.
Records parse_csv(std::string_view text, const std::string& name, const CsvFormat& format);

}  // namespace apical
