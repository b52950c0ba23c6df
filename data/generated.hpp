#pragma once
#include <functional>
#include <memory>
#include <string>

#include "data/keys.hpp"
#include "sim/core/samples.hpp"

namespace apical {

/// Sizes of the parts of generated samples, as keys that the sources share.
struct GeneratedKeys {
    std::int64_t samples = 0;
    std::int64_t validation_samples = 0;
    std::int64_t test_samples = 1000;
};

template <class T>
typename Table<T>::Row generated_samples_row() {
    return {"samples", member_of<T>(&T::samples), "1", "Training samples; 0: endless, every sample is new.",
            non_negative};
}

template <class T>
typename Table<T>::Row generated_validation_row() {
    return {"validation_samples", member_of<T>(&T::validation_samples), "1",
            "Validation samples, to choose parameters by, drawn apart from the training and the test samples; 0: none.",
            non_negative};
}

template <class T>
typename Table<T>::Row generated_test_row() {
    return {"test_samples", member_of<T>(&T::test_samples), "1",
            "Test samples, drawn apart from the training samples; 0: none.", non_negative};
}

/// A generated set. `make` gives so many samples (0: endless) of a stream, `data/<name>/train`, `/validation` or
/// `/test`: the parts do not share a random number.
DataSet generated_set(
    const std::string& name, bool classes, const GeneratedKeys& keys,
    const std::function<std::shared_ptr<const Samples>(std::uint32_t stream, std::size_t size)>& make);

}  // namespace apical
