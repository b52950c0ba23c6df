#include "data/readers/array.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/core/error.hpp"

namespace apical {
namespace {

[[noreturn]] void refuse(const Array& array, std::string found, std::string expected, std::string hint = {}) {
    throw InputError({{array.name}, {}, std::move(found), std::move(expected), std::move(hint)});
}

void refuse_infinite(const Array& array, std::size_t samples) {
    std::visit(
        [&](const auto& values) {
            const auto bad = std::find_if(values.begin(), values.end(), [](auto value) {
                return !(std::abs(static_cast<double>(value)) <= std::numeric_limits<float>::max());
            });
            if (bad == values.end()) return;
            const auto at = static_cast<std::size_t>(bad - values.begin());
            refuse(array, fmt::format("{} in sample {}", *bad, at / (values.size() / samples) + 1),
                   "finite numbers in the range of float32");
        },
        array.values);
}

void take_labels(const Array& labels, std::int64_t classes, Records& records) {
    const double largest = static_cast<double>(classes > 0 ? classes - 1 : largest_label);
    std::visit(
        [&](const auto& values) {
            records.labels.reserve(values.size());
            for (const auto value : values) {
                const auto label = static_cast<double>(value);
                if (!(label >= 0 && label <= largest && label == std::floor(label)))
                    refuse(labels, fmt::format("label {} of sample {}", label, records.labels.size() + 1),
                           fmt::format("{}0 to {}", label == std::floor(label) ? "" : "a whole number from ", largest),
                           label == -1 ? "classes are counted from 0: 0 and 1 in place of -1 and 1" : "");
                records.labels.push_back(static_cast<std::uint16_t>(label));
            }
        },
        labels.values);
    records.outputs = classes > 0 ? static_cast<std::size_t>(classes)
                                  : *std::max_element(records.labels.begin(), records.labels.end()) + std::size_t{1};
}

/// Whole numbers that could be labels.
bool look_like_labels(const Numbers& targets) {
    return std::visit(
        [](const auto& values) {
            return std::all_of(values.begin(), values.end(), [](auto number) {
                const auto value = static_cast<double>(number);
                return value >= 0 && value <= static_cast<double>(largest_label) && value == std::floor(value);
            });
        },
        targets);
}

/// Of arrays whose rows do not fit: samples are along the last axis where the axes are in the order of Fortran.
std::string hint_for(const Array& inputs, const Array& outputs) {
    const std::size_t last = inputs.shape.back();
    const bool outputs_are_row = outputs.shape.size() == 2 && outputs.shape[0] == 1;
    if (inputs.shape.size() < 2 || (outputs.shape.back() != last && outputs.shape[0] != last &&
                                    !(outputs_are_row && outputs.shape[1] == inputs.shape[0])))
        return "";
    return "transposed? MATLAB stores the axes in the other order: save x.' and y.', or turn both round in Python";
}

}  // namespace

std::size_t element_count(const std::vector<std::size_t>& shape, std::size_t limit) {
    std::size_t count = 1;
    bool fits = true;
    for (const std::size_t extent : shape) {
        if (extent == 0) return 0;
        fits = fits && count <= limit / extent;
        if (fits) count *= extent;
    }
    return fits ? count : limit + 1;
}

std::string shape_text(const std::vector<std::size_t>& shape) {
    return shape.empty() ? "a single number" : fmt::format("{}", fmt::join(shape, " x "));
}

Records array_records(Array inputs, const Array& outputs, std::int64_t classes, Targets targets) {
    for (const Array* array : {&std::as_const(inputs), &outputs}) {
        assert(element_count(array->shape, count(array->values)) == count(array->values));
        if (array->shape.empty() || count(array->values) == 0)
            refuse(*array, shape_text(array->shape), "an array with one row a sample");
    }
    const std::size_t samples = inputs.shape[0];
    if (samples > std::numeric_limits<std::uint32_t>::max())
        refuse(inputs, fmt::format("{} samples", samples), "less than 2^32");
    if (outputs.shape[0] != samples)
        refuse(outputs, fmt::format("{} rows", outputs.shape[0]),
               fmt::format("{}, one for each row of {}", samples, inputs.name), hint_for(inputs, outputs));
    refuse_infinite(inputs, samples);

    Records records;
    records.features = count(inputs.values) / samples;
    const std::size_t width = count(outputs.values) / samples;
    if (targets == Targets::regression || (targets == Targets::by_data && !outputs.is_whole)) {
        if (outputs.shape.size() > 2)
            refuse(outputs, shape_text(outputs.shape), "samples, or samples x targets, of a regression");
        refuse_infinite(outputs, samples);
        records.outputs = width;
        records.targets = outputs.values;
        if (targets == Targets::by_data && width == 1 && look_like_labels(records.targets))
            records.warnings.push_back(
                outputs.name +
                ": whole numbers in floating point make a regression; for classes task.targets = "
                "\"classes\", and \"regression\" if that is meant");
    } else if (width == 1) {
        take_labels(outputs, classes, records);
    } else {
        refuse(outputs, fmt::format("{}, {}", outputs.is_whole ? "integers" : "numbers", shape_text(outputs.shape)),
               "one label a sample",
               "one column for each class? numpy.argmax(y, axis=1); the targets of a regression: task.targets = "
               "\"regression\", or floating-point numbers");
    }
    if (inputs.is_from_matlab && inputs.shape.size() == 2)
        records.warnings.push_back(
            fmt::format("{} is {} x {} in MATLAB, which stores the axes in the other order: read "
                        "as {} samples of {} inputs",
                        inputs.name, records.features, samples, samples, records.features));
    if (std::holds_alternative<std::vector<std::uint8_t>>(inputs.values)) records.full_scale = 255;
    records.inputs = std::move(inputs.values);
    return records;
}

}  // namespace apical
