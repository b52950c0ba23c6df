#pragma once
#include <string>
#include <vector>

#include "sim/core/descriptor.hpp"

namespace apical {

/// Keys of [task] that are no source's business.
inline const std::vector<std::string> keys_of_others{"dataset", "loss"};

/// Rows that several sources share: one wording, one range.
template <class T>
typename Table<T>::Row standardise_row() {
    return {
        "standardise", &T::standardise, "1",
        "Shift and scale the inputs to mean 0 and deviation 1, over all of them (global) or each alone (feature); the "
        "statistics are those of the training part.",
        one_of("none", "global", "feature")};
}

template <class T>
typename Table<T>::Row train_limit_row() {
    return {"train_limit", &T::train_limit, "1", "Use the first so many training samples; 0: all.", non_negative};
}

template <class T>
typename Table<T>::Row split_seed_row() {
    return {"split_seed", &T::split_seed, "1", "Seed of the division into training and test part; -1: the run's seed.",
            at_least(-1)};
}

template <class T>
typename Table<T>::Row classes_row() {
    return {"classes", &T::classes, "1", "Number of classes; 0: one more than the largest label of the training part.",
            between(0, 65536)};
}

}  // namespace apical
