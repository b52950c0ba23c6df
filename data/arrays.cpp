#include "data/arrays.hpp"

#include <fmt/format.h>

#include "data/data_path.hpp"
#include "data/keys.hpp"
#include "data/parts.hpp"
#include "data/readers/hdf5.hpp"
#include "data/readers/npy.hpp"

namespace apical {
namespace {

struct ArrayKeys : PartKeys {
    std::string targets = "by data";
};

struct Hdf5Keys : ArrayKeys {
    std::string file, test_file;
    std::string inputs = "x", outputs = "y";
    std::string validation_file, validation_inputs, validation_outputs;
    std::string test_inputs, test_outputs;
};

struct NpyKeys : ArrayKeys {
    std::string train_x, train_y, validation_x, validation_y, test_x, test_y;
};

template <class T>
typename Table<T>::Row targets_row() {
    return {
        "targets", member_of<T>(&ArrayKeys::targets), "1",
        "What the outputs are: labels of classes, from 0, or the targets of a regression; by data: integers and truth "
        "values are labels, floating-point numbers make a regression.",
        one_of("by data", "classes", "regression")};
}

Targets targets_of(const ArrayKeys& keys) {
    return keys.targets == "classes"      ? Targets::classes
           : keys.targets == "regression" ? Targets::regression
                                          : Targets::by_data;
}

const Table<Hdf5Keys>& hdf5_table() {
    static const Table<Hdf5Keys> rows{
        {"file", &Hdf5Keys::file, "1", "HDF5 file with the samples.", {}, true},
        {"inputs", &Hdf5Keys::inputs, "1",
         "Path of the inputs in the file: samples x any shape, bytes (pixels) or numbers."},
        {"outputs", &Hdf5Keys::outputs, "1",
         "Path of the labels (one a sample) or of the targets of a regression; `targets` says which."},
        {"test_file", &Hdf5Keys::test_file, "1", "HDF5 file with the test part; empty: `file`, if it has one."},
        {"test_inputs", &Hdf5Keys::test_inputs, "1", "Path of the test part's inputs; empty: that of the inputs."},
        {"test_outputs", &Hdf5Keys::test_outputs, "1", "Path of the test part's outputs; empty: that of the outputs."},
        test_samples_row<Hdf5Keys>(),
        test_fraction_row<Hdf5Keys>(),
        {"validation_file", &Hdf5Keys::validation_file, "1",
         "HDF5 file with the validation part; empty: `file`, if it has one."},
        {"validation_inputs", &Hdf5Keys::validation_inputs, "1",
         "Path of the validation part's inputs; empty: that of the inputs."},
        {"validation_outputs", &Hdf5Keys::validation_outputs, "1",
         "Path of the validation part's outputs; empty: that of the outputs."},
        validation_samples_row<Hdf5Keys>(),
        validation_fraction_row<Hdf5Keys>(),
        split_seed_row<Hdf5Keys>(),
        targets_row<Hdf5Keys>(),
        classes_row<Hdf5Keys>(),
        standardise_row<Hdf5Keys>(),
        train_limit_row<Hdf5Keys>()};
    return rows;
}

const Table<NpyKeys>& npy_table() {
    static const Table<NpyKeys> rows{
        {"train_x",
         &NpyKeys::train_x,
         "1",
         ".npy file of the inputs: samples x any shape, bytes (pixels) or numbers.",
         {},
         true},
        {"train_y",
         &NpyKeys::train_y,
         "1",
         ".npy file of the labels (one a sample) or of the targets of a regression; `targets` says which.",
         {},
         true},
        {"test_x", &NpyKeys::test_x, "1", ".npy file of the test part's inputs; empty: no such file."},
        {"test_y", &NpyKeys::test_y, "1", ".npy file of the test part's labels or targets."},
        test_samples_row<NpyKeys>(),
        test_fraction_row<NpyKeys>(),
        {"validation_x", &NpyKeys::validation_x, "1",
         ".npy file of the validation part's inputs; empty: no such file."},
        {"validation_y", &NpyKeys::validation_y, "1", ".npy file of the validation part's labels or targets."},
        validation_samples_row<NpyKeys>(),
        validation_fraction_row<NpyKeys>(),
        split_seed_row<NpyKeys>(),
        targets_row<NpyKeys>(),
        classes_row<NpyKeys>(),
        standardise_row<NpyKeys>(),
        train_limit_row<NpyKeys>()};
    return rows;
}

/// From two .npy files; of two mistakes the first is told.
Records read_npy_pair(const std::string& x, const std::string& y, std::int64_t classes, Targets targets) {
    Array inputs = read_npy(x);
    return array_records(std::move(inputs), read_npy(y), classes, targets);
}

Records read_hdf5_pair(const std::string& file, const std::string& inputs, const std::string& outputs,
                       std::int64_t classes, Targets targets) {
    std::vector<Array> arrays = read_hdf5(file, {inputs, outputs});
    return array_records(std::move(arrays.at(0)), arrays.at(1), classes, targets);
}

/// 0 for a regression.
std::int64_t classes_of(const Records& records) {
    return records.has_classes() ? static_cast<std::int64_t>(records.outputs) : 0;
}

DataSet load_hdf5(const Node& task, const Random& random) {
    const Hdf5Keys keys = hdf5_table().read(task, keys_of_others);
    for (const auto& [key, path] : {std::pair("inputs", &keys.inputs), std::pair("outputs", &keys.outputs)})
        if (path->empty()) refuse_key(task, key, "an empty string", "the path of a data set in the file");
    const std::string file = find_path(keys.file, task, "file");
    const auto own_files = [&](const std::string& part, const std::string& part_file, const std::string& inputs,
                               const std::string& outputs) -> OwnFiles {
        if (part_file.empty() && inputs.empty() != outputs.empty())
            refuse_key(task, part + (inputs.empty() ? "_outputs" : "_inputs"), "one of two data sets",
                       fmt::format("both {0}_inputs and {0}_outputs, or a {0}_file", part));
        if (part_file.empty() && inputs.empty()) return {part + "_file", nullptr};
        const std::string key = part + (part_file.empty() ? "_inputs" : "_file");
        return {key, [&, key](const Records& training) {
                    return read_hdf5_pair(part_file.empty() ? file : find_path(part_file, task, key),
                                          inputs.empty() ? keys.inputs : inputs,
                                          outputs.empty() ? keys.outputs : outputs, classes_of(training),
                                          targets_of(keys));
                }};
    };
    return set_of_parts("hdf5", file, read_hdf5_pair(file, keys.inputs, keys.outputs, keys.classes, targets_of(keys)),
                        own_files("validation", keys.validation_file, keys.validation_inputs, keys.validation_outputs),
                        own_files("test", keys.test_file, keys.test_inputs, keys.test_outputs), keys, task, random);
}

DataSet load_npy(const Node& task, const Random& random) {
    NpyKeys keys = npy_table().read(task, keys_of_others);
    find_pair(keys.train_x, "train_x", keys.train_y, "train_y", task);
    const auto own_files = [&](const std::string& part, std::string& x, std::string& y) -> OwnFiles {
        find_pair(x, part + "_x", y, part + "_y", task);
        if (x.empty()) return {part + "_x", nullptr};
        return {part + "_x",
                [&](const Records& training) { return read_npy_pair(x, y, classes_of(training), targets_of(keys)); }};
    };
    return set_of_parts("npy", keys.train_x, read_npy_pair(keys.train_x, keys.train_y, keys.classes, targets_of(keys)),
                        own_files("validation", keys.validation_x, keys.validation_y),
                        own_files("test", keys.test_x, keys.test_y), keys, task, random);
}

}  // namespace

DataSource hdf5_source() {
    return {"hdf5", "Your own samples as two data sets of an HDF5 file.", "", hdf5_table().descriptors(), load_hdf5};
}

DataSource npy_source() {
    return {"npy", "Your own samples as two NumPy files.", "", npy_table().descriptors(), load_npy};
}

}  // namespace apical
