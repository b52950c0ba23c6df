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

/// How stored samples are divided and scaled: the keys that sources share. Each lists the rows it has.
struct PartKeys {
    std::int64_t validation_samples = 0;
    double validation_fraction = 0;
    std::int64_t test_samples = 0;
    double test_fraction = 0;
    std::int64_t split_seed = -1;
    std::int64_t classes = 0;
    std::string standardise = "none";
    std::int64_t train_limit = 0;
};

template <class T>
typename Table<T>::Row test_samples_row() {
    return {"test_samples", member_of<T>(&T::test_samples), "1",
            "Samples held out for the test, each class in proportion; drawn at `split_seed`.", non_negative};
}

template <class T>
typename Table<T>::Row test_fraction_row() {
    return {"test_fraction", member_of<T>(&T::test_fraction), "1",
            "Samples held out for the test as a fraction of all, in place of `test_samples`.",
            Range{0, 1, false, true}};
}

template <class T>
typename Table<T>::Row validation_samples_row() {
    return {"validation_samples", member_of<T>(&T::validation_samples), "1",
            "Training samples that are held out to choose parameters by, each class in proportion and the same ones "
            "for every `run.seed` that leaves the test part as it is; 0: none.",
            non_negative};
}

template <class T>
typename Table<T>::Row validation_fraction_row() {
    return {"validation_fraction", member_of<T>(&T::validation_fraction), "1",
            "Samples held out for validation as a fraction of all, in place of `validation_samples`.",
            Range{0, 1, false, true}};
}

/// A part that stands in files of its own. `key` names the first of them in messages.
struct OwnFiles {
    std::string key;
    /// Given the training samples, of which it takes number and names of the classes; null: there are no such files.
    std::function<Records(const Records& training)> read;
};

/// A set of stored samples: first the test part is held out, or read from its files, then the validation part; the rest
/// trains. Throws InputError for two ways to choose a part, for an empty part, and for parts that do not have the same
/// inputs and targets.
DataSet set_of_parts(const std::string& name, const std::string& attribution, Records samples,
                     const OwnFiles& validation, const OwnFiles& test, const PartKeys& keys, const Node& task,
                     const Random& random);

}  // namespace apical
