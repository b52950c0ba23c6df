#include "data/csv.hpp"

#include <fmt/format.h>

#include "data/data_path.hpp"
#include "data/keys.hpp"
#include "data/parts.hpp"
#include "data/readers/csv.hpp"

namespace apical {
namespace {

struct Keys : PartKeys {
    std::vector<std::string> file;
    std::vector<std::string> validation_file, test_file;
    std::string delimiter = ",";
    std::string decimal = ".";
    bool header = false;
    std::int64_t label_column = -1;
    std::vector<std::int64_t> target_columns;
};

const Table<Keys>& table() {
    static const Table<Keys> rows{
        {"file", &Keys::file, "1", "CSV file or list of files with the samples, gzip or not.", {}, true},
        {"test_file", &Keys::test_file, "1", "CSV file or list of files with the test part; empty: no such file."},
        test_samples_row<Keys>(),
        test_fraction_row<Keys>(),
        {"validation_file", &Keys::validation_file, "1",
         "CSV file or list of files with the validation part; empty: no such file."},
        validation_samples_row<Keys>(),
        validation_fraction_row<Keys>(),
        split_seed_row<Keys>(),
        {"delimiter", &Keys::delimiter, "1", "One character between two cells.", one_of(",", ";", "\t", " ", "|", ":")},
        {"decimal", &Keys::decimal, "1", "Character before the decimals of a number.", one_of(".", ",")},
        {"header", &Keys::header, "1",
         "Whether the first line of every file is names of the columns; those of the inputs are kept."},
        {"label_column", &Keys::label_column, "1",
         "Column of the class, counted from 1, or from the end (-1: the last): whole numbers from 0, or names, which "
         "are "
         "numbered in alphabetical order and kept."},
        {"target_columns", &Keys::target_columns, "1", "Regression on these columns; there is then no label."},
        classes_row<Keys>(),
        standardise_row<Keys>(),
        train_limit_row<Keys>()};
    return rows;
}

std::vector<std::string> paths(const std::vector<std::string>& files, const Node& task, const std::string& key) {
    std::vector<std::string> result;
    result.reserve(files.size());
    for (const std::string& file : files) result.push_back(find_path(file, task, key));
    return result;
}

DataSet load(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    if (keys.file.empty()) refuse_key(task, "file", "an empty list", "at least one file");
    if (!keys.target_columns.empty() && keys.label_column != Keys{}.label_column)
        refuse_key(task, "label_column", "a label beside target_columns", "one of the two: classes or a regression");
    if (keys.decimal == keys.delimiter)
        refuse_key(task, "decimal", "'" + keys.decimal + "' between cells and in numbers", "another delimiter");
    CsvFormat format;
    format.delimiter = keys.delimiter.front();
    format.decimal = keys.decimal.front();
    format.header = keys.header;
    format.label_column = keys.label_column;
    format.target_columns = keys.target_columns;
    format.classes = keys.classes;
    const auto files = paths(keys.file, task, "file");
    Records samples = read_csv(files, format);
    if (const std::size_t names = samples.class_names.size();
        names > 0 && keys.classes > 0 && names != static_cast<std::size_t>(keys.classes))
        refuse_key(task, "classes", fmt::format("{}", keys.classes),
                   fmt::format("{}, as many as there are names of classes", names));
    const auto own_files = [&](const std::vector<std::string>& names, const std::string& key) -> OwnFiles {
        if (names.empty()) return {key, nullptr};
        return {key, [&, key](const Records& training) {
                    CsvFormat same = format;
                    if (training.has_classes()) same.classes = static_cast<std::int64_t>(training.outputs);
                    if (training.class_names.empty()) same.labels = CsvFormat::Labels::numbers;
                    same.class_names = training.class_names;
                    return read_csv(paths(names, task, key), same);
                }};
    };
    return set_of_parts("csv", files.front(), std::move(samples), own_files(keys.validation_file, "validation_file"),
                        own_files(keys.test_file, "test_file"), keys, task, random);
}

}  // namespace

DataSource csv_source() {
    return {"csv", "Your own samples as tables of numbers, one row a sample.", "", table().descriptors(), load};
}

}  // namespace apical
