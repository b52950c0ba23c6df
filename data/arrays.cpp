#include "data/arrays.hpp"

#include "data/keys.hpp"
#include "data/parts.hpp"
#include "data/places.hpp"
#include "data/readers/hdf5.hpp"
#include "data/readers/npy.hpp"

namespace apical {
namespace {

struct Hdf5Keys : PartKeys {
    std::string file, test_file;
    std::string inputs = "x", outputs = "y";
    std::string test_inputs, test_outputs;
};

struct NpyKeys : PartKeys {
    std::string train_x, train_y, test_x, test_y;
};

const Table<Hdf5Keys>& hdf5_table() {
    static const Table<Hdf5Keys> rows{
        {"file", &Hdf5Keys::file, "1", "HDF5 file with the samples.", {}, true},
        {"inputs", &Hdf5Keys::inputs, "1", "Path of the inputs in it: samples x any shape, bytes (pixels) or numbers."},
        {"outputs", &Hdf5Keys::outputs, "1",
         "Path of the labels (integers, one a sample) or of the targets of a regression (floating point)."},
        {"test_file", &Hdf5Keys::test_file, "1", "HDF5 file with the test part; empty: `file`, if it has one."},
        {"test_inputs", &Hdf5Keys::test_inputs, "1", "Path of the test part's inputs; empty: that of the inputs."},
        {"test_outputs", &Hdf5Keys::test_outputs, "1", "Path of the test part's outputs; empty: that of the outputs."},
        test_samples_row<Hdf5Keys>(),
        test_fraction_row<Hdf5Keys>(),
        split_seed_row<Hdf5Keys>(),
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
         ".npy file of the labels (integers, one a sample) or of the targets of a regression (floating point).",
         {},
         true},
        {"test_x", &NpyKeys::test_x, "1", ".npy file of the test part's inputs; none: no such file."},
        {"test_y", &NpyKeys::test_y, "1", ".npy file of the test part's labels or targets."},
        test_samples_row<NpyKeys>(),
        test_fraction_row<NpyKeys>(),
        split_seed_row<NpyKeys>(),
        classes_row<NpyKeys>(),
        standardise_row<NpyKeys>(),
        train_limit_row<NpyKeys>()};
    return rows;
}

/// From two .npy files; of two mistakes the first is told.
Records read_npy_pair(const std::string& x, const std::string& y, std::int64_t classes) {
    Array inputs = read_npy(x);
    return array_records(std::move(inputs), read_npy(y), classes);
}

Records read_hdf5_pair(const std::string& file, const std::string& inputs, const std::string& outputs,
                       std::int64_t classes) {
    std::vector<Array> arrays = read_hdf5(file, {inputs, outputs});
    return array_records(std::move(arrays.at(0)), arrays.at(1), classes);
}

DataSet load_hdf5(const Node& task, const Random& random) {
    const Hdf5Keys keys = hdf5_table().read(task, keys_of_others);
    const auto either = [](const std::string& first, const std::string& second) {
        return first.empty() ? second : first;
    };
    const std::string test_inputs = either(keys.test_inputs, keys.inputs);
    const std::string test_outputs = either(keys.test_outputs, keys.outputs);
    const bool in_same_file = keys.test_file.empty();
    const bool has_test = !in_same_file || !keys.test_inputs.empty() || !keys.test_outputs.empty();
    if (has_test && in_same_file && (keys.test_inputs.empty() || keys.test_outputs.empty()))
        refuse_key(task, keys.test_inputs.empty() ? "test_outputs" : "test_inputs", "one of two data sets",
                   "both test_inputs and test_outputs, or a test_file");
    const std::string file = find_path(keys.file, task, "file");
    const ReadTest read_test = [&](std::int64_t classes) {
        return read_hdf5_pair(in_same_file ? file : find_path(keys.test_file, task, "test_file"), test_inputs,
                              test_outputs, classes);
    };
    return set_of_parts("hdf5", file, read_hdf5_pair(file, keys.inputs, keys.outputs, keys.classes),
                        has_test ? read_test : nullptr, in_same_file ? "test_inputs" : "test_file", keys, task, random);
}

DataSet load_npy(const Node& task, const Random& random) {
    const NpyKeys keys = npy_table().read(task, keys_of_others);
    if (keys.test_x.empty() != keys.test_y.empty())
        refuse_key(task, keys.test_x.empty() ? "test_y" : "test_x", "one of two files",
                   "both test_x and test_y, or neither");
    const std::string train_x = find_path(keys.train_x, task, "train_x");
    const std::string train_y = find_path(keys.train_y, task, "train_y");
    const ReadTest read_test = [&](std::int64_t classes) {
        const std::string test_x = find_path(keys.test_x, task, "test_x");
        return read_npy_pair(test_x, find_path(keys.test_y, task, "test_y"), classes);
    };
    return set_of_parts("npy", train_x, read_npy_pair(train_x, train_y, keys.classes),
                        keys.test_x.empty() ? nullptr : read_test, "test_x", keys, task, random);
}

}  // namespace

DataSource hdf5_source() {
    return {"hdf5", "Your own samples as two data sets of an HDF5 file.", "", hdf5_table().descriptors(), load_hdf5};
}

DataSource npy_source() {
    return {"npy", "Your own samples as two NumPy files.", "", npy_table().descriptors(), load_npy};
}

}  // namespace apical
