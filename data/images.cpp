#include "data/images.hpp"

#include <fmt/format.h>

#include "data/keys.hpp"
#include "data/parts.hpp"
#include "data/places.hpp"
#include "data/readers/idx.hpp"
#include "data/stored.hpp"

namespace apical {
namespace {

struct Keys {
    std::string train_images, train_labels, test_images, test_labels;
    std::string folder;
    std::int64_t classes = 0;
    std::string standardise = "global";
    std::int64_t train_limit = 0;
    std::int64_t validation_samples = 0;
};

const Table<Keys>& idx_table() {
    static const Table<Keys> rows{
        {"train_images", &Keys::train_images, "1", "IDX file of the training images, gzip or not.", {}, true},
        {"train_labels", &Keys::train_labels, "1", "IDX file of their labels.", {}, true},
        {"test_images", &Keys::test_images, "1", "IDX file of the test images; none: no test part."},
        {"test_labels", &Keys::test_labels, "1", "IDX file of their labels."},
        classes_row<Keys>(),
        standardise_row<Keys>(),
        train_limit_row<Keys>()};
    return rows;
}

const Table<Keys>& published_table() {
    static const Table<Keys> rows{
        {"folder", &Keys::folder, "1", "Folder of the four files; empty: search the usual places."},
        standardise_row<Keys>(),
        train_limit_row<Keys>(),
        validation_samples_row<Keys>()};
    return rows;
}

/// `keys` names existing files now. The test images are read with the training part's number of classes.
DataSet load_files(const std::string& name, const std::string& attribution, const Keys& keys, const Node& task) {
    const auto train = std::make_shared<const Records>(read_idx(keys.train_images, keys.train_labels, keys.classes));
    Part test;
    if (!keys.test_images.empty()) {
        const auto records = std::make_shared<const Records>(
            read_idx(keys.test_images, keys.test_labels, static_cast<std::int64_t>(train->outputs)));
        if (records->features != train->features)
            refuse_key(task, "test_images", fmt::format("{} pixels an image", records->features),
                       fmt::format("{}, as in the training part", train->features));
        test = {records, all_rows(*records)};
    }
    Part training{train, all_rows(*train)};
    hold_out_validation(training, test, keys.validation_samples, task);
    return stored_set(name, attribution, std::move(training), std::move(test), keys.train_limit, keys.standardise);
}

DataSet load_idx(const Node& task, const Random&) {
    Keys keys = idx_table().read(task, keys_of_others);
    if (keys.test_images.empty() != keys.test_labels.empty())
        refuse_key(task, keys.test_images.empty() ? "test_labels" : "test_images", "one of two files",
                   "both test_images and test_labels, or neither");
    keys.train_images = find_path(keys.train_images, task, "train_images");
    keys.train_labels = find_path(keys.train_labels, task, "train_labels");
    if (!keys.test_images.empty()) {
        keys.test_images = find_path(keys.test_images, task, "test_images");
        keys.test_labels = find_path(keys.test_labels, task, "test_labels");
    }
    return load_files("idx", keys.train_images, keys, task);
}

DataSource published(const std::string& name, const std::string& text, const std::string& reference) {
    const auto load = [name, reference](const Node& task, const Random&) {
        Keys keys = published_table().read(task, keys_of_others);
        const auto folders = folders_of(name, keys.folder, task);
        keys.train_images = find_in(folders, "train-images-idx3-ubyte", task);
        keys.train_labels = find_in(folders, "train-labels-idx1-ubyte", task);
        keys.test_images = find_in(folders, "t10k-images-idx3-ubyte", task);
        keys.test_labels = find_in(folders, "t10k-labels-idx1-ubyte", task);
        keys.classes = 10;
        return load_files(name, reference, keys, task);
    };
    return {name, text, reference, published_table().descriptors(), load};
}

}  // namespace

DataSource idx_source() {
    return {"idx", "Your own images as IDX files of unsigned bytes.", "", idx_table().descriptors(), load_idx};
}

DataSource mnist_source() {
    return published(
        "mnist", "Handwritten digits, 28 x 28 pixels, 60,000 for training and 10,000 for the test.",
        "Y. LeCun, C. Cortes, C. J. C. Burges (1998), The MNIST database of handwritten digits; CC BY-SA 3.0");
}

DataSource fashion_mnist_source() {
    return published("fashion-mnist",
                     "Pieces of clothing, 28 x 28 pixels, 60,000 for training and 10,000 for the test.",
                     "H. Xiao, K. Rasul, R. Vollgraf (2017), Fashion-MNIST, arXiv:1708.07747; Zalando, MIT licence");
}

}  // namespace apical
