#pragma once
#include <string>
#include <vector>

#include "sim/core/table.hpp"

namespace apical {

/// Keys of [task] that are no source's business.
inline const std::vector<std::string> keys_of_others{"dataset", "loss", "answer"};

/// A member that T may have inherited, which `Table<T>` wants as one of T.
template <class T, class Base, class V>
constexpr V T::*member_of(V Base::*member) {
    return member;
}

/// Rows that several sources share: one wording, one range.
template <class T>
typename Table<T>::Row standardise_row() {
    return {
        "standardise", member_of<T>(&T::standardise), "1",
        "Shift and scale the inputs to mean 0 and deviation 1, over all of them (global) or each alone (feature); the "
        "statistics are those of the training part.",
        one_of("none", "global", "feature")};
}

/// The same for colour images.
template <class T>
typename Table<T>::Row standardise_channels_row() {
    return {"standardise", member_of<T>(&T::standardise), "1",
            "Shift and scale the inputs to mean 0 and deviation 1, over all of them (global), each colour (channel) or "
            "each input alone (feature); the statistics are those of the training part.",
            one_of("none", "global", "channel", "feature")};
}

template <class T>
typename Table<T>::Row train_limit_row() {
    return {"train_limit", member_of<T>(&T::train_limit), "1", "Use the first so many training samples; 0: all.",
            non_negative};
}

template <class T>
typename Table<T>::Row split_seed_row() {
    return {"split_seed", member_of<T>(&T::split_seed), "1",
            "Seed of the division into training and test part; -1: the run's seed.", at_least(-1)};
}

template <class T>
typename Table<T>::Row classes_row() {
    return {"classes", member_of<T>(&T::classes), "1",
            "Number of classes; 0: one more than the largest label of the training part.", between(0, 65536)};
}

}  // namespace apical
