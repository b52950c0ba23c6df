#include "data/colour_images.hpp"

#include <filesystem>

#include "data/data_path.hpp"
#include "data/keys.hpp"
#include "data/parts.hpp"
#include "data/readers/cifar10.hpp"
#include "data/readers/svhn.hpp"

namespace apical {
namespace {

struct Keys : PartKeys {
    Keys() { standardise = "global"; }
    std::string folder;
};

const Table<Keys>& table() {
    static const Table<Keys> rows{
        {"folder", &Keys::folder, "1", "Folder of the set's files; empty: search the usual places."},
        standardise_channels_row<Keys>(),
        train_limit_row<Keys>(),
        validation_samples_row<Keys>(),
        validation_fraction_row<Keys>()};
    return rows;
}

/// Both parts are read before either is looked at: a set that lies there by half is no set.
DataSet whole_set(const std::string& name, const std::string& attribution, Records train, Records test,
                  const Keys& keys, const Node& task, const Random& random) {
    const OwnFiles files{"folder", [&](const Records&) { return std::move(test); }};
    return set_of_parts(name, attribution, std::move(train), {}, files, keys, task, random);
}

const char* const cifar10_reference =
    "A. Krizhevsky (2009), Learning multiple layers of features from tiny images, University of Toronto; no licence "
    "stated";

DataSet load_cifar10(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    std::vector<std::string> folders;
    for (const std::string& folder : folders_of("cifar10", keys.folder, task)) {
        folders.push_back(folder);
        folders.push_back((std::filesystem::path(folder) / "cifar-10-batches-bin").string());  // as the archive has it
    }
    std::vector<std::string> train;
    for (const char* number : {"1", "2", "3", "4", "5"})
        train.push_back(find_in(folders, std::string("data_batch_") + number + ".bin", task));
    const std::string test = find_in(folders, "test_batch.bin", task);
    return whole_set("cifar10", cifar10_reference, read_cifar10(train), read_cifar10({test}), keys, task, random);
}

const char* const svhn_reference =
    "Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu, A. Y. Ng (2011), Reading digits in natural images with "
    "unsupervised feature learning, NIPS workshop on deep learning; for non-commercial use";

DataSet load_svhn(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    const auto folders = folders_of("svhn", keys.folder, task);
    const std::string train = find_in(folders, "train_32x32.mat", task);
    const std::string test = find_in(folders, "test_32x32.mat", task);
    return whole_set("svhn", svhn_reference, read_svhn(train), read_svhn(test), keys, task, random);
}

}  // namespace

DataSource cifar10_source() {
    return {"cifar10",
            "Photographs of 10 classes, 32 x 32 pixels of 3 colours, 50,000 for training and 10,000 for the "
            "test.",
            cifar10_reference, table().descriptors(), load_cifar10};
}

DataSource svhn_source() {
    return {"svhn",
            "Digits of house numbers, 32 x 32 pixels of 3 colours, 73,257 for training and 26,032 for the test.",
            svhn_reference, table().descriptors(), load_svhn};
}

}  // namespace apical
