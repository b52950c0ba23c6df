#include "data/csv.hpp"

#include <fmt/format.h>

#include <cmath>

#include "data/keys.hpp"
#include "data/places.hpp"
#include "data/readers/csv.hpp"
#include "data/split.hpp"
#include "data/stored.hpp"

namespace apical {
namespace {

struct Keys {
    std::vector<std::string> file;
    std::vector<std::string> test_file;
    std::int64_t test_samples = 0;
    double test_fraction = 0;
    std::int64_t split_seed = -1;
    std::string delimiter = ",";
    bool header = false;
    std::int64_t label_column = -1;
    std::vector<std::int64_t> target_columns;
    std::int64_t classes = 0;
    std::string standardise = "none";
    std::int64_t train_limit = 0;
};

const Table<Keys>& table() {
    static const Table<Keys> rows{
        {"file", &Keys::file, "1", "CSV file or list of files with the samples, gzip or not.", {}, true},
        {"test_file", &Keys::test_file, "1", "The same for the test part."},
        {"test_samples", &Keys::test_samples, "1", "Samples of `file` held out, each class in proportion.",
         non_negative},
        {"test_fraction", &Keys::test_fraction, "1", "The same as a fraction of all samples.",
         Range{0, 1, false, true}},
        split_seed_row<Keys>(),
        {"delimiter", &Keys::delimiter, "1", "One character between two cells.", one_of(",", ";", "\t", " ", "|", ":")},
        {"header", &Keys::header, "1", "The first line of every file is names."},
        {"label_column", &Keys::label_column, "1",
         "Column of the class, counted from 1, or from the end (-1: the last)."},
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

/// How many samples are held out. At most one of the three keys may say so.
std::size_t held_out(const Keys& keys, std::size_t n, const Node& task) {
    if ((!keys.test_file.empty()) + (keys.test_samples > 0) + (keys.test_fraction > 0) > 1)
        refuse_key(task, keys.test_fraction > 0 ? "test_fraction" : "test_samples",
                   "a second way to choose the test part", "one of test_file, test_samples and test_fraction");
    const std::string key = keys.test_fraction > 0 ? "test_fraction" : "test_samples";
    const auto test = keys.test_fraction > 0
                          ? static_cast<std::size_t>(std::llround(keys.test_fraction * static_cast<double>(n)))
                          : static_cast<std::size_t>(keys.test_samples);
    if (test >= n || (test == 0 && keys.test_fraction > 0))
        refuse_key(task, key, fmt::format("{} of {} samples held out", test, n), "at least one sample in either part");
    return test;
}

DataSet load(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    if (keys.file.empty()) refuse_key(task, "file", "an empty list", "at least one file");
    if (!keys.target_columns.empty() && keys.label_column != Keys{}.label_column)
        refuse_key(task, "label_column", "a label beside target_columns", "one of the two: classes or a regression");
    CsvFormat format{keys.delimiter.front(), keys.header,  keys.label_column,
                     keys.target_columns,    keys.classes, /*largest_pixel=*/0};
    const auto files = paths(keys.file, task, "file");
    const auto records = std::make_shared<const Records>(read_csv(files, format));
    const std::size_t test = held_out(keys, records->size(), task);

    Part train_part{records, all_rows(*records)}, test_part;
    if (test > 0) {
        // A regression has no classes to keep in proportion: one class of all.
        const auto labels = records->has_classes() ? records->labels : std::vector<std::uint16_t>(records->size(), 0);
        const Random draw = keys.split_seed < 0 ? random : Random(static_cast<std::uint64_t>(keys.split_seed));
        Split split = stratified_split(labels, test, draw);
        train_part.rows = std::move(split.train);
        test_part = {records, std::move(split.test)};
    } else if (!keys.test_file.empty()) {
        if (records->has_classes()) format.classes = static_cast<std::int64_t>(records->outputs);
        const auto other = std::make_shared<const Records>(read_csv(paths(keys.test_file, task, "test_file"), format));
        if (other->features != records->features)
            refuse_key(task, "test_file", fmt::format("{} inputs a sample", other->features),
                       fmt::format("{}, as in the training part", records->features));
        test_part = {other, all_rows(*other)};
    }
    return stored_set("csv", files.front(), std::move(train_part), std::move(test_part), keys.train_limit,
                      keys.standardise);
}

}  // namespace

DataSource csv_source() {
    return {"csv", "Your own samples as tables of numbers, one row a sample.", "", table().descriptors(), load};
}

}  // namespace apical
