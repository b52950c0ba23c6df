#include "data/images.hpp"

#include "data/data_path.hpp"
#include "data/keys.hpp"
#include "data/parts.hpp"
#include "data/readers/idx.hpp"

namespace apical {
namespace {

struct Keys : PartKeys {
    Keys() { standardise = "global"; }
    std::string train_images, train_labels;
    std::string validation_images, validation_labels;
    std::string test_images, test_labels;
    std::string folder;
};

const Table<Keys>& idx_table() {
    static const Table<Keys> rows{
        {"train_images", &Keys::train_images, "1", "IDX file of the training images, gzip or not.", {}, true},
        {"train_labels", &Keys::train_labels, "1", "IDX file of the training images' labels.", {}, true},
        {"test_images", &Keys::test_images, "1", "IDX file of the test images; empty: no such file."},
        {"test_labels", &Keys::test_labels, "1", "IDX file of the test images' labels."},
        test_samples_row<Keys>(),
        test_fraction_row<Keys>(),
        {"validation_images", &Keys::validation_images, "1", "IDX file of the validation images; empty: no such file."},
        {"validation_labels", &Keys::validation_labels, "1", "IDX file of the validation images' labels."},
        validation_samples_row<Keys>(),
        validation_fraction_row<Keys>(),
        split_seed_row<Keys>(),
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
        validation_samples_row<Keys>(),
        validation_fraction_row<Keys>()};
    return rows;
}

/// The keys name existing files now. A part is read with the training part's number of classes.
OwnFiles own_files(const std::string& part, const std::string& images, const std::string& labels) {
    if (images.empty()) return {part + "_images", nullptr};
    return {part + "_images", [images, labels](const Records& training) {
                return read_idx(images, labels, static_cast<std::int64_t>(training.outputs));
            }};
}

DataSet load_files(const std::string& name, const std::string& attribution, const Keys& keys, const Node& task,
                   const Random& random) {
    return set_of_parts(name, attribution, read_idx(keys.train_images, keys.train_labels, keys.classes),
                        own_files("validation", keys.validation_images, keys.validation_labels),
                        own_files("test", keys.test_images, keys.test_labels), keys, task, random);
}

DataSet load_idx(const Node& task, const Random& random) {
    Keys keys = idx_table().read(task, keys_of_others);
    const auto locate = [&](std::string& images, std::string& labels, const std::string& part) {
        find_pair(images, part + "_images", labels, part + "_labels", task);
    };
    locate(keys.train_images, keys.train_labels, "train");
    locate(keys.validation_images, keys.validation_labels, "validation");
    locate(keys.test_images, keys.test_labels, "test");
    return load_files("idx", keys.train_images, keys, task, random);
}

DataSource published(const std::string& name, const std::string& text, const std::string& reference) {
    const auto load = [name, reference](const Node& task, const Random& random) {
        Keys keys = published_table().read(task, keys_of_others);
        const auto folders = folders_of(name, keys.folder, task);
        keys.train_images = find_in(folders, "train-images-idx3-ubyte", task);
        keys.train_labels = find_in(folders, "train-labels-idx1-ubyte", task);
        keys.test_images = find_in(folders, "t10k-images-idx3-ubyte", task);
        keys.test_labels = find_in(folders, "t10k-labels-idx1-ubyte", task);
        keys.classes = 10;
        return load_files(name, reference, keys, task, random);
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
