#pragma once
#include <functional>
#include <memory>
#include <string>

#include "data/keys.hpp"
#include "data/records.hpp"
#include "data/stored.hpp"
#include "sim/core/document.hpp"
#include "sim/core/random.hpp"
#include "sim/core/samples.hpp"

namespace apical {

/// How the user divides his own samples and scales them: the keys that all formats of files share.
struct PartKeys {
    std::int64_t test_samples = 0;
    double test_fraction = 0;
    std::int64_t split_seed = -1;
    std::int64_t classes = 0;
    std::string standardise = "none";
    std::int64_t train_limit = 0;
};

template <class T>
typename Table<T>::Row test_samples_row() {
    return {"test_samples", member_of<T>(&T::test_samples), "1", "Training samples held out, each class in proportion.",
            non_negative};
}

template <class T>
typename Table<T>::Row test_fraction_row() {
    return {"test_fraction", member_of<T>(&T::test_fraction), "1", "The same as a fraction of all samples.",
            Range{0, 1, false, true}};
}

/// Reads the test part, whose labels are below `classes` (0 for a regression).
using ReadTest = std::function<Records(std::int64_t classes)>;

/// A set of the user's own samples. The test part is what `read_test` gives, or held out, or absent. `test_key` is the
/// key that names the test part's file. Throws InputError for two test parts, an empty part, and parts that do not have
/// the same inputs and targets.
DataSet set_of_parts(const std::string& name, const std::string& attribution, Records samples,
                     const ReadTest& read_test, const std::string& test_key, const PartKeys& keys, const Node& task,
                     const Random& random);

/// Key `validation_samples` of the published sets: if `samples` > 0, so many rows of the training part become the test
/// part. Throws InputError if none would be left to train on.
void hold_out_validation(Part& train, Part& test, std::int64_t samples, const Node& task);

}  // namespace apical
